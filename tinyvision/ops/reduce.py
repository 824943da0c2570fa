"""Reductions: many elements to one, along given axes.

``dim`` is an axis, several, or None for all; ``keepdim`` leaves the reduced axes with size 1.
"""

from __future__ import annotations

import math

import numpy as np

from ..autograd.primitive import primitive
from .arithmetic import sqrt, square
from .broadcast import reshape_to, restore_axes, sum_over
from .index import pick, replace
from .promote import as_type, check_dim, check_dims
from .order import flip_axes


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
    return sum_over(input, axes=check_dims(dim, input.ndim), keepdim=keepdim)


def count_along(shape, axes) -> int:
    return math.prod(shape[axis] for axis in axes)


def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean; NaN of no elements.

    Raises:
        RuntimeError: integers, whose mean is seldom one; convert first, or give ``dtype``.

    >>> import tinyvision as tv
    >>> tv.mean(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    tensor([1.5000, 3.5000])
    """
    if dtype is not None:
        input = as_type(input, dtype)
    if input.dtype.kind != "f":
        raise RuntimeError(f"mean needs floats, got {input.dtype}; use x.float().mean()")
    axes = check_dims(dim, input.ndim)
    total = sum_over(input, axes=axes, keepdim=keepdim)
    count = count_along(input.shape, axes)
    return total / count if count else total * float("nan")


def var(input, dim=None, *, correction=1, keepdim=False, unbiased=None):
    """The variance: squared distances from the mean, over their number less ``correction``.

    >>> import tinyvision as tv
    >>> tv.var(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.6667)
    """
    if unbiased is not None:
        correction = int(unbiased)
    axes = check_dims(dim, input.ndim)
    centred = input - mean(input, axes, keepdim=True)
    total = sum_over(square(centred), axes=axes, keepdim=keepdim)
    freedom = max(count_along(input.shape, axes) - correction, 0)
    return total / freedom if freedom else total * float("nan")


def std(input, dim=None, *, correction=1, keepdim=False, unbiased=None):
    """The standard deviation, the root of :func:`var`.

    >>> import tinyvision as tv
    >>> tv.std(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.2910)
    """
    return sqrt(var(input, dim, correction=correction, keepdim=keepdim, unbiased=unbiased))


def prod(input, dim=None, keepdim=False, *, dtype=None):
    """The product along an axis, or of all elements.

    >>> import tinyvision as tv
    >>> tv.prod(tv.tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    if dtype is not None:
        input = as_type(input, dtype)
    if dim is None:
        flat = reshape_to(input, shape=(count_along(input.shape, range(input.ndim)),))
        return _prod(flat, axis=0, keepdim=False)
    if input.ndim == 0:
        return input
    return _prod(input, axis=check_dim(dim, input.ndim), keepdim=keepdim)


@primitive
def _prod(x, *, axis, keepdim):
    dtype = x.dtype if x.dtype.kind == "f" else np.int64
    return x.prod(axis=axis, keepdims=keepdim, dtype=dtype)


def _prod_rule(g, x, *, axis):
    return restore_axes(g, x.shape, (axis,)) * _product_of_others(x, axis=axis)


@primitive
def _product_of_others(x, *, axis):
    """At each place the product of all other elements along the axis; right with zeros, too."""
    n = x.shape[axis]
    along = np.moveaxis(x, axis, -1)  # (..., n)
    others = np.where(np.eye(n, dtype=bool), x.dtype.type(1), along[..., None, :])  # (..., n, n)
    return np.moveaxis(others.prod(axis=-1), -1, axis)


def _product_of_others_rule(g, x, *, axis):
    """Slope of place i with respect to element j: the product of all but i and j, where i != j."""
    n = x.shape[axis]
    total = 0.0 * x
    for i in range(n):  # n is short where the derivative of a product is derived again
        place = (slice(None),) * axis + (slice(i, i + 1),)
        rest = replace(x, 1.0, index=place)
        slope = replace(_product_of_others(rest, axis=axis), 0.0, index=place)
        total = total + pick(g, index=place) * slope
    return total


_prod.defvjp(x=_prod_rule)
_product_of_others.defvjp(x=_product_of_others_rule)


@primitive
def _cumsum(x, *, axis):
    dtype = x.dtype if x.dtype.kind == "f" else np.int64
    return np.cumsum(x, axis=axis, dtype=dtype)


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
    return _cumsum(input, axis=axis) if input.ndim else input


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
