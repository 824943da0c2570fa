"""Picking elements out and putting them back: indexing, gather and scatter, one-hot.

Picking and putting are adjoint, so the rules close: the gradient of a pick is a put of the
gradient, and the gradient of that a pick again. Indices themselves have no gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import Tensor, unwrap, wrap
from .broadcast import sum_to
from .promote import as_type, check_dim

# -- x[...] -----------------------------------------------------------------------------------


@primitive
def pick(x, *, index):
    """``x[index]`` by NumPy's rules."""
    return x[index]


@primitive
def put(g, *, index, shape):
    """Zeros of `shape` with `g` added at `index`; an index named twice receives both."""
    out = np.zeros(shape, g.dtype)
    if _is_basic(index):
        out[index] = g
    else:
        np.add.at(out, index, g)
    return out


@primitive
def replace(x, value, *, index):
    """A copy of `x` with `value` at `index`."""
    out = x.copy()
    out[index] = value
    return out


pick.defvjp(x=lambda g, x_shape, *, index: put(g, index=index, shape=x_shape))
put.defvjp(g=lambda g, *, index: pick(g, index=index))
replace.defvjp(
    x=lambda g, *, index: replace(g, 0.0, index=index),
    value=lambda g, value_shape, *, index: sum_to(pick(g, index=index), value_shape),
)


