"""The normal distribution: the density, and the probability below a number.

SciPy's error function takes some twenty nanoseconds an element. In float32 a tanh of a polynomial
is as exact as the type and, with NumPy's fast tanh, more than ten times faster.
"""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from . import scipy_special as special
from .blocks import in_blocks
from .exponential import exp
from .promote import floating

# The probability below x is 1/2 + 1/2 tanh(x P(x^2)); these are the coefficients of P, the lowest
# first. They minimise the largest error (least squares, reweighted until the errors are level, at
# 4,000 Chebyshev points of 0..6): 2.9e-8 for all x; evaluated in float32, 1.0e-7.
_TANH_SERIES = (
    0.79788494,
    0.036333085,
    -3.2594979e-5,
    -5.5306192e-5,
    3.9647442e-6,
    -1.3226332e-7,
    1.7561702e-9,
)


@primitive(prepare=floating)
@in_blocks
def normal_cdf(x):
    """The probability that a standard normal number is below x."""
    return cdf_of_block(x)


@np.errstate(over="ignore")  # far out squares overflow, to the right answer
def cdf_of_block(x):
    """The same of a plain array of float64 or float32, without cutting it into blocks."""
    if x.dtype == np.float64:
        return special.ndtr(x)
    squares = x * x
    p = squares * _TANH_SERIES[-1]
    for coefficient in _TANH_SERIES[-2:0:-1]:
        p += coefficient
        p *= squares
    p += _TANH_SERIES[0]
    p *= x
    np.tanh(p, out=p)
    p *= 0.5
    p += 0.5
    return p


def plain_normal_cdf(x):
    """The same by its definition: what the tests hold :func:`normal_cdf` to."""
    return 0.5 * special.erfc(x * -0.7071067811865476)  # 1 / sqrt(2)


def normal_density(x):
    """The density of a standard normal number at x."""
    return exp(x * x * -0.5) * 0.3989422804014327  # 1 / sqrt(2 pi)


normal_cdf.defvjp(x=lambda g, x: g * normal_density(x))
