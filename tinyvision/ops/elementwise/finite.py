"""Infinities and NaN, element by element: to find them and to replace them."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ..base.choose import zero_where


@primitive
def isnan(input):
    """Is not a number.

    >>> import tinyvision as tv
    >>> tv.isnan(tv.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return np.isnan(input)


@primitive
def isinf(input):
    """Is infinite, either way.

    >>> import tinyvision as tv
    >>> tv.isinf(tv.tensor([1.0, float("-inf")]))
    tensor([False,  True])
    """
    return np.isinf(input)


@primitive
def isfinite(input):
    """Is neither infinite nor NaN.

    >>> import tinyvision as tv
    >>> tv.isfinite(tv.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """
    return np.isfinite(input)


@primitive
def isposinf(input):
    """Is plus infinity.

    >>> import tinyvision as tv
    >>> tv.isposinf(tv.tensor([1.0, float("inf"), float("-inf")]))
    tensor([False,  True, False])
    """
    return input == np.inf


@primitive
def isneginf(input):
    """Is minus infinity.

    >>> import tinyvision as tv
    >>> tv.isneginf(tv.tensor([1.0, float("inf"), float("-inf")]))
    tensor([False, False,  True])
    """
    return input == -np.inf


@primitive
def isreal(input):
    """Has no imaginary part: all true, as there are no complex numbers here.

    >>> import tinyvision as tv
    >>> tv.isreal(tv.tensor([1.0, float("nan")]))
    tensor([ True,  True])
    """
    return np.ones(input.shape, bool)


@primitive
def _nan_to_num(x, *, nan, posinf, neginf):
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


_nan_to_num.defvjp(x=lambda g, x, **config: zero_where(g, mask=np.asarray(~np.isfinite(unwrap(x)))))


def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    """Numbers in place of NaN and the infinities, which get no gradient.

    Left out, ``posinf`` and ``neginf`` are the largest and the smallest number of the data type.

    >>> import tinyvision as tv
    >>> tv.nan_to_num(tv.tensor([1.0, float("nan"), float("inf")]), posinf=9.0)
    tensor([1., 0., 9.])
    """
    return _nan_to_num(input, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)
