"""Reshape, broadcast and sum: the three that undo one another, and so close under derivation."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from .promote import check_broadcast

# Above this many terms, adding one after the other in float32 loses visible digits: 2,000,000 rows
# of 0.1 come out 1.5 % short. NumPy adds pairwise only along the last axis in memory.
_LONG = 1024


@primitive
def reshape_to(x, *, shape):
    """The same elements in another shape (all sizes given)."""
    return x.reshape(shape)


reshape_to.defvjp(x=lambda g, x_shape: reshape_to(g, shape=x_shape))


@primitive
def stretch_to(x, *, shape):
    """Repeat along new axes and axes of size 1, without copying."""
    return np.broadcast_to(x, shape)


stretch_to.defvjp(x=lambda g, x_shape: sum_to(g, x_shape))


def broadcast_to(input, shape):
    """Repeat along new axes and axes of size 1, without copying; -1 keeps a size.

    Raises:
        ValueError: an axis of another size would have to be repeated.

    >>> import tinyvision as tv
    >>> tv.broadcast_to(tv.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return stretch_to(input, shape=_full_shape(input.shape, tuple(shape)))


@primitive
def sum_over(x, *, axes, keepdim):
    """Add up along the given axes, accurately also where there are millions of terms."""
    terms = math.prod(x.shape[axis] for axis in axes)
    if x.dtype.kind != "f":
        return x.sum(axis=axes, keepdims=keepdim, dtype=np.int64)
    if x.dtype.itemsize == 2:
        wide = sum_over(x.astype(np.float32), axes=axes, keepdim=keepdim)
        return wide.astype(x.dtype)
    if x.dtype.itemsize == 8 or terms < _LONG or x.size == 0:
        return x.sum(axis=axes, keepdims=keepdim)
    total = _long_sum(x, axes)
    return np.expand_dims(total, axes) if keepdim else total


def _long_sum(x, axes):
    """Many float32 terms: pairwise or by BLAS where memory order allows, else in float64."""
    order = memory_order(x)
    ordered = x.transpose(order)
    if ordered.flags.c_contiguous:
        inner = inner_axes(order, axes)
        if inner:  # NumPy adds these pairwise
            rows = ordered.reshape(*ordered.shape[: x.ndim - inner], -1).sum(axis=-1)
            return sum_of_rows(rows, order, axes)
        if order[: len(axes)] == [axis for axis in order if axis in axes]:  # summed ones are first
            kept = order[len(axes) :]
            columns = math.prod(ordered.shape[len(axes) :])
            total = column_sums(ordered.reshape(-1, columns)).astype(x.dtype)
            return total.reshape([x.shape[axis] for axis in kept]).transpose(np.argsort(kept))
    return x.sum(axis=axes, dtype=np.float64).astype(x.dtype)


def memory_order(x) -> list[int]:
    """The axes of an array, the outermost in memory first."""
    return sorted(range(x.ndim), key=lambda axis: -x.strides[axis])


def inner_axes(order, axes) -> int:
    """How many of the axes lie innermost in memory."""
    inner = 0
    while inner < len(order) and order[-1 - inner] in axes:
        inner += 1
    return inner


def sum_of_rows(rows, order, axes):
    """Sum what is left when the innermost axes are summed; the kept axes in natural order."""
    outer = order[: rows.ndim]
    left = tuple(place for place, axis in enumerate(outer) if axis in axes)
    kept = [axis for axis in outer if axis not in axes]
    total = rows.sum(axis=left, dtype=np.float64).astype(rows.dtype) if left else rows
    return np.asarray(total).transpose(np.argsort(kept))


def column_sums(matrix):
    """(P, Q) -> (Q,): a row of ones times each block of rows, many blocks added up in float64."""
    matrix = matrix.astype(np.result_type(matrix, np.float32), copy=False)
    if len(matrix) <= _LONG:
        return np.dot(np.ones(len(matrix), matrix.dtype), matrix)  # (P,) @ (P, Q) -> (Q,)
    block = 256
    whole = len(matrix) // block * block
    blocks = matrix[:whole].reshape(-1, block, matrix.shape[1])  # (P, Q) -> (P/256, 256, Q)
    ones = np.ones((1, block), matrix.dtype)
    total = np.matmul(ones, blocks).sum(axis=(0, 1), dtype=np.float64)
    total += np.dot(ones[0, : len(matrix) - whole], matrix[whole:])
    return total


def restore_axes(reduced, shape, axes):
    """What was reduced from `shape` along `axes`, with those axes back at size 1."""
    kept = tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    return reduced if reduced.shape == kept else reshape_to(reduced, shape=kept)


sum_over.defvjp(
    x=lambda g, x_shape, *, axes: stretch_to(restore_axes(g, x_shape, axes), shape=x_shape)
)


def sum_to(g, shape):
    """Undo a broadcast: add up what was repeated, back to `shape`."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 and g.shape[axis + extra] != 1
    )
    return reshape_to(sum_over(g, axes=axes, keepdim=False), shape=shape)


def _full_shape(shape: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape torch's ``expand`` gives: -1 keeps a size.

    Raises:
        ValueError: fewer sizes than axes, -1 for a new axis, or a size that cannot be repeated.
    """
    if len(sizes) < len(shape):
        raise ValueError(
            f"expand: {len(sizes)} sizes for a tensor of {len(shape)} axes; give at least as many"
        )
    extra = len(sizes) - len(shape)
    old = (None,) * extra + shape
    if any(size == -1 and before is None for size, before in zip(sizes, old, strict=True)):
        raise ValueError(f"expand{sizes}: -1 keeps a size, but a new axis has none to keep")
    new = tuple(before if size == -1 else size for size, before in zip(sizes, old, strict=True))
    check_broadcast(shape, new)  # type: ignore[arg-type]
    for before, size in zip(old, new, strict=True):
        if before not in (None, 1, size):
            raise ValueError(f"expand: an axis of size {before} cannot be repeated to {size}")
    return new  # type: ignore[return-value]
