"""The same elements in another shape, repeated, or copied."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

from ...autograd.primitive import primitive
from ...memory_format import check_memory_format, takes_memory_format
from .broadcast import broadcast_to, reshape_to, stretch_to
from .promote import check_dim, check_dims

# -- the same elements in another shape -------------------------------------------------------


def sizes_of(sizes: tuple) -> tuple[int, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same.

    Raises:
        TypeError: one of them is not an integer.
    """
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    try:
        return tuple(operator.index(size) for size in sizes)
    except TypeError:
        raise TypeError(f"sizes and axes must be integers, got {sizes}") from None


def by_keyword(name: str) -> Callable[[Callable], Callable]:
    """Let what a function takes as ``*sizes`` also be given by keyword: ``zeros(size=(2, 3))``."""

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            if name in kwargs:
                args = (*args, kwargs.pop(name))
            return function(*args, **kwargs)

        return decorated

    return decorate


def new_sizes(sizes: tuple) -> tuple[int, ...]:
    """The sizes of a tensor to be made.

    Raises:
        TypeError, ValueError: one of them is not an integer, or below 0.
    """
    shape = sizes_of(sizes)
    if any(size < 0 for size in shape):
        raise ValueError(f"the sizes of a new tensor must be at least 0, got {shape}")
    return shape


