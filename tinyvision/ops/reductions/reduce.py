"""Reductions: many elements to one, along given axes.

``dim`` is an axis, several, or None for all; ``keepdim`` leaves the reduced axes with size 1.
"""

from __future__ import annotations

import functools
import math
from builtins import all as all_true

import numpy as np

from ...autograd.primitive import primitive
from ..base.broadcast import reshape_to, restore_axes, sum_over, sum_to
from ..base.choose import where
from ..base.index import pick, replace
from ..base.promote import as_type, check_dim, check_dims
from ..base.shape import sizes_of
from ..elementwise.power import sqrt, square


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
def var(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The variance: squared distances from the mean, over their number less ``correction``.

    ``unbiased`` says the same in older words: True is a correction of 1, False of 0. A variance
    of fewer elements than that is NaN or infinite.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.var(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.6667)
    """
    return _spread("var", _variance, input, dim, unbiased, keepdim, correction)[0]


@_half_in_single
def std(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The standard deviation, the root of :func:`var`. Its slope is 0 where all are equal.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.std(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.291)
    """
    return _spread("std", _deviation, input, dim, unbiased, keepdim, correction)[0]


def var_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The variance and the mean, a pair.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.var_mean(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    (tensor(1.6667), tensor(2.5))
    """
    return _pair("var_mean", _variance, input, dim, unbiased, keepdim, correction)


def std_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=1):
    """The standard deviation and the mean, a pair.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.std_mean(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    (tensor(1.291), tensor(2.5))
    """
    return _pair("std_mean", _deviation, input, dim, unbiased, keepdim, correction)


def _pair(name, measure, input, *options):
    half = input.dtype == np.float16
    wide = as_type(input, np.float32) if half else input
    both = _spread(name, measure, wide, *options)
    return tuple(as_type(each, np.float16) for each in both) if half else both


def _spread(name, measure, input, dim, unbiased, keepdim, correction):
    """What is measured of the distances from the mean, and the mean."""
    if input.dtype.kind != "f":
        raise RuntimeError(f"{name} needs floats, got {input.dtype}; use x.float().{name}()")
    if isinstance(dim, bool):  # torch's var(x, False) has no axis
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    axes = check_dims(dim, input.ndim)
    middle = mean(input, axes, keepdim=True)
    freedom = count_along(input.shape, axes) - (1 if correction is None else correction)
    spread = measure(input - middle, axes, keepdim, max(freedom, 0))
    return spread, middle if keepdim else reshape_to(middle, shape=spread.shape)


def _variance(centred, axes, keepdim, freedom):
    return sum_over(square(centred), axes=axes, keepdim=keepdim) / freedom


def _deviation(centred, axes, keepdim, freedom):
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
def _prod(x, *, axis, keepdim):
    dtype = x.dtype if x.dtype.kind == "f" else np.int64
    return x.prod(axis=axis, keepdims=keepdim, dtype=dtype)


def _prod_rule(g, x, *, axis):
    return restore_axes(g, x.shape, (axis,)) * _product_of_others(x, axis=axis)


@primitive
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


@primitive
def all_over(x, *, axes, keepdim):
    """Whether all are nonzero along axes."""
    return _truth(x, np.all(x, axis=axes, keepdims=keepdim))


@primitive
def any_over(x, *, axes, keepdim):
    """Whether one is nonzero along axes."""
    return _truth(x, np.any(x, axis=axes, keepdims=keepdim))


def _truth(x, found):
    # torch once had bytes for booleans, and still answers bytes with a byte.
    return found.astype(x.dtype) if x.dtype == np.uint8 else found


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


def sum_to_size(self, *size):
    """Added up along axes until it has another shape, from which it could have been broadcast.

    Raises:
        ValueError: no broadcast leads from that shape to this one.

    >>> import tinyvision as tv
    >>> tv.ones(2, 3).sum_to_size(2, 1)
    tensor([[3.],
            [3.]])
    """
    shape = sizes_of(size)
    if not shape:
        return sum(self)  # which makes int64 of integers and booleans, as torch does just here
    tail = self.shape[self.ndim - len(shape) :] if len(shape) <= self.ndim else None
    if tail is None or not all_true(a in (1, b) for a, b in zip(shape, tail, strict=True)):
        raise ValueError(
            f"sum_to_size: shape {self.shape} does not add up to {shape}; counted from the end, "
            "its sizes must be the tensor's or 1"
        )
    return sum_to(self, shape)
