"""Tensors side by side by the names of rows, columns and depth, and cut apart again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.tensor import Tensor
from ..base.broadcast import reshape_to
from ..base.promote import as_type, check_dim
from ..base.promote import result_type as common_type
from .join import cat, check_sequence, split
from .pad import pad


def _each(function: Callable[[Any], Any]) -> Callable[..., Any]:
    """Of one tensor, or of several as a tuple: ``f(x)``, ``f(x, y)``, ``f([x, y])``."""

    def of_one_or_several(*tensors):
        if len(tensors) == 1 and isinstance(tensors[0], Tensor):
            return function(tensors[0])
        given = tensors[0] if len(tensors) == 1 else tensors
        return tuple(function(tensor) for tensor in check_sequence(function.__name__, given))

    of_one_or_several.__name__ = of_one_or_several.__qualname__ = function.__name__
    of_one_or_several.__module__ = function.__module__
    of_one_or_several.__doc__ = function.__doc__
    return of_one_or_several


@_each
def atleast_1d(tensor):
    """With one axis at least: a number becomes a vector. Of several tensors, a tuple.

    >>> import tinyvision as tv
    >>> tv.atleast_1d(tv.tensor(3))
    tensor([3])
    """
    return reshape_to(tensor, shape=(1,)) if tensor.ndim == 0 else tensor


@_each
def atleast_2d(tensor):
    """With two axes at least: a vector becomes a row. Of several tensors, a tuple.

    >>> import tinyvision as tv
    >>> tv.atleast_2d(tv.tensor([3, 4]))
    tensor([[3, 4]])
    """
    return reshape_to(tensor, shape=(1,) * (2 - tensor.ndim) + tensor.shape)


@_each
def atleast_3d(tensor):
    """With three axes at least: (N,) becomes (1, N, 1), (M, N) becomes (M, N, 1).

    >>> import tinyvision as tv
    >>> tv.atleast_3d(tv.zeros(2, 3), tv.zeros(4))[1].shape
    (1, 4, 1)
    """
    shapes = {0: (1, 1, 1), 1: (1, *tensor.shape, 1), 2: (*tensor.shape, 1)}
    return reshape_to(tensor, shape=shapes.get(tensor.ndim, tensor.shape))


def hstack(tensors):
    """Join along the second axis; numbers and vectors along their only one.

    Raises:
        TypeError, ValueError: as :func:`tinyvision.cat`.

    >>> import tinyvision as tv
    >>> tv.hstack([tv.tensor([1, 2]), tv.tensor([3])])
    tensor([1, 2, 3])
    """
    parts = [atleast_1d(part) for part in check_sequence("hstack", tensors)]
    return cat(parts, 0 if parts[0].ndim == 1 else 1)


def vstack(tensors):
    """Join along the first axis, vectors as rows.

    Raises:
        TypeError, ValueError: as :func:`tinyvision.cat`.

    >>> import tinyvision as tv
    >>> tv.vstack([tv.tensor([1, 2]), tv.tensor([[3, 4], [5, 6]])])
    tensor([[1, 2],
            [3, 4],
            [5, 6]])
    """
    return cat([atleast_2d(part) for part in check_sequence("vstack", tensors)], 0)


def row_stack(tensors):
    """As :func:`vstack`.

    >>> import tinyvision as tv
    >>> tv.row_stack([tv.tensor([1, 2]), tv.tensor([3, 4])]).shape
    (2, 2)
    """
    return vstack(tensors)


def dstack(tensors):
    """Join along the third axis.

    Raises:
        TypeError, ValueError: as :func:`tinyvision.cat`.

    >>> import tinyvision as tv
    >>> tv.dstack([tv.tensor([1, 2]), tv.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([atleast_3d(part) for part in check_sequence("dstack", tensors)], 2)


def column_stack(tensors):
    """Join along the second axis, numbers and vectors as columns.

    Raises:
        TypeError, ValueError: as :func:`tinyvision.cat`.

    >>> import tinyvision as tv
    >>> tv.column_stack([tv.tensor([1, 2]), tv.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    parts = check_sequence("column_stack", tensors)
    return cat([reshape_to(p, shape=(p.numel(), 1)) if p.ndim < 2 else p for p in parts], 1)


def block_diag(*tensors):
    """Matrices one after the other along the diagonal of a larger one, zeros elsewhere.

    Numbers and vectors count as rows.

    Raises:
        ValueError: a tensor of more than two axes.

    >>> import tinyvision as tv
    >>> tv.block_diag(tv.tensor([[1, 2]]), tv.tensor([[3], [4]]))
    tensor([[1, 2, 0],
            [0, 0, 3],
            [0, 0, 4]])
    """
    blocks = [atleast_2d(tensor) for tensor in check_sequence("block_diag", tensors)]
    for position, block in enumerate(blocks):
        if block.ndim > 2:
            raise ValueError(
                f"block_diag needs matrices, tensor {position} has shape {block.shape}; give "
                "tensors of at most two axes"
            )
    dtype = blocks[0].dtype
    for block in blocks[1:]:
        dtype = common_type(np.empty((1, 1), dtype), block)
    width, start, rows = sum(block.shape[1] for block in blocks), 0, []
    for block in blocks:
        after = width - start - block.shape[1]
        rows.append(pad(as_type(block, dtype), (start, after)))
        start += block.shape[1]
    return cat(rows, 0)


# -- cutting apart ----------------------------------------------------------------------------


def tensor_split(input, indices_or_sections, dim=0):
    """Cut into so many pieces, the first longer by one if need be, or at the places listed.

    Raises:
        ValueError: fewer than one piece, or there is no axis to cut.
        TypeError: neither an integer nor a list, tuple or tensor of integers.

    >>> import tinyvision as tv
    >>> tv.tensor_split(tv.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    >>> tv.tensor_split(tv.arange(5), (1, 3))
    (tensor([0]), tensor([1, 2]), tensor([3, 4]))
    """
    return _cut("tensor_split", input, indices_or_sections, dim)


def _cut(name, input, indices_or_sections, dim):
    if input.ndim == 0:
        raise ValueError(f"{name}: a tensor without axes (0-d) cannot be cut; use item()")
    axis = check_dim(dim, input.ndim)
    size = input.shape[axis]
    places = indices_or_sections
    if isinstance(places, Tensor):
        if places.ndim > 1 or places.dtype.kind not in "iu":
            raise ValueError(
                f"{name}: a tensor of places must hold integers along one axis, got "
                f"{places.dtype} of shape {places.shape}"
            )
        places = places.tolist()
    if isinstance(places, (int, np.integer)) and not isinstance(places, bool):
        if places < 1:
            raise ValueError(f"{name}: the number of pieces must be at least 1, got {places}")
        each, longer = divmod(size, int(places))
        return split(input, [each + 1] * longer + [each] * (int(places) - longer), axis)
    if not isinstance(places, (list, tuple)):
        raise TypeError(
            f"{name} needs a number of pieces or a list of places, got {type(places).__name__}"
        )
    # as slices count: from the end if below 0, never beyond either end
    bounds = [0, *[slice(place).indices(size)[1] for place in places], size]
    edges = itertools.pairwise(bounds)
    return tuple(input[(slice(None),) * axis + (slice(a, b),)] for a, b in edges)


def _equal_cut(name, input, indices_or_sections, axis):
    """As NumPy's hsplit and its like: a number of pieces must divide the size."""
    places = indices_or_sections
    if isinstance(places, (int, np.integer)) and not isinstance(places, bool):
        size = input.shape[axis]
        if places < 1 or size % places:
            raise ValueError(
                f"{name}: axis {axis} of size {size} cannot be cut into {places} equal pieces; "
                "use tensor_split, whose pieces may differ by one"
            )
    return _cut(name, input, places, axis)


def _check_enough_axes(name, input, axes) -> None:
    if input.ndim < axes:
        raise ValueError(f"{name} needs at least {axes} axes, got shape {input.shape}")


def hsplit(input, indices_or_sections):
    """Cut along the second axis, a vector along its only one.

    Raises:
        ValueError: no axis, or a number of pieces that does not divide its size.

    >>> import tinyvision as tv
    >>> tv.hsplit(tv.tensor([[1, 2], [3, 4]]), 2)[0]
    tensor([[1],
            [3]])
    """
    _check_enough_axes("hsplit", input, 1)
    return _equal_cut("hsplit", input, indices_or_sections, 0 if input.ndim == 1 else 1)


def vsplit(input, indices_or_sections):
    """Cut along the first axis of at least two.

    Raises:
        ValueError: fewer than two axes, or a number of pieces that does not divide the size.

    >>> import tinyvision as tv
    >>> tv.vsplit(tv.tensor([[1, 2], [3, 4]]), 2)[0]
    tensor([[1, 2]])
    """
    _check_enough_axes("vsplit", input, 2)
    return _equal_cut("vsplit", input, indices_or_sections, 0)


def dsplit(input, indices_or_sections):
    """Cut along the third axis.

    Raises:
        ValueError: fewer than three axes, or a number of pieces that does not divide the size.

    >>> import tinyvision as tv
    >>> tv.dsplit(tv.zeros(2, 3, 4), 2)[0].shape
    (2, 3, 2)
    """
    _check_enough_axes("dsplit", input, 3)
    return _equal_cut("dsplit", input, indices_or_sections, 2)


def split_with_sizes(input, split_sizes, dim=0):
    """Cut along an axis into pieces of the sizes listed.

    Raises:
        TypeError: the sizes are no list or tuple.
        ValueError: they do not add up.

    >>> import tinyvision as tv
    >>> tv.split_with_sizes(tv.arange(3), [1, 2])
    (tensor([0]), tensor([1, 2]))
    """
    if not isinstance(split_sizes, (list, tuple)):
        raise TypeError(
            f"split_with_sizes needs a list of sizes, got {type(split_sizes).__name__}; use split "
            "for pieces of one size"
        )
    return split(input, split_sizes, dim)