def _full_shape(shape: tuple[int, ...], sizes: tuple[int, ...], name: str) -> tuple[int, ...]:
    """Work out the one size given as -1, and check the number of elements."""
    count = math.prod(shape)
    if sizes.count(-1) > 1:
        raise ValueError(f"{name}: only one size may be -1, got {sizes}")
    if any(size < -1 for size in sizes):
        raise ValueError(f"{name}: sizes must be at least 0 (or -1 for one), got {sizes}")
    if -1 in sizes:
        known = math.prod(size for size in sizes if size != -1)
        if known == 0 or count % known:
            raise ValueError(
                f"{name}: {count} elements of shape {shape} cannot be dealt out as {sizes}: "
                f"{count} is not a multiple of {known}"
            )
        sizes = tuple(count // known if size == -1 else size for size in sizes)
    if math.prod(sizes) != count:
        raise ValueError(
            f"{name}: shape {shape} has {count} elements, {sizes} would have {math.prod(sizes)}; "
            "their products must be equal (one size may be -1)"
        )
    return sizes


@by_keyword("shape")
def reshape(input, *shape):
    """The same elements in another shape; one size may be -1. Copies only where it must.

    Raises:
        ValueError: the number of elements would change.

    >>> import tinyvision as tv
    >>> tv.arange(6).reshape(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    return reshape_to(input, shape=_full_shape(input.shape, sizes_of(shape), "reshape"))


def view(self, *shape):
    """As :func:`reshape`: where memory does not allow a view it copies.

    >>> import tinyvision as tv
    >>> tv.arange(4).view(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    return reshape_to(self, shape=_full_shape(self.shape, sizes_of(shape), "view"))


def view_as(self, other):
    """In the shape of another tensor.

    >>> import tinyvision as tv
    >>> tv.arange(4).view_as(tv.zeros(2, 2)).shape
    (2, 2)
    """
    return reshape(self, other.shape)


def reshape_as(self, other):
    """In the shape of another tensor, copied only where it must be.

    >>> import tinyvision as tv
    >>> tv.arange(4).reshape_as(tv.zeros(2, 2)).shape
    (2, 2)
    """
    return reshape(self, other.shape)


def ravel(input):
    """All elements along one axis.

    >>> import tinyvision as tv
    >>> tv.ravel(tv.zeros(2, 3)).shape
    (6,)
    """
    return reshape_to(input, shape=(input.numel(),))


def flatten(input, start_dim=0, end_dim=-1):
    """Join neighbouring axes into one.

    >>> import tinyvision as tv
    >>> tv.flatten(tv.zeros(2, 3, 4), 1).shape
    (2, 12)
    """
    if input.ndim == 0:
        return reshape_to(input, shape=(1,))
    start, end = check_dim(start_dim, input.ndim), check_dim(end_dim, input.ndim)
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    shape = input.shape
    joined = math.prod(shape[start : end + 1])
    return reshape_to(input, shape=(*shape[:start], joined, *shape[end + 1 :]))


def unflatten(input, dim, sizes):
    """Cut one axis into several; one size may be -1.

    Raises:
        ValueError: the number of elements would change, or there is no axis to cut.

    >>> import tinyvision as tv
    >>> tv.unflatten(tv.zeros(2, 12), 1, (3, -1)).shape
    (2, 3, 4)
    """
    if input.ndim == 0:
        raise ValueError("unflatten: a tensor without axes (0-d) has none to cut; use reshape")
    axis = check_dim(dim, input.ndim)
    cut = _full_shape((input.shape[axis],), sizes_of((sizes,)), "unflatten")
    return reshape_to(input, shape=(*input.shape[:axis], *cut, *input.shape[axis + 1 :]))


def squeeze(input, dim=None):
    """Drop the axes of size 1, or those named if they have size 1.

    >>> import tinyvision as tv
    >>> tv.squeeze(tv.zeros(1, 3, 1)).shape, tv.squeeze(tv.zeros(1, 3, 1), 0).shape
    ((3,), (3, 1))
    """
    axes = () if dim == () else check_dims(dim, input.ndim)
    kept = tuple(n for axis, n in enumerate(input.shape) if n != 1 or axis not in axes)
    return reshape_to(input, shape=kept)


def unsqueeze(input, dim):
    """Insert an axis of size 1.

    >>> import tinyvision as tv
    >>> tv.unsqueeze(tv.zeros(3), 0).shape
    (1, 3)
    """
    axis = check_dim(dim, input.ndim + 1)
    return reshape_to(input, shape=(*input.shape[:axis], 1, *input.shape[axis:]))


def expand(self, *sizes):
    """Repeat axes of size 1 without copying; -1 keeps a size.

    Raises:
        ValueError: an axis of another size would have to be repeated.

    >>> import tinyvision as tv
    >>> tv.tensor([[1.0], [2.0]]).expand(2, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    return broadcast_to(self, sizes_of(sizes))


def expand_as(self, other):
    """To the shape of another tensor.

    >>> import tinyvision as tv
    >>> tv.ones(1, 2).expand_as(tv.zeros(3, 2)).shape
    (3, 2)
    """
    return expand(self, other.shape)


# -- repeating and copying --------------------------------------------------------------------


def repeat(input, *sizes):
    """Lay copies side by side: ``sizes[i]`` times along axis ``i``.

    Raises:
        ValueError: fewer numbers than axes, or one below 0.

    >>> import tinyvision as tv
    >>> tv.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = sizes_of(sizes)
    if len(times) < input.ndim:
        raise ValueError(
            f"repeat{times}: {len(times)} numbers for {input.ndim} axes; give at least as many"
        )
    if any(k < 0 for k in times):
        raise ValueError(f"repeat: the numbers of copies must be at least 0, got {times}")
    shape = (1,) * (len(times) - input.ndim) + input.shape
    apart = tuple(size for n in shape for size in (1, n))  # (a, b) -> (1, a, 1, b)
    wide = tuple(size for k, n in zip(times, shape, strict=True) for size in (k, n))
    whole = tuple(k * n for k, n in zip(times, shape, strict=True))
    stretched = stretch_to(reshape_to(input, shape=apart), shape=wide)
    return reshape_to(clone(stretched), shape=whole)  # even one copy is a copy, not a view


@by_keyword("dims")
def tile(input, *dims):
    """As :func:`repeat`; missing leading numbers count as 1.

    >>> import tinyvision as tv
    >>> tv.tile(tv.tensor([[1, 2]]), 2)
    tensor([[1, 2, 1, 2]])
    """
    times = sizes_of(dims)
    return repeat(input, (1,) * (input.ndim - len(times)) + times)


@primitive
def clone(input, *, memory_format=None):
    """A copy, whose gradient flows to the original.

    Raises:
        TypeError: ``memory_format`` is none (which one it is has no effect).

    >>> import tinyvision as tv
    >>> tv.clone(tv.tensor([1.0]))
    tensor([1.])
    """
    check_memory_format(memory_format)
    return input.copy(order="K")


clone.defvjp(input=lambda g: g)


@takes_memory_format
def contiguous(input):
    """The same elements lying row by row in memory; itself if they do.

    >>> import tinyvision as tv
    >>> tv.zeros(2, 3).t().contiguous().is_contiguous()
    True
    """
    return input if input.is_contiguous() else _row_by_row(input)


@primitive
def _row_by_row(x):
    return x.copy(order="C")


_row_by_row.defvjp(x=lambda g: g)