def _is_basic(index) -> bool:
    """Whether an index is made of slices and integers only, so names nothing twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, (int, np.integer, slice))
        and not isinstance(part, (bool, np.bool_)))
        for part in parts
    )


def plain_index(index: Any) -> Any:
    """An index with arrays in place of tensors and lists; copied, as later changes must not count.

    Raises:
        IndexError: a float among the indices.
    """
    parts = index if isinstance(index, tuple) else (index,)
    plain = []
    for part in parts:
        if isinstance(part, (Tensor, np.ndarray, list)):
            array = np.array(_lists_of_arrays(part))
            if array.size == 0 and isinstance(part, list):
                array = array.astype(np.int64)
            if array.dtype.kind not in "iub":
                raise IndexError(
                    f"indices must be integers or booleans, got {array.dtype}; use x.long()"
                )
            part = array
        elif isinstance(part, float):
            raise IndexError(f"an index must be an integer, got {part!r}")
        plain.append(part)
    return tuple(plain) if isinstance(index, tuple) else plain[0]


def _lists_of_arrays(part):
    return [_lists_of_arrays(item) for item in part] if isinstance(part, list) else unwrap(part)


def getitem(x, index):
    """``x[index]``: integers, slices, ``...``, ``None``, and integer or boolean tensors.

    Raises:
        IndexError: out of range, too many indices, or a mask of another shape.
    """
    return pick(x, index=plain_index(index))


# -- along one axis ---------------------------------------------------------------------------


@primitive
def take_along(x, *, index, axis):
    """Along one axis, at each place of `index`, the element it names."""
    return np.take_along_axis(x, index, axis)


@primitive
def add_along(g, *, index, axis, shape):
    """Zeros of `shape` with `g` added along one axis at the places `index` names."""
    out = np.zeros(shape, g.dtype)
    np.add.at(out, _along(index, axis), g)
    return out


def _along(index, axis):
    """The full index that takes `index` along one axis and every place along the others."""
    places = list(np.ix_(*[np.arange(size) for size in index.shape]))
    places[axis] = index
    return tuple(places)


take_along.defvjp(
    x=lambda g, x_shape, *, index, axis: add_along(g, index=index, axis=axis, shape=x_shape)
)
add_along.defvjp(g=lambda g, *, index, axis: pick(g, index=_along(index, axis)))


def _index_array(index, size: int, name: str) -> np.ndarray:
    array = np.asarray(unwrap(index))
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got {array.dtype}; use index.long()")
    if array.size and (array.min() < 0 or array.max() >= size):
        raise IndexError(
            f"{name} names places {array.min()}..{array.max()}, but the axis has {size} "
            f"(0..{size - 1})"
        )
    return array.copy()


def _check_within(name: str, index, shape, axis: int) -> None:
    if index.ndim != len(shape):
        raise ValueError(f"{name}: index has {index.ndim} axes, the tensor {len(shape)}")
    for other, (mine, theirs) in enumerate(zip(index.shape, shape, strict=True)):
        if other != axis and mine > theirs:
            raise ValueError(
                f"{name}: index has size {mine} along dim {other}, the tensor only {theirs}"
            )


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
    axis = check_dim(dim, input.ndim)
    array = _index_array(index, input.shape[axis], "gather: index")
    _check_within("gather", array, input.shape, axis)
    return pick(input, index=_along(array, axis))


def take_along_dim(input, indices, dim):
    """The elements named along one axis; the other axes of the index equal the input's.

    >>> import tinyvision as tv
    >>> x = tv.tensor([[3.0, 1.0, 2.0]])
    >>> tv.take_along_dim(x, x.argsort(dim=1), dim=1)
    tensor([[1., 2., 3.]])
    """
    axis = check_dim(dim, input.ndim)
    array = _index_array(indices, input.shape[axis], "take_along_dim: indices")
    return take_along(input, index=array, axis=axis)


def scatter_add(input, dim, index, src):
    """``out = input``, then ``out[index[i][j]][j] += src[i][j]`` for ``dim=0``, and so on.

    >>> import tinyvision as tv
    >>> tv.scatter_add(tv.zeros(1, 3), 1, tv.tensor([[0, 0, 2]]), tv.ones(1, 3))
    tensor([[2., 0., 1.]])
    """
    axis = check_dim(dim, input.ndim)
    array = _index_array(index, input.shape[axis], "scatter_add: index")
    _check_within("scatter_add", array, input.shape, axis)
    _check_within("scatter_add: src", array, src.shape, -1)
    used = pick(src, index=tuple(slice(size) for size in array.shape))
    return input + add_along(used, index=array, axis=axis, shape=input.shape)


def index_select(input, dim, index):
    """Whole slices along one axis, in the order of the index.

    >>> import tinyvision as tv
    >>> tv.index_select(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), 0, tv.tensor([1, 1]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    axis = check_dim(dim, input.ndim)
    array = _index_array(index, input.shape[axis], "index_select: index")
    return pick(input, index=(slice(None),) * axis + (array,))


def masked_select(input, mask):
    """The elements where the mask holds, in a row.

    >>> import tinyvision as tv
    >>> x = tv.tensor([1.0, 2.0, 3.0])
    >>> tv.masked_select(x, x > 1)
    tensor([2., 3.])
    """
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return pick(input.expand(shape), index=np.broadcast_to(unwrap(mask), shape).copy())


def masked_fill(input, mask, value):
    """``value`` where the mask holds, the input elsewhere.

    Raises:
        TypeError: the mask is not boolean.

    >>> import tinyvision as tv
    >>> tv.masked_fill(tv.tensor([1.0, 2.0]), tv.tensor([True, False]), 0.0)
    tensor([0., 2.])
    """
    from .choose import where  # choose builds on broadcast, as this file does

    if mask.dtype.kind != "b":
        raise TypeError(f"masked_fill needs a boolean mask, got {mask.dtype}; use mask.bool()")
    if isinstance(value, Tensor):
        value = as_type(value, input.dtype)
    return as_type(where(mask, value, input), input.dtype)


# -- indices out of values: no gradient -------------------------------------------------------


def nonzero(input, *, as_tuple=False):
    """Where the input is not zero: one row of indices an element, or a tuple, one axis each.

    >>> import tinyvision as tv
    >>> tv.nonzero(tv.tensor([0.0, 5.0, 7.0]))
    tensor([[1],
            [2]])
    """
    found = np.nonzero(unwrap(input))
    if as_tuple:
        return tuple(wrap(places) for places in found)
    return wrap(np.stack(found, axis=1) if found else np.zeros((int(bool(input)), 0), np.int64))


def one_hot(tensor, num_classes=-1):
    """Integers as rows that are 1 at the place named and 0 elsewhere.

    Raises:
        TypeError: not integers.
        ValueError: a label below 0, or not below ``num_classes``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.one_hot(tv.tensor([0, 2]), 3)
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    labels = np.asarray(unwrap(tensor))
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot needs integers, got {labels.dtype}; use labels.long()")
    if labels.size and labels.min() < 0:
        raise ValueError(f"one_hot: the label {labels.min()} is below 0")
    if num_classes == -1:
        if not labels.size:
            raise ValueError("one_hot: no labels to find num_classes from; give num_classes")
        num_classes = int(labels.max()) + 1
    if labels.size and labels.max() >= num_classes:
        raise ValueError(
            f"one_hot: the label {labels.max()} needs num_classes of at least {labels.max() + 1}, "
            f"got {num_classes}"
        )
    return wrap((labels[..., None] == np.arange(num_classes)).astype(np.int64))
