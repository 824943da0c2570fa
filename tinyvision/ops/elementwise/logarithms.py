"""Logarithms of two operands and of odds, arranged so that nothing overflows or cancels."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ..base import scipy_special as special
from ..base.choose import clamp, where
from ..base.pointwise import pointwise
from ..base.promote import floating, plain_number, promoted, promoted_floating, refuse_integers
from .activation import sigmoid

# -- sums of exponentials ---------------------------------------------------------------------


def _floats(name):
    def prepare(input, other):
        refuse_integers(name, input, other)
        return promoted(input, other)

    return prepare


@pointwise(prepare=_floats("logaddexp"))
def logaddexp(input, other):
    """``log(exp(input) + exp(other))``, also where the exponentials would overflow.

    Raises:
        RuntimeError: neither is a float.

    >>> import tinyvision as tv
    >>> tv.logaddexp(tv.tensor([0.0, 1000.0]), tv.tensor([0.0, 1000.0]))
    tensor([6.9315e-01, 1.0007e+03])
    """
    return np.logaddexp(input, other)


logaddexp.defvjp(
    input=lambda g, input, other: g * sigmoid(input - other),
    other=lambda g, input, other: g * sigmoid(other - input),
)


@pointwise(prepare=_floats("logaddexp2"))
def logaddexp2(input, other):
    """``log2(2**input + 2**other)``, also where the powers would overflow.

    Raises:
        RuntimeError: neither is a float.

    >>> import tinyvision as tv
    >>> tv.logaddexp2(tv.tensor([0.0, 500.0]), tv.tensor([0.0, 500.0]))
    tensor([  1., 501.])
    """
    return np.logaddexp2(input, other)


def _share_of_powers(mine, theirs):
    """``2**mine / (2**mine + 2**theirs)``."""
    return sigmoid((mine - theirs) * math.log(2))


logaddexp2.defvjp(
    input=lambda g, input, other: g * _share_of_powers(input, other),
    other=lambda g, input, other: g * _share_of_powers(other, input),
)


# -- a number times a logarithm ---------------------------------------------------------------


@pointwise(prepare=promoted_floating)
def xlogy(input, other):
    """``input * log(other)``, 0 where the input is 0, also where the logarithm is infinite.

    >>> import tinyvision as tv
    >>> tv.xlogy(tv.tensor([0.0, 2.0]), tv.tensor([0.0, 3.0]))
    tensor([0.    , 2.1972])
    """
    return special.xlogy(input, other).astype(np.result_type(input, other), copy=False)


xlogy.defvjp(
    input=lambda g, input, other: where((input == 0) & (other <= 0), 0.0, xlogy(g, other)),
    other=lambda g, input, other: g * input / other,
)


@pointwise(prepare=promoted_floating)
def xlog1py(input, other):
    """``input * log(1 + other)``, 0 where the input is 0, also where the logarithm is infinite.

    >>> import tinyvision as tv
    >>> tv.special.xlog1py(tv.tensor([0.0, 2.0]), tv.tensor([-1.0, 2.0]))
    tensor([0.    , 2.1972])
    """
    return special.xlog1py(input, other).astype(np.result_type(input, other), copy=False)


xlog1py.defvjp(
    input=lambda g, input, other: where((input == 0) & (other <= -1), 0.0, xlog1py(g, other)),
    other=lambda g, input, other: g * input / (other + 1),
)


# -- odds -------------------------------------------------------------------------------------


@primitive(prepare=floating)
def _logit(x):
    return special.logit(x).astype(x.dtype, copy=False)


_logit.defvjp(x=lambda g, x: g / (x * (1.0 - x)))


def logit(input, eps=None):
    """``log(x / (1 - x))``, the inverse of the sigmoid; NaN outside 0..1.

    With ``eps`` the input is limited to ``eps .. 1 - eps`` first.

    >>> import tinyvision as tv
    >>> tv.logit(tv.tensor([0.5, 0.9])), tv.logit(tv.tensor([0.0, 1.0]), eps=1e-3)
    (tensor([0.    , 2.1972]), tensor([-6.9068,  6.9068]))
    """
    if eps is None:
        return _logit(input)
    eps = plain_number(eps)
    return _logit(clamp(*floating(input), eps, 1.0 - eps))
