"""Slices along one axis by name, their windows, and what is put back in their place."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor
from ..base.index import pick, replace
from ..base.promote import as_type, check_dim


def _before(axis):
    return (slice(None),) * axis


def _axis_of(name, input, dim):
    if input.ndim == 0:
        raise IndexError(f"{name} needs a tensor with at least one axis, got shape ()")
    return check_dim(dim, input.ndim)


def select(input, dim, index):
    """One slice along an axis, which is dropped; without copying.

    Raises:
        IndexError: there is no such slice, or no axis.

    >>> import tinyvision as tv
    >>> tv.select(tv.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    axis = _axis_of("select", input, dim)
    return pick(input, index=(*_before(axis), _checked_place("select", input, dim, axis, index)))


def _checked_place(name, input, dim, axis, index):
    size, place = input.shape[axis], int(index)
    if not -size <= place < size:
        raise IndexError(
            f"{name}: index {place} is out of range for dim {dim} of shape {input.shape}: "
            f"{-size}..{size - 1}"
        )
    return place


def narrow(input, dim, start, length):
    """``length`` slices along an axis from ``start`` on, without copying.

    Raises:
        IndexError: ``start`` is outside.
        RuntimeError: the axis is shorter than that, or there is none.

    >>> import tinyvision as tv
    >>> tv.narrow(tv.tensor([1, 2, 3, 4]), 0, 1, 2)
    tensor([2, 3])
    """
    if input.ndim == 0:
        raise RuntimeError("narrow needs a tensor with at least one axis, got shape ()")
    if isinstance(start, Tensor) and (start.ndim or start.dtype.kind not in "iu"):
        raise RuntimeError(f"narrow: start must be one integer, got {start}")
    axis = check_dim(dim, input.ndim)
    size, first = input.shape[axis], int(start)
    if not -size <= first <= size:
        raise IndexError(
            f"narrow: start {first} is out of range for dim {dim} of shape {input.shape}: "
            f"{-size}..{size}"
        )
    first += size if first < 0 else 0
    if length < 0 or first + length > size:
        raise RuntimeError(
            f"narrow: start {start} and length {length} do not lie within dim {dim} of shape "
            f"{input.shape}"
        )
    return pick(input, index=(*_before(axis), slice(first, first + length)))


def select_scatter(input, src, dim, index):
    """A copy of the input with ``src`` as one slice along an axis.

    Raises:
        IndexError: there is no such slice.
        RuntimeError: ``src`` does not have the slice's shape.

    >>> import tinyvision as tv
    >>> tv.select_scatter(tv.zeros(2, 2), tv.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    axis = _axis_of("select_scatter", input, dim)
    place = _checked_place("select_scatter", input, dim, axis, index)
    return _put_back("select_scatter", input, src, (*_before(axis), place))


def slice_scatter(input, src, dim=0, start=None, end=None, step=1):
    """A copy of the input with ``src`` in place of ``input[start:end:step]`` along an axis.

    Raises:
        RuntimeError: ``src`` does not have the slice's shape, or the step is below 1.

    >>> import tinyvision as tv
    >>> tv.slice_scatter(tv.zeros(4), tv.ones(2), start=1, end=3)
    tensor([0., 1., 1., 0.])
    """
    axis = _axis_of("slice_scatter", input, dim)
    if step < 1:
        raise RuntimeError(f"slice_scatter: step must be at least 1, got {step}")
    return _put_back("slice_scatter", input, src, (*_before(axis), slice(start, end, step)))


def _put_back(name, input, src, index):
    place = np.broadcast_to(np.False_, input.shape)[index].shape
    if src.shape != place:
        raise RuntimeError(
            f"{name}: src has shape {src.shape}, its place {place}; they must be equal"
        )
    return replace(input, as_type(src, input.dtype), index=index)


# -- windows along one axis -------------------------------------------------------------------


@primitive
def windows_along(x, *, axis, size, step):
    """All windows of `size` along an axis, `step` apart: (..., count, ..., size), a view."""
    if size == 0:
        count = x.shape[axis] // step + 1
        return np.empty((*x.shape[:axis], count, *x.shape[axis + 1 :], 0), x.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis, writeable=x.flags.writeable)
    return windows[(*_before(axis), slice(None, None, step))]


@primitive
def add_windows(g, *, axis, size, step, shape):
    """The adjoint: zeros of `shape` with each window added where it was taken."""
    out = np.zeros(shape, np.float32 if g.dtype == np.float16 else g.dtype)
    stop = (g.shape[axis] - 1) * step + 1
    for place in range(size):
        out[(*_before(axis), slice(place, place + stop, step))] += g[..., place]
    return out.astype(g.dtype, copy=False)


windows_along.defvjp(
    x=lambda g, x_shape, *, axis, size, step: add_windows(
        g, axis=axis, size=size, step=step, shape=x_shape
    )
)
add_windows.defvjp(
    g=lambda g, *, axis, size, step: windows_along(g, axis=axis, size=size, step=step)
)


def unfold(self, dimension, size, step):
    """All windows of ``size`` elements along an axis, ``step`` apart, as a new last axis; a view.

    Raises:
        RuntimeError: the axis is shorter than a window, or ``step`` is not above 0.

    >>> import tinyvision as tv
    >>> tv.arange(5).unfold(0, 3, 2)
    tensor([[0, 1, 2],
            [2, 3, 4]])
    """
    line = self if self.ndim else self.reshape(1)
    axis = check_dim(dimension, line.ndim)
    if not 0 <= size <= line.shape[axis]:
        raise RuntimeError(
            f"unfold: windows of {size} do not fit dim {dimension} of shape {self.shape}"
        )
    if step < 1:
        raise RuntimeError(f"unfold: step must be above 0, got {step}")
    windows = windows_along(line, axis=axis, size=size, step=step)
    return windows if self.ndim else windows[0]
