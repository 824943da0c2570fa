"""Selections: the largest, the smallest, the sorted.

The index is found in plain NumPy; only the picking of the element is differentiated.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.broadcast import restore_axes, sum_over
from ..base.choose import maximum, minimum
from ..base.promote import as_type, check_dim, check_dims
from ..indexing.gather import take_along, take_along_dim
from .reduce import count_along

ValuesIndices = namedtuple("ValuesIndices", ["values", "indices"])
MinMax = namedtuple("MinMax", ["min", "max"])


def _check_not_empty(name: str, shape, axes) -> None:
    if count_along(shape, axes) == 0:
        raise IndexError(
            f"{name} of no elements: the tensor has shape {shape}; check that it is not empty"
        )


def argmax(input, dim=None, keepdim=False):
    """Where the largest element is; the first of equal ones. Without ``dim``, in the flat tensor.

    >>> import tinyvision as tv
    >>> tv.argmax(tv.tensor([[1.0, 5.0], [7.0, 2.0]]), dim=1)
    tensor([1, 0])
    """
    return _extreme_place(np.argmax, "argmax", input, dim, keepdim)


def argmin(input, dim=None, keepdim=False):
    """Where the smallest element is; the first of equal ones. Without ``dim``, in the flat tensor.

    >>> import tinyvision as tv
    >>> tv.argmin(tv.tensor([[1.0, 5.0], [7.0, 2.0]]), dim=1)
    tensor([0, 1])
    """
    return _extreme_place(np.argmin, "argmin", input, dim, keepdim)


def _extreme_place(find, name, input, dim, keepdim):
    axis = None if dim is None else check_dim(dim, input.ndim)
    _check_not_empty(name, input.shape, check_dims(dim, input.ndim))
    array = unwrap(input)
    return wrap(np.asarray(find(array, axis=axis if array.ndim else None, keepdims=keepdim)))


def max(input, dim=None, keepdim=False):
    """The largest element; with ``dim``, a named tuple of values and indices along it.

    Without ``dim`` equal maxima share the gradient; with ``dim`` the one whose index is given gets
    it. Given a tensor for ``dim``, the larger of the two, element by element.

    Raises:
        IndexError: there are no elements, or no such axis.

    >>> import tinyvision as tv
    >>> tv.max(tv.tensor([1.0, 5.0, 2.0]))
    tensor(5.)
    >>> tv.max(tv.tensor([[1.0, 5.0], [7.0, 2.0]]), dim=1)
    ValuesIndices(values=tensor([5., 7.]), indices=tensor([1, 0]))
    """
    return _extreme(amax, argmax, maximum, input, dim, keepdim)


def min(input, dim=None, keepdim=False):
    """The smallest element; with ``dim``, a named tuple of values and indices. As :func:`max`.

    >>> import tinyvision as tv
    >>> tv.min(tv.tensor([1.0, 5.0, 2.0]))
    tensor(1.)
    """
    return _extreme(amin, argmin, minimum, input, dim, keepdim)


def _extreme(whole, find, pairwise, input, dim, keepdim):
    if not hasattr(input, "ndim"):
        raise TypeError(f"{whole.__name__[1:]} needs a tensor, got {input!r}")
    if dim is None:
        return whole(input)
    if isinstance(dim, Tensor):
        return pairwise(input, dim)
    axis = check_dim(dim, input.ndim)
    index = find(input, dim, keepdim=True)
    if input.ndim == 0:
        return ValuesIndices(input, index)
    values = take_along(input, index=index._array, axis=axis)
    if not keepdim:
        values, index = (t.reshape(t.shape[:axis] + t.shape[axis + 1 :]) for t in (values, index))
    return ValuesIndices(values, index)


@primitive
def _amax(x, *, axes, keepdim):
    return x.max(axis=axes, keepdims=keepdim)


@primitive
def _amin(x, *, axes, keepdim):
    return x.min(axis=axes, keepdims=keepdim)


def shared_by_ties(g, ans, x, *, axes):
    """Equal extremes share the gradient evenly."""
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    chosen = as_type((x == ans) | ((x != x) & (ans != ans)), g.dtype)
    return chosen * (g / sum_over(chosen, axes=axes, keepdim=True))


_amax.defvjp(x=shared_by_ties)
_amin.defvjp(x=shared_by_ties)


def amax(input, dim=None, keepdim=False):
    """The largest element along one or several axes; equal maxima share the gradient.

    >>> import tinyvision as tv
    >>> tv.amax(tv.tensor([[1.0, 5.0], [7.0, 2.0]]), dim=0)
    tensor([7., 5.])
    """
    axes = check_dims(dim, input.ndim)
    _check_not_empty("amax", input.shape, axes)
    return _amax(input, axes=axes, keepdim=keepdim)


def amin(input, dim=None, keepdim=False):
    """The smallest element along one or several axes; equal minima share the gradient.

    >>> import tinyvision as tv
    >>> tv.amin(tv.tensor([[1.0, 5.0], [7.0, 2.0]]), dim=0)
    tensor([1., 2.])
    """
    axes = check_dims(dim, input.ndim)
    _check_not_empty("amin", input.shape, axes)
    return _amin(input, axes=axes, keepdim=keepdim)


def aminmax(input, *, dim=None, keepdim=False):
    """The smallest and the largest element, of all or along an axis: a named tuple.

    >>> import tinyvision as tv
    >>> tv.aminmax(tv.tensor([3.0, 1.0, 2.0]))
    MinMax(min=tensor(1.), max=tensor(3.))
    """
    return MinMax(amin(input, dim, keepdim), amax(input, dim, keepdim))


def argsort(input, dim=-1, descending=False, stable=False):
    """The indices that sort along an axis; equal elements keep their order.

    >>> import tinyvision as tv
    >>> tv.argsort(tv.tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    axis = check_dim(dim, input.ndim)
    array = unwrap(input)
    if array.ndim == 0:
        return wrap(np.zeros((), np.int64))
    if not descending:
        return wrap(np.argsort(array, axis=axis, kind="stable"))
    # Sorting the reversed axis and reversing the result keeps equal elements in order.
    backwards = np.argsort(np.flip(array, axis), axis=axis, kind="stable")
    return wrap(np.flip(array.shape[axis] - 1 - backwards, axis).copy())


def sort(input, dim=-1, descending=False, stable=False):
    """Sorted along an axis: a named tuple of values and the indices they came from.

    >>> import tinyvision as tv
    >>> tv.sort(tv.tensor([3.0, 1.0, 2.0])).values
    tensor([1., 2., 3.])
    """
    index = argsort(input, dim, descending)
    if input.ndim == 0:
        return ValuesIndices(input, index)
    return ValuesIndices(take_along_dim(input, index, dim), index)


def msort(input):
    """Sorted along the first axis.

    >>> import tinyvision as tv
    >>> tv.msort(tv.tensor([3.0, 1.0, 2.0]))
    tensor([1., 2., 3.])
    """
    return sort(input, 0).values


def topk(input, k, dim=-1, largest=True, sorted=True):
    """The ``k`` largest (or smallest) along an axis, in order, with their indices.

    Raises:
        TypeError: ``k`` is not an integer.
        IndexError: ``k`` is larger than the axis.

    >>> import tinyvision as tv
    >>> tv.topk(tv.tensor([3.0, 1.0, 2.0]), 2).indices
    tensor([0, 2])
    """
    axis = check_dim(dim, input.ndim)
    size = input.shape[axis] if input.ndim else 1
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)):
        raise TypeError(f"topk: k must be an integer, got {k!r}")
    if not 0 <= k <= size:
        raise IndexError(f"topk: k={k}, but dim {dim} has {size} elements")
    values, indices = sort(input, dim, descending=largest)
    if input.ndim == 0:
        return ValuesIndices(values, indices)
    first = (slice(None),) * axis + (slice(k),)
    return ValuesIndices(values[first], indices[first])
