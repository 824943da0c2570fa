"""Picking along one axis, and by a mask: gather and its adjoint, index_select, masked_select."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap
from ..base.broadcast import broadcast_to, reshape_to
from ..base.choose import where
from ..base.index import added_at, pick
from ..base.promote import as_type, check_broadcast, check_dim, check_fits


@primitive
def take_along(x, *, index, axis):
    """Along one axis, at each place of `index`, the element it names."""
    return np.take_along_axis(x, index, axis)


@primitive
def add_along(g, *, index, axis, shape):
    """Zeros of `shape` with `g` added along one axis at the places `index` names."""
    return added_at(shape, along(index, axis), g)


def along(index, axis):
    """The full index that takes `index` along one axis and every place along the others."""
    places = list(np.ix_(*[np.arange(size) for size in index.shape]))
    places[axis] = index
    return tuple(places)


take_along.defvjp(
    x=lambda g, x_shape, *, index, axis: add_along(g, index=index, axis=axis, shape=x_shape)
)
add_along.defvjp(g=lambda g, *, index, axis: pick(g, index=along(index, axis)))


def axis_and_line(name: str, input, dim):
    """The input, a tensor without axes as one of one element, and the axis counted from the front.

    Raises:
        TypeError, IndexError: as :func:`check_dim`.
    """
    axis = check_dim(dim, input.ndim)
    return (input if input.ndim else reshape_to(input, shape=(1,))), axis


def index_array(index, size: int, name: str, wraps: bool = False) -> np.ndarray:
    """A copy of an index, as later changes must not count; what counts from the end if it may.

    Raises:
        TypeError: it does not hold integers.
        IndexError: it names a place outside.
    """
    array = np.asarray(unwrap(index))
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got {array.dtype}; use x.long()")
    lowest = -size if wraps else 0
    if array.size and (array.min() < lowest or array.max() >= size):
        raise IndexError(
            f"{name} names places {array.min()}..{array.max()}, but the axis has {size} "
            f"({lowest}..{size - 1})"
        )
    return array % size if wraps and size else array.copy()


def checked_along(name: str, input, dim, index):
    """For gather and scatter: the input with an axis, the axis, and the index as an array.

    Raises:
        TypeError, IndexError: as :func:`index_array`.
        ValueError: the index has another number of axes, or is larger along another axis.
    """
    line, axis = axis_and_line(name, input, dim)
    array = index_array(index, line.shape[axis], f"{name}: index")
    if array.size == 0 and array.ndim != line.ndim:  # it names nothing, whatever its axes
        array = array.reshape((0,) * line.ndim)
    array = array if array.ndim else array.reshape(1)
    if array.ndim != line.ndim:
        raise ValueError(f"{name}: index has {array.ndim} axes, the tensor {line.ndim}")
    for other, (mine, theirs) in enumerate(zip(array.shape, line.shape, strict=True)):
        if other != axis and mine > theirs and array.size:
            raise ValueError(
                f"{name}: index has size {mine} along dim {other}, the tensor only {theirs}"
            )
    return line, axis, array


def gather(input, dim, index):
    """``out[i][j] = input[index[i][j]][j]`` for ``dim=0``, and so on.

    Raises:
        TypeError: the index does not hold integers.
        IndexError: it names a place outside.
        ValueError: its shape does not fit.

    >>> import tinyvision as tv
    >>> tv.gather(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), 1, tv.tensor([[1], [0]]))
    tensor([[2.],
            [3.]])
    """
    line, axis, array = checked_along("gather", input, dim, index)
    return reshape_to(pick(line, index=along(array, axis)), shape=index.shape)


def take_along_dim(input, indices, dim=None):
    """The elements named along one axis; the other axes of both are broadcast.

    Without ``dim`` both count as flat.

    Raises:
        TypeError, IndexError: as :func:`gather`.
        ValueError: the other axes do not fit.

    >>> import tinyvision as tv
    >>> x = tv.tensor([[3.0, 1.0, 2.0]])
    >>> tv.take_along_dim(x, x.argsort(dim=1), dim=1)
    tensor([[1., 2., 3.]])
    """
    if dim is None:
        return take_along_dim(input.reshape(-1), unwrap(indices).reshape(-1), 0)
    if input.ndim == 0:
        raise ValueError("take_along_dim needs a tensor with at least one axis, got shape ()")
    axis = check_dim(dim, input.ndim)
    array = index_array(indices, input.shape[axis], "take_along_dim: indices", wraps=True)
    if array.ndim != input.ndim:
        raise ValueError(
            f"take_along_dim: indices have {array.ndim} axes, the tensor {input.ndim}; they must "
            "be equal"
        )
    others = [_with_size(x.shape, axis, 1) for x in (input, array)]
    check_broadcast(*others)
    common = np.broadcast_shapes(*others)
    wide = broadcast_to(input, _with_size(common, axis, input.shape[axis]))
    places = np.broadcast_to(array, _with_size(common, axis, array.shape[axis]))
    return take_along(wide, index=places, axis=axis)


def _with_size(shape, axis, size):
    return (*shape[:axis], size, *shape[axis + 1 :])


def index_select(input, dim, index):
    """Whole slices along one axis, in the order of the index.

    Raises:
        TypeError, IndexError: as :func:`gather`.
        ValueError: the index has several axes.

    >>> import tinyvision as tv
    >>> tv.index_select(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), 0, tv.tensor([1, 1]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    line, axis = axis_and_line("index_select", input, dim)
    array = index_array(index, line.shape[axis], "index_select: index")
    if array.ndim > 1:
        raise ValueError(
            f"index_select: the index must have one axis, got shape {array.shape}; use x[index]"
        )
    picked = pick(line, index=(slice(None),) * axis + (array.reshape(-1),))
    return picked if input.ndim else reshape_to(picked, shape=())


# -- by a mask --------------------------------------------------------------------------------


def masked_select(input, mask):
    """The elements where the mask holds, in a row.

    Raises:
        TypeError: the mask is not boolean.
        ValueError: the shapes cannot be broadcast.

    >>> import tinyvision as tv
    >>> x = tv.tensor([1.0, 2.0, 3.0])
    >>> tv.masked_select(x, x > 1)
    tensor([2., 3.])
    """
    check_mask("masked_select", mask)
    check_broadcast(input.shape, mask.shape)
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return pick(broadcast_to(input, shape), index=np.broadcast_to(unwrap(mask), shape).copy())


def check_mask(name, mask) -> None:
    if mask.dtype != bool:
        raise TypeError(f"{name} needs a boolean mask, got {mask.dtype}; use mask.bool()")


def masked_fill(input, mask, value):
    """``value`` where the mask holds, the input elsewhere.

    Raises:
        TypeError: the mask is not boolean.
        RuntimeError: the value is a tensor with axes, or lies outside the type.

    >>> import tinyvision as tv
    >>> tv.masked_fill(tv.tensor([1.0, 2.0]), tv.tensor([True, False]), 0.0)
    tensor([0., 2.])
    """
    check_mask("masked_fill", mask)
    if isinstance(value, Tensor):
        if value.ndim:
            raise RuntimeError(
                f"masked_fill: the value must be one number, got shape {value.shape}; "
                "use where(mask, value, input)"
            )
        value = as_type(value, input.dtype)
    else:
        check_fits(value, input.dtype)
    return as_type(where(mask, value, input), input.dtype)
