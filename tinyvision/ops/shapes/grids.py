"""Tensors brought to a common shape: broadcasting by name, grids, products of sets."""

from __future__ import annotations

import itertools
import operator

import numpy as np

from ...autograd.tensor import Tensor, wrap
from ..base.broadcast import reshape_to, stretch_to
from ..base.index import pick
from ..base.promote import check_broadcast, check_dim
from .join import check_sequence, stack


def broadcast_shapes(*shapes):
    """The shape that tensors of these shapes have together; an integer is a shape of one axis.

    Raises:
        ValueError: they cannot be combined, or a size is below 0.

    >>> broadcast_shapes((2, 1), (3,), 1)
    (2, 3)
    """
    common: tuple[int, ...] = ()
    for given in shapes:
        sizes = given if isinstance(given, (tuple, list)) else (given,)
        shape = tuple(operator.index(size) for size in sizes)
        if any(size < 0 for size in shape):
            raise ValueError(f"broadcast_shapes: sizes must be at least 0, got {shape}")
        check_broadcast(common, shape)
        pairs = itertools.zip_longest(common[::-1], shape[::-1], fillvalue=1)
        common = tuple(n if m == 1 else m for m, n in pairs)[::-1]
    return common


def _several(name, tensors):
    """``f(x, y)`` and ``f([x, y])`` mean the same."""
    together = len(tensors) == 1 and not isinstance(tensors[0], Tensor)
    return check_sequence(name, tensors[0] if together else tensors)


def broadcast_tensors(*tensors):
    """All in the shape they have together, without copying.

    Raises:
        TypeError: not tensors.
        ValueError: none, or their shapes cannot be combined.

    >>> import tinyvision as tv
    >>> tv.broadcast_tensors(tv.zeros(2, 1), tv.zeros(3))[1].shape
    (2, 3)
    """
    parts = _several("broadcast_tensors", tensors)
    shape = broadcast_shapes(*[part.shape for part in parts])
    return tuple(stretch_to(part, shape=shape) for part in parts)


def meshgrid(*tensors, indexing=None):
    """The coordinates of a grid: the i-th answer holds the i-th vector, repeated along the others.

    Args:
        tensors: vectors (numbers count as one element), of one data type.
        indexing: 'ij' (the default): the first vector runs down the rows; 'xy': along them.

    Raises:
        ValueError: not vectors, or another ``indexing``.
        TypeError: not tensors, or their types differ.

    >>> import tinyvision as tv
    >>> rows, columns = tv.meshgrid(tv.arange(2), tv.arange(3), indexing="ij")
    >>> rows
    tensor([[0, 0, 0],
            [1, 1, 1]])
    """
    if indexing not in (None, "ij", "xy"):
        raise ValueError(f"meshgrid: indexing must be 'ij' or 'xy', got {indexing!r}")
    parts = _several("meshgrid", tensors)
    for position, part in enumerate(parts):
        if part.ndim > 1:
            raise ValueError(
                f"meshgrid needs vectors, tensor {position} has shape {part.shape}; flatten it"
            )
        if part.dtype != parts[0].dtype:
            raise TypeError(
                f"meshgrid: tensor {position} is {part.dtype}, tensor 0 is {parts[0].dtype}; "
                "convert one"
            )
    axes = list(range(len(parts)))
    if indexing == "xy" and len(parts) > 1:
        axes[:2] = 1, 0
    shape = tuple(parts[axes.index(place)].numel() for place in range(len(parts)))
    grids = []
    for axis, part in zip(axes, parts, strict=True):
        alone = tuple(size if place == axis else 1 for place, size in enumerate(shape))
        grids.append(stretch_to(reshape_to(part, shape=alone), shape=shape))
    return tuple(grids)


def cartesian_prod(*tensors):
    """Every choice of one element from each vector, one choice a row; of one vector, itself.

    Raises:
        TypeError, ValueError: not vectors of one type.

    >>> import tinyvision as tv
    >>> tv.cartesian_prod(tv.tensor([1, 2]), tv.tensor([7, 8]))
    tensor([[1, 7],
            [1, 8],
            [2, 7],
            [2, 8]])
    """
    parts = check_sequence("cartesian_prod", tensors)
    for position, part in enumerate(parts):
        if part.ndim != 1:
            raise ValueError(
                f"cartesian_prod needs vectors, tensor {position} has shape {part.shape}"
            )
    if len(parts) == 1:
        return parts[0]
    columns = meshgrid(*parts, indexing="ij")
    return stack([reshape_to(column, shape=(column.numel(),)) for column in columns], 1)


def combinations(input, r=2, with_replacement=False):
    """Every choice of ``r`` elements of a vector, in order, one choice a row.

    Raises:
        ValueError: the input is no vector, or ``r`` is below 0.

    >>> import tinyvision as tv
    >>> tv.combinations(tv.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if input.ndim != 1:
        raise ValueError(f"combinations needs a vector, got shape {input.shape}")
    if r < 0:
        raise ValueError(f"combinations: r must be at least 0, got {r}")
    if r == 0:
        return input[:0]
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = np.array(list(choose(range(len(input)), r)), np.int64).reshape(-1, r)
    return pick(input, index=(places,))


def repeat_interleave(input, repeats=None, dim=None, *, output_size=None):
    """Each element, or each slice along an axis, so many times one after the other.

    Args:
        input: any shape; without ``dim`` it is flattened. Alone, it holds the numbers of
            repetitions itself, and the answer the place of each.
        repeats: an integer, or one integer for each slice.
        dim: the axis; None for all elements in a row.
        output_size: the size of the answer along the axis, if it is known; checked.

    Raises:
        TypeError: the repetitions are no integers.
        ValueError: one is below 0, or there are not as many as slices.

    >>> import tinyvision as tv
    >>> tv.repeat_interleave(tv.tensor([7, 8]), 2)
    tensor([7, 7, 8, 8])
    >>> tv.repeat_interleave(tv.tensor([[1, 2], [3, 4]]), tv.tensor([2, 1]), dim=0)
    tensor([[1, 2],
            [1, 2],
            [3, 4]])
    """
    counted = repeats is None
    times = np.asarray(_repetitions(input if counted else repeats))
    if counted:
        if input.ndim != 1:
            raise ValueError(
                f"repeat_interleave: repetitions must lie along one axis, got shape {input.shape}"
            )
        size = len(input)
    else:
        if dim is None:
            input, dim = reshape_to(input, shape=(input.numel(),)), 0
        elif input.ndim == 0:
            input = reshape_to(input, shape=(1,))
        axis = check_dim(dim, input.ndim)
        size = input.shape[axis]
    if times.ndim > 1 or (times.ndim == 1 and len(times) not in (1, size)):
        raise ValueError(
            f"repeat_interleave: {times.shape} repetitions for {size} elements; give one integer, "
            "or one for each"
        )
    if times.size and times.min() < 0:
        raise ValueError(
            f"repeat_interleave: repetitions must be at least 0, got {int(times.min())}"
        )
    places = np.repeat(np.arange(size), np.broadcast_to(times, (size,)))
    if output_size is not None and output_size != len(places):
        raise ValueError(
            f"repeat_interleave: output_size is {output_size}, the repetitions give {len(places)}"
        )
    if counted:
        return wrap(places.astype(input.dtype, copy=False))
    return pick(input, index=(slice(None),) * axis + (places,))


def _repetitions(repeats):
    array = repeats._array if isinstance(repeats, Tensor) else np.asarray(repeats)
    if array.dtype.kind not in "iu":
        raise TypeError(f"repeat_interleave: repetitions must be integers, got {array.dtype}")
    return array
