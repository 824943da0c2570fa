"""The article's worked examples, recomputed; the network's operators, held against other routes.

`run` answers two questions and keeps them apart. Does the article print what its formulas give?
Mostly not, and each row says why. Do `conv2d`, `matmul` and `softmax` compute those formulas?
`Report.ok` says so, by exact arithmetic and by SciPy, whatever the article prints.

>>> import tinyvision as tv
>>> report = tv.verify.run()
>>> report.ok, sum(row.agrees for row in report.rows) == len(report.rows)
(True, False)
"""

from .article import ARTICLE
from .attention import AttentionExample
from .convolution import ConvolutionExample
from .engine import pictures, run
from .records import Check, Expansion, Row
from .report import Report

__all__ = [
    "run",
    "pictures",
    "Report",
    "Row",
    "Check",
    "ARTICLE",
    "ConvolutionExample",
    "AttentionExample",
    "Expansion",
]
