"""Picking elements out and putting them back: indexing, the places of nonzeros, one-hot.

Picking and putting are adjoint, so the rules close: the gradient of a pick is a put of the
gradient, and the gradient of that a pick again. Indices themselves have no gradient.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from .broadcast import sum_to

# -- x[...] -----------------------------------------------------------------------------------


@primitive
def pick(x, *, index):
    """``x[index]`` by NumPy's rules."""
    picked = x[index]
    if isinstance(picked, np.ndarray):
        return picked
    # NumPy copies a single element; with an ellipsis it shows the memory, as any other slice does.
    return x[(*index, ...) if isinstance(index, tuple) else (index, ...)]


@primitive
def put(g, *, index, shape):
    """Zeros of `shape` with `g` added at `index`; an index named twice receives both."""
    if _names_nothing_twice(index):
        out = np.zeros(shape, g.dtype)
        out[index] = g
        return out
    return added_at(shape, index, g)


def added_at(shape, index, g):
    """Zeros of `shape` with `g` added at `index`; float16 is added up in float32."""
    out = np.zeros(shape, np.float32 if g.dtype == np.float16 else g.dtype)
    if out.size > 64 * g.size:  # not worth numbering all places for
        np.add.at(out, index, g)
    else:
        # np.add.at is several times faster where one array of numbers says where, along one axis.
        index = index[0] if isinstance(index, tuple) and len(index) == 1 else index
        if out.ndim > 1 or not _is_array(index):
            index = np.arange(out.size).reshape(shape)[index]
        np.add.at(out.reshape(-1), index.ravel(), g.ravel().astype(out.dtype, copy=False))
    return out.astype(g.dtype, copy=False)


@primitive
def replace(x, value, *, index):
    """A copy of `x` with `value` at `index`."""
    out = np.array(x)  # also of a number, which has nothing to copy into
    out[index] = value
    return out


pick.defvjp(x=lambda g, x_shape, *, index: put(g, index=index, shape=x_shape))
put.defvjp(g=lambda g, *, index: pick(g, index=index))
replace.defvjp(
    x=lambda g, *, index: replace(g, 0.0, index=index),
    value=lambda g, value_shape, *, index: sum_to(_of_what_stayed(g, index), value_shape),
)


def _of_what_stayed(g, index):
    """``g[index]``, and zero where a later value was written over an earlier one."""
    picked = pick(g, index=index)
    if _names_nothing_twice(index):
        return picked
    order = np.arange(math.prod(picked.shape)).reshape(picked.shape)
    last = np.zeros(g.shape, np.int64)
    last[index] = order
    return picked * (last[index] == order).astype(g.dtype)


def _names_nothing_twice(index) -> bool:
    """Whether an index is made of slices, integers and masks only."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(not isinstance(part, np.ndarray) or part.dtype == bool for part in parts)


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
            part = int(array) if array.ndim == 0 and array.dtype != bool else array
        elif isinstance(part, float):
            raise IndexError(f"an index must be an integer, got {part!r}")
        plain.append(part)
    return tuple(plain) if isinstance(index, tuple) else plain[0]


def _lists_of_arrays(part):
    return [_lists_of_arrays(item) for item in part] if isinstance(part, list) else unwrap(part)


def ready_index(index: Any, shape: tuple[int, ...]) -> Any:
    """A plain index that takes integers before arrays, as torch does.

    To NumPy an integer beside an array is an array, and arrays with a slice between them put their
    axes in front: in ``x[0, :, array]`` the array's. To torch that integer only picks a slice.

    Raises:
        IndexError: as :func:`plain_index`, or out of range.
    """
    plain = plain_index(index)
    parts = plain if isinstance(plain, tuple) else (plain,)
    pointing = [i for i, part in enumerate(parts) if _is_integer(part) or _is_array(part)]
    apart = pointing != list(range(min(pointing, default=0), max(pointing, default=-1) + 1))
    if not apart or not any(map(_is_integer, parts)) or not any(map(_is_array, parts)):
        return plain
    by_integers = tuple(each for part in parts for each in _slices_beside(part))
    others = tuple(part for part in parts if not _is_integer(part))
    places = np.arange(math.prod(shape)).reshape(shape)[by_integers][others]
    return np.unravel_index(places, shape)


def _is_integer(part) -> bool:
    return isinstance(part, (int, np.integer)) and not isinstance(part, bool)


def _is_array(part) -> bool:
    return isinstance(part, np.ndarray)


def _slices_beside(part) -> tuple:
    """The part of an index if it is an integer, else as many full slices as it has axes."""
    if _is_integer(part) or part is Ellipsis:
        return (part,)
    if part is None or isinstance(part, (bool, np.bool_)):
        return ()
    return (slice(None),) * (part.ndim if _is_array(part) and part.dtype == bool else 1)


def getitem(x, index):
    """``x[index]``: integers, slices, ``...``, ``None``, and integer or boolean tensors.

    Raises:
        IndexError: out of range, too many indices, or a mask of another shape.
    """
    try:
        return pick(x, index=ready_index(index, x.shape))
    except IndexError as error:
        raise IndexError(f"{error}; the tensor has shape {x.shape}") from None


# -- indices out of values: no gradient -------------------------------------------------------


def nonzero(input, *, as_tuple=False):
    """Where the input is not zero: one row of indices an element, or a tuple, one axis each.

    >>> import tinyvision as tv
    >>> tv.nonzero(tv.tensor([0.0, 5.0, 7.0]))
    tensor([[1],
            [2]])
    """
    array = unwrap(input)
    found = np.nonzero(np.atleast_1d(array))
    if as_tuple:
        return tuple(wrap(places) for places in found)
    if array.ndim == 0:  # a row without columns, if it is there
        return wrap(np.zeros((len(found[0]), 0), np.int64))
    return wrap(np.stack(found, axis=1))


def argwhere(input):
    """Where the input is not zero: one row of indices an element.

    >>> import tinyvision as tv
    >>> tv.argwhere(tv.tensor([0.0, 5.0, 7.0]))
    tensor([[1],
            [2]])
    """
    return nonzero(input)


def one_hot(tensor, num_classes=-1):
    """Integers as rows that are 1 at the place named and 0 elsewhere.

    Raises:
        TypeError: not integers.
        ValueError: a label below 0, or not below ``num_classes``; no class at all.

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
    if num_classes < 1:
        raise ValueError(f"one_hot: num_classes must be at least 1, got {num_classes}")
    if labels.size and labels.max() >= num_classes:
        raise ValueError(
            f"one_hot: the label {labels.max()} needs num_classes of at least {labels.max() + 1}, "
            f"got {num_classes}"
        )
    return wrap((labels[..., None] == np.arange(num_classes)).astype(np.int64))
