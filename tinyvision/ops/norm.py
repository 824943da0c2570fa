"""Norms: the length of a vector, measured in one way or another."""

from __future__ import annotations

import math

import numpy as np

from ..autograd.primitive import primitive
from .broadcast import restore_axes, sum_over
from .choose import abs, sign, where
from .power import pow
from .promote import as_type, check_dims, quiet
from .reduce import length_over
from .select import amax, amin


def norm(input, p="fro", dim=None, keepdim=False):
    """The p-norm of the elements along axes; 'fro' and 2 are the Euclidean length.

    Its slope at 0 is 0.

    Raises:
        ValueError: ``p`` is another text.
        RuntimeError: the input holds integers.

    >>> import tinyvision as tv
    >>> tv.norm(tv.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if input.dtype.kind != "f":
        raise RuntimeError(f"norm needs floats, got {input.dtype}; use x.float().norm()")
    axes = check_dims(dim, input.ndim)
    if p in ("fro", 2):
        return length_over(input, axes=axes, keepdim=keepdim)
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    if p == math.inf:
        return amax(abs(input), axes, keepdim)
    if p == -math.inf:
        return amin(abs(input), axes, keepdim)
    if p == 0:
        return sum_over(as_type(input != 0, input.dtype), axes=axes, keepdim=keepdim)
    if p == 1:
        return sum_over(abs(input), axes=axes, keepdim=keepdim)
    return _power_norm(input, axes=axes, keepdim=keepdim, p=float(p))


@primitive
@quiet
def _power_norm(x, *, axes, keepdim, p):
    """``sum(|x| ** p) ** (1 / p)``"""
    return np.power(sum_over(np.power(np.abs(x), p), axes=axes, keepdim=keepdim), 1.0 / p)


def _power_norm_rule(g, ans, x, *, axes, p):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    flat = x == 0  # then the slope is 0, though |x| ** (p - 1) and the share may be infinite or NaN
    share = where(flat, 1.0, abs(x)) / where(ans == 0, 1.0, ans)
    return g * where(flat, 0.0, sign(x) * pow(share, p - 1.0))


_power_norm.defvjp(x=_power_norm_rule)
