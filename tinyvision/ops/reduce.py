"""Reductions: many elements to one, along given axes.

``dim`` is an axis, several, or None for all; ``keepdim`` leaves the reduced axes with size 1.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from ..autograd.primitive import primitive
from .broadcast import reshape_to, restore_axes, sum_over
from .choose import where
from .index import pick, replace
from .order import flip_axes
from .power import sqrt, square
from .promote import as_type, check_dim, check_dims, quiet


def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum. Float32 sums of millions of terms stay accurate.

    Raises:
        IndexError: no such axis.

    >>> import tinyvision as tv
    >>> tv.sum(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([4., 6.])
    """
    if dtype is not None:
        input = as_type(input, dtype)
    total = sum_over(input, axes=check_dims(dim, input.ndim), keepdim=keepdim)
    return total if dtype is None else as_type(total, dtype)  # integers add up to int64


def count_along(shape, axes) -> int:
    return math.prod(shape[axis] for axis in axes)


def _half_in_single(function):
    """Let float16 pass through float32, as a sum on the way may exceed its largest number."""

    @functools.wraps(function)
    def wide(input, *args, **kwargs):
        if input.dtype != np.float16 or kwargs.get("dtype") is not None:
            return function(input, *args, **kwargs)
        return as_type(function(as_type(input, np.float32), *args, **kwargs), np.float16)

    return wide


@_half_in_single
def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean; NaN of no elements.

    Raises:
        RuntimeError: integers, whose mean is seldom one; convert first, or give ``dtype``.

    >>> import tinyvision as tv
    >>> tv.mean(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    tensor([1.5, 3.5])
    """
    if dtype is not None:
        input = as_type(input, dtype)
    if input.dtype.kind != "f":
        raise RuntimeError(f"mean needs floats, got {input.dtype}; use x.float().mean()")
    axes = check_dims(dim, input.ndim)
    return sum_over(input, axes=axes, keepdim=keepdim) / count_along(input.shape, axes)


@_half_in_single
def var(input, dim=None, *, correction=1, keepdim=False, unbiased=None):
    """The variance: squared distances from the mean, over their number less ``correction``.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.var(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.6667)
    """
    axes, centred, freedom = _spread(input, dim, correction, unbiased)
    return sum_over(square(centred), axes=axes, keepdim=keepdim) / freedom


def _spread(input, dim, correction, unbiased):
    """The axes, the distances from the mean, and the degrees of freedom."""
    if unbiased is not None:
        correction = int(unbiased)
    axes = check_dims(dim, input.ndim)
    centred = input - mean(input, axes, keepdim=True)
    return axes, centred, max(count_along(input.shape, axes) - correction, 0)


@_half_in_single
def std(input, dim=None, *, correction=1, keepdim=False, unbiased=None):
    """The standard deviation, the root of :func:`var`. Its slope is 0 where all are equal.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.std(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.291)
    """
    axes, centred, freedom = _spread(input, dim, correction, unbiased)
    return length_over(centred, axes=axes, keepdim=keepdim) / math.sqrt(freedom)


@primitive
def length_over(x, *, axes, keepdim):
    """The Euclidean length along axes: the root of the sum of squares."""
    if x.dtype.itemsize == 2:  # squares exceed float16 early
        return length_over(x.astype(np.float32), axes=axes, keepdim=keepdim).astype(x.dtype)
    return sqrt(sum_over(square(x), axes=axes, keepdim=keepdim))


def _length_rule(g, ans, x, *, axes):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    return x * (g / (ans + (ans == 0)))  # x is 0 where the length is, and so is the slope


length_over.defvjp(x=_length_rule)


def prod(input, dim=None, keepdim=False, *, dtype=None):
    """The product along an axis, or of all elements.

    >>> import tinyvision as tv
    >>> tv.prod(tv.tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    if dtype is not None:
        input = as_type(input, dtype)
    axis = None if dim is None else check_dim(dim, input.ndim)
    if axis is None or input.ndim == 0:
        flat = reshape_to(input, shape=(count_along(input.shape, range(input.ndim)),))
        out = _prod(flat, axis=0, keepdim=False)
    else:
        out = _prod(input, axis=axis, keepdim=keepdim)
    return out if dtype is None else as_type(out, dtype)  # integers multiply to int64


@primitive
@quiet
def _prod(x, *, axis, keepdim):
    dtype = x.dtype if x.dtype.kind == "f" else np.int64
    return x.prod(axis=axis, keepdims=keepdim, dtype=dtype)


def _prod_rule(g, x, *, axis):
    return restore_axes(g, x.shape, (axis,)) * _product_of_others(x, axis=axis)


@primitive
@quiet
def _product_of_others(x, *, axis):
    """At each place the product of all other elements along the axis; right with zeros, too."""
    along = np.moveaxis(x, axis, -1)  # (..., n)
    before, after = np.ones_like(along), np.ones_like(along)
    np.cumprod(along[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(along[..., :0:-1], axis=-1, out=after[..., -2::-1])
    return np.moveaxis(before * after, -1, axis)


def _product_of_others_rule(g, x, *, axis):
    """Slope of place i with respect to element j: the product of all but i and j, where i != j."""
    n = x.shape[axis]
    total = where(np.False_, x, 0.0)
    for i in range(n):  # n is short where the derivative of a product is derived again
        place = (slice(None),) * axis + (slice(i, i + 1),)
        rest = replace(x, 1.0, index=place)
        slope = replace(_product_of_others(rest, axis=axis), 0.0, index=place)
        total = total + pick(g, index=place) * slope
    return total


_prod.defvjp(x=_prod_rule)
_product_of_others.defvjp(x=_product_of_others_rule)


_WIDER = {"float16": np.float32, "float32": np.float64}


@primitive
@quiet
def _cumsum(x, *, axis):
    if x.dtype.kind != "f":
        return np.cumsum(x, axis=axis, dtype=np.int64)
    # One term after the other, so in a wider type: the errors add up as the terms do.
    return np.cumsum(x, axis=axis, dtype=_WIDER.get(x.dtype.name)).astype(x.dtype, copy=False)


_cumsum.defvjp(
    x=lambda g, *, axis: flip_axes(_cumsum(flip_axes(g, axes=(axis,)), axis=axis), axes=(axis,))
)


def cumsum(input, dim, *, dtype=None):
    """The running sum along an axis.

    >>> import tinyvision as tv
    >>> tv.cumsum(tv.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    if dtype is not None:
        input = as_type(input, dtype)
    axis = check_dim(dim, input.ndim)
    out = _cumsum(input, axis=axis) if input.ndim else sum(input)
    return out if dtype is None else as_type(out, dtype)  # integers add up to int64


@primitive
def all_over(x, *, axes, keepdim):
    """Whether all are nonzero along axes."""
    return np.all(x, axis=axes, keepdims=keepdim)


@primitive
def any_over(x, *, axes, keepdim):
    """Whether one is nonzero along axes."""
    return np.any(x, axis=axes, keepdims=keepdim)


def all(input, dim=None, keepdim=False):
    """Whether all elements are nonzero.

    >>> import tinyvision as tv
    >>> tv.all(tv.tensor([True, False]))
    tensor(False)
    """
    return all_over(input, axes=check_dims(dim, input.ndim), keepdim=keepdim)


def any(input, dim=None, keepdim=False):
    """Whether any element is nonzero.

    >>> import tinyvision as tv
    >>> tv.any(tv.tensor([True, False]))
    tensor(True)
    """
    return any_over(input, axes=check_dims(dim, input.ndim), keepdim=keepdim)
