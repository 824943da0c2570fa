"""torch's names for special functions: ``tv.special.expit`` and their like."""

from __future__ import annotations

from .ops.elementwise.activation import sigmoid as expit
from .ops.elementwise.exponential import exp2, expm1, log1p
from .ops.elementwise.logarithms import logit, xlog1py, xlogy
from .ops.elementwise.rounding import round
from .ops.elementwise.special import digamma, erf, erfc, erfinv, polygamma
from .ops.elementwise.special import digamma as psi
from .ops.elementwise.special import lgamma as gammaln
from .ops.elementwise.trigonometric import sinc
from .ops.layers.softmax import log_softmax, logsumexp, softmax

__all__ = [
    "digamma", "erf", "erfc", "erfinv", "exp2", "expit", "expm1", "gammaln", "log1p",
    "log_softmax", "logit", "logsumexp", "polygamma", "psi", "round", "sinc", "softmax", "xlog1py",
    "xlogy",
]  # fmt: skip
