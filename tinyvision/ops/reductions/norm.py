"""Norms: the length of a vector, measured in one way or another."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ..base.broadcast import restore_axes, sum_over
from ..base.choose import abs, sign, where
from ..base.order import movedim
from ..base.promote import check_dims
from ..elementwise.power import pow
from ..linear_algebra.svd import svdvals
from .reduce import length_over
from .select import amax, amin


def norm(input, p="fro", dim=None, keepdim=False):
    """The p-norm of the elements along axes; 'fro' and 2 are the Euclidean length.

    Of matrices along two axes 'nuc' is the sum of the singular values. The slope at 0 is 0.

    Raises:
        ValueError: ``p`` is another text, or 'nuc' is asked of other than two axes.
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
    if p == "nuc":
        return _nuclear(input, axes, keepdim)
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number, 'fro' or 'nuc', got {p!r}")
    if p == math.inf:
        return amax(abs(input), axes, keepdim)
    if p == -math.inf:
        return amin(abs(input), axes, keepdim)
    if p == 0:
        # sign rather than 0, so that the answer has a gradient: of zero, as that of a count
        ones = where(input == 0, sign(input), 1.0)
        return sum_over(ones, axes=axes, keepdim=keepdim)
    if p == 1:
        return sum_over(abs(input), axes=axes, keepdim=keepdim)
    return _power_norm(input, axes=axes, keepdim=keepdim, p=float(p))


def _nuclear(input, axes, keepdim):
    if len(axes) != 2:
        raise ValueError(
            f"norm: 'nuc' is a norm of matrices, got {len(axes)} axes of shape {input.shape}; name "
            "two by dim"
        )
    values = svdvals(movedim(input, axes, (-2, -1)))
    total = sum_over(values, axes=(values.ndim - 1,), keepdim=False)
    return restore_axes(total, input.shape, axes) if keepdim else total


@primitive
def _power_norm(x, *, axes, keepdim, p):
    """``sum(|x| ** p) ** (1 / p)``"""
    if x.dtype.itemsize == 2:  # powers exceed float16 early
        wide = _power_norm(x.astype(np.float32), axes=axes, keepdim=keepdim, p=p)
        return wide.astype(x.dtype)
    return np.power(sum_over(np.power(np.abs(x), p), axes=axes, keepdim=keepdim), 1.0 / p)


def _power_norm_rule(g, ans, x, *, axes, p):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    flat = x == 0  # then the slope is 0, though |x| ** (p - 1) and the share may be infinite or NaN
    share = where(flat, 1.0, abs(x)) / where(ans == 0, 1.0, ans)
    return g * where(flat, 0.0, sign(x) * pow(share, p - 1.0))


_power_norm.defvjp(x=_power_norm_rule)
