"""Putting values at indices, without changing the input: index_put and its kin."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.broadcast import broadcast_to, reshape_to
from ..base.index import pick, plain_index, replace
from ..base.index import put as put_at
from ..base.promote import as_type, check_broadcast
from .gather import axis_and_line, check_mask, index_array


def _slices(name, input, dim, index, wraps=False):
    """The input as one of at least one axis, and the full index of slices along one axis."""
    line, axis = axis_and_line(name, input, dim)
    places = index_array(index, line.shape[axis], f"{name}: index", wraps)
    if places.ndim > 1:
        raise IndexError(f"{name}: the index must have one axis, got shape {places.shape}")
    return line, (slice(None),) * axis + (places.reshape(-1),)


def _fitting(name, input, source, line, index):
    """The source in the shape of the slices it is for."""
    if source.dtype != input.dtype:
        raise RuntimeError(
            f"{name}: the source is {source.dtype}, the input {input.dtype}; convert one"
        )
    place = np.broadcast_to(np.False_, line.shape)[index].shape
    source = source if source.ndim else reshape_to(source, shape=(1,))
    if source.shape != place:
        raise IndexError(
            f"{name}: a source of shape {source.shape} for slices of shape {place}; they must be "
            "equal"
        )
    return source


def index_add(input, dim, index, source, *, alpha=1):
    """``out = input``, then ``out[index[i]] += alpha * source[i]`` along an axis.

    Raises:
        TypeError: the index does not hold integers.
        IndexError: it names a place outside, or shapes do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.index_add(tv.zeros(3), 0, tv.tensor([0, 0, 2]), tv.tensor([1.0, 2.0, 3.0]))
    tensor([3., 0., 3.])
    """
    line, places = _slices("index_add", input, dim, index)
    source = _fitting("index_add", input, source, line, places)
    added = put_at(source if alpha == 1 else source * alpha, index=places, shape=line.shape)
    return input + reshape_to(added, shape=input.shape)


def index_copy(input, dim, index, source):
    """``out = input``, then ``out[index[i]] = source[i]`` along an axis; the last one stays.

    Raises:
        TypeError, IndexError, RuntimeError: as :func:`index_add`.

    >>> import tinyvision as tv
    >>> tv.index_copy(tv.zeros(3), 0, tv.tensor([2, 0]), tv.tensor([5.0, 7.0]))
    tensor([7., 0., 5.])
    """
    line, places = _slices("index_copy", input, dim, index)
    source = _fitting("index_copy", input, source, line, places)
    return reshape_to(replace(line, source, index=places), shape=input.shape)


def index_fill(input, dim, index, value):
    """The input with one value in the slices along an axis that the index names.

    Raises:
        TypeError, IndexError: as :func:`index_add`.
        RuntimeError: the value is a tensor with axes.

    >>> import tinyvision as tv
    >>> tv.index_fill(tv.zeros(3), 0, tv.tensor([0, 2]), 7.0)
    tensor([7., 0., 7.])
    """
    line, places = _slices("index_fill", input, dim, index, wraps=True)
    return reshape_to(replace(line, _scalar(input, value), index=places), shape=input.shape)


def _scalar(input, value):
    if not isinstance(value, Tensor):
        return input.dtype.type(value)
    if value.ndim:
        raise RuntimeError(f"index_fill: the value must be one number, got shape {value.shape}")
    return as_type(value, input.dtype)


def index_put(input, indices, values, accumulate=False):
    """``out = input``, then ``out[indices] = values``; or ``+=`` where indices may repeat.

    Args:
        input: (...).
        indices: a tuple of integer or boolean tensors, one for each of the first axes.
        values: what broadcasts to ``input[indices]``.
        accumulate: whether to add instead of replacing.

    Raises:
        IndexError: an index is outside, or there are too many.
        RuntimeError: the types differ.
        ValueError: the values do not fit.

    >>> import tinyvision as tv
    >>> tv.index_put(tv.zeros(3), (tv.tensor([0, 0]),), tv.ones(2), accumulate=True)
    tensor([2., 0., 0.])
    """
    if values.dtype != input.dtype:
        raise RuntimeError(
            f"index_put: the values are {values.dtype}, the input {input.dtype}; convert one"
        )
    places = plain_index(tuple(indices))
    try:
        shape = np.broadcast_to(np.False_, input.shape)[places].shape
    except IndexError as error:
        raise IndexError(f"index_put: {error}; the tensor has shape {input.shape}") from None
    values = broadcast_to(values, shape)
    if accumulate:
        return input + put_at(values, index=places, shape=input.shape)
    return replace(input, values, index=places)


def take(input, index):
    """The elements of the flat tensor that the index names, in the shape of the index.

    Raises:
        TypeError: the index does not hold integers.
        IndexError: it names a place outside.

    >>> import tinyvision as tv
    >>> tv.take(tv.tensor([[1, 2], [3, 4]]), tv.tensor([0, -1]))
    tensor([1, 4])
    """
    places = index_array(index, input.numel(), "take: index", wraps=True)
    return pick(input.reshape(-1), index=(places,))


def put(input, index, source, accumulate=False):
    """``out = input``, then, both flat, ``out[index] = source``; or ``+=``.

    Raises:
        TypeError, IndexError: as :func:`take`.
        RuntimeError: the types differ.
        ValueError: there is not one value for each place.

    >>> import tinyvision as tv
    >>> tv.put(tv.zeros(2, 2), tv.tensor([0, 3]), tv.tensor([5.0, 7.0]))
    tensor([[5., 0.],
            [0., 7.]])
    """
    places = index_array(index, input.numel(), "put: index", wraps=True).reshape(-1)
    if source.numel() != places.size:
        raise ValueError(f"put: {source.numel()} values for {places.size} places; give one each")
    out = index_put(input.reshape(-1), (wrap(places),), source.reshape(-1), accumulate)
    return reshape_to(out, shape=input.shape)


def masked_scatter(input, mask, source):
    """The input with the elements of ``source``, in order, where the mask holds.

    Raises:
        TypeError: the mask is not boolean.
        RuntimeError: the types differ, or ``source`` has fewer elements than places.

    >>> import tinyvision as tv
    >>> tv.masked_scatter(tv.zeros(3), tv.tensor([True, False, True]), tv.tensor([5.0, 7.0]))
    tensor([5., 0., 7.])
    """
    check_mask("masked_scatter", mask)
    if source.dtype != input.dtype:
        raise RuntimeError(
            f"masked_scatter: the source is {source.dtype}, the input {input.dtype}; convert one"
        )
    check_broadcast(input.shape, mask.shape)
    shape = np.broadcast_shapes(input.shape, mask.shape)
    wide = np.array(np.broadcast_to(unwrap(mask), shape))
    places = int(wide.sum())
    if source.numel() < places:
        raise RuntimeError(
            f"masked_scatter: {source.numel()} elements of source for {places} places of the mask"
        )
    values = pick(source.reshape(-1), index=slice(places))
    return replace(broadcast_to(input, shape), values, index=wide)
