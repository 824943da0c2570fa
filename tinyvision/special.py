"""torch's names for special functions: ``tv.special.expit`` and their like."""

from __future__ import annotations

from .ops.activation import sigmoid as expit
from .ops.exponential import exp2, expm1, log1p
from .ops.logarithms import logit, xlog1py, xlogy
from .ops.rounding import round
from .ops.softmax import log_softmax, logsumexp, softmax
from .ops.special import digamma, erf, erfc, erfinv, polygamma
from .ops.special import digamma as psi
from .ops.special import lgamma as gammaln
from .ops.trigonometric import sinc

__all__ = [
    "digamma", "erf", "erfc", "erfinv", "exp2", "expit", "expm1", "gammaln", "log1p",
    "log_softmax", "logit", "logsumexp", "polygamma", "psi", "round", "sinc", "softmax", "xlog1py",
    "xlogy",
]  # fmt: skip
