"""Special functions, element by element: error functions and those about the gamma function."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base import scipy_special as special
from ..base.promote import floating
from .exponential import exp


def _like(answer, x):
    """SciPy answers float16 with float32."""
    return answer.astype(x.dtype, copy=False)


# -- error functions --------------------------------------------------------------------------


@primitive(prepare=floating)
def erf(input):
    """The error function.

    >>> import tinyvision as tv
    >>> tv.erf(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.8427])
    """
    return _like(special.erf(input), input)


erf.defvjp(input=lambda g, input: g * (1.1283791670955126 * exp(-input * input)))  # 2 / sqrt(pi)


@primitive(prepare=floating)
def erfc(input):
    """``1 - erf(x)``, exact also where erf would round to 1.

    >>> import tinyvision as tv
    >>> tv.erfc(tv.tensor([0.0, 5.0]))
    tensor([1.0000e+00, 1.5375e-12])
    """
    return _like(special.erfc(input), input)


erfc.defvjp(input=lambda g, input: -g * (1.1283791670955126 * exp(-input * input)))


@primitive(prepare=floating)
def erfinv(input):
    """The number whose error function that is; infinite at -1 and 1, NaN outside.

    >>> import tinyvision as tv
    >>> tv.erfinv(tv.tensor([0.0, 0.5]))
    tensor([0.    , 0.4769])
    """
    return _like(special.erfinv(input), input)


erfinv.defvjp(input=lambda g, ans: g * (0.886226925452758 * exp(ans * ans)))  # sqrt(pi) / 2


# -- the gamma function -----------------------------------------------------------------------


@primitive(prepare=floating)
def lgamma(input):
    """The logarithm of the absolute value of the gamma function.

    >>> import tinyvision as tv
    >>> tv.lgamma(tv.tensor([1.0, 5.0]))  # log 0!, log 4!
    tensor([0.    , 3.1781])
    """
    # SciPy has NaN at -inf, where the poles lie ever closer.
    return _like(special.gammaln(np.where(input == -np.inf, np.inf, input)), input)


lgamma.defvjp(input=lambda g, input: g * digamma(input))


@primitive(prepare=floating)
def digamma(input):
    """The slope of :func:`lgamma`.

    >>> import tinyvision as tv
    >>> tv.digamma(tv.tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    return _like(special.digamma(input), input)


digamma.defvjp(input=lambda g, input: g * _polygamma(input, order=1))


@primitive(prepare=floating)
def _polygamma(input, *, order):
    """By Hurwitz's zeta function, for orders from 1."""
    factorial = float(special.gamma(order + 1.0)) * (-1.0) ** (order + 1)
    return _like(factorial * special.zeta(order + 1.0, input), input)


_polygamma.defvjp(input=lambda g, input, *, order: g * _polygamma(input, order=order + 1))


def polygamma(n, input):
    """The derivative of order ``n`` of :func:`digamma`.

    Raises:
        ValueError: ``n`` is negative.

    >>> import tinyvision as tv
    >>> tv.polygamma(1, tv.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if n < 0:
        raise ValueError(f"polygamma: n must be 0, 1, 2, ..., got {n}")
    return digamma(input) if n == 0 else _polygamma(input, order=n)
