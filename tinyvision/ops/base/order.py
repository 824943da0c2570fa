"""The order of axes and of the elements along them: permute, transpose, flip, roll."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from .broadcast import reshape_to
from .promote import check_dim, check_dims
from .shape import by_keyword, flatten, sizes_of


@primitive
def permute_axes(x, *, axes):
    """Axis `axes[i]` becomes axis `i`."""
    return x.transpose(axes)


def _inverse(axes):
    return tuple(int(place) for place in np.argsort(axes))


permute_axes.defvjp(x=lambda g, *, axes: permute_axes(g, axes=_inverse(axes)))


@by_keyword("dims")
def permute(input, *dims):
    """Reorder the axes, without copying.

    Raises:
        ValueError: not every axis is named once.

    >>> import tinyvision as tv
    >>> tv.zeros(2, 3, 4).permute(2, 0, 1).shape
    (4, 2, 3)
    """
    axes = tuple(check_dim(dim, input.ndim) for dim in sizes_of(dims))
    if sorted(axes) != list(range(input.ndim)):
        raise ValueError(
            f"permute{tuple(dims)}: each of the {input.ndim} axes must be named exactly once"
        )
    return permute_axes(input, axes=axes)


def transpose(input, dim0, dim1):
    """Swap two axes, without copying.

    >>> import tinyvision as tv
    >>> tv.transpose(tv.zeros(2, 3), 0, 1).shape
    (3, 2)
    """
    axes = list(range(input.ndim))
    a, b = check_dim(dim0, input.ndim), check_dim(dim1, input.ndim)
    if axes:
        axes[a], axes[b] = axes[b], axes[a]
    return permute_axes(input, axes=tuple(axes))


def swapaxes(input, axis0, axis1):
    """As :func:`transpose`, by NumPy's name.

    >>> import tinyvision as tv
    >>> tv.swapaxes(tv.zeros(2, 3), 0, 1).shape
    (3, 2)
    """
    return transpose(input, axis0, axis1)


def movedim(input, source, destination):
    """Move axes to other places; the others keep their order.

    >>> import tinyvision as tv
    >>> tv.movedim(tv.zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    sources, places = check_dims(source, input.ndim), check_dims(destination, input.ndim)
    if len(sources) != len(places):
        raise ValueError(f"movedim: {len(sources)} axes cannot go to {len(places)} places")
    order = [axis for axis in range(input.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return permute_axes(input, axes=tuple(order))


def t(input):
    """The transposed matrix; vectors and numbers as they are.

    Raises:
        ValueError: more than two axes.

    >>> import tinyvision as tv
    >>> tv.zeros(2, 3).t().shape
    (3, 2)
    """
    if input.ndim > 2:
        raise ValueError(
            f"t() needs at most two axes, the tensor has shape {input.shape}; use transpose or mT"
        )
    return permute_axes(input, axes=tuple(reversed(range(input.ndim))))


def adjoint(input):
    """The transposed matrices (..., N, M) of (..., M, N): real numbers are their own conjugates.

    Raises:
        ValueError: fewer than two axes.

    >>> import tinyvision as tv
    >>> tv.adjoint(tv.zeros(4, 2, 3)).shape
    (4, 3, 2)
    """
    if input.ndim < 2:
        raise ValueError(f"adjoint needs at least two axes, got shape {input.shape}")
    return transpose(input, -2, -1)


@primitive
def flip_axes(x, *, axes):
    """The elements in opposite order along axes."""
    return np.flip(x, axes)


flip_axes.defvjp(x=lambda g, *, axes: flip_axes(g, axes=axes))


@by_keyword("dims")
def flip(input, *dims):
    """The elements in opposite order along axes.

    >>> import tinyvision as tv
    >>> tv.flip(tv.tensor([1, 2, 3]), 0)
    tensor([3, 2, 1])
    """
    named = sizes_of(dims)
    axes = check_dims(named, input.ndim) if named else ()
    return flip_axes(input, axes=axes).clone()


def fliplr(input):
    """The columns in opposite order: along the second axis.

    Raises:
        ValueError: fewer than two axes.

    >>> import tinyvision as tv
    >>> tv.fliplr(tv.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if input.ndim < 2:
        raise ValueError(f"fliplr needs at least two axes, got shape {input.shape}; use flip")
    return flip(input, 1)


def flipud(input):
    """The rows in opposite order: along the first axis.

    Raises:
        ValueError: no axes.

    >>> import tinyvision as tv
    >>> tv.flipud(tv.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if input.ndim < 1:
        raise ValueError("flipud needs at least one axis, got a tensor without (0-d)")
    return flip(input, 0)


def rot90(input, k=1, dims=(0, 1)):
    """Turned by ``k`` quarters in the plane of two axes, from the first towards the second.

    Raises:
        ValueError: not two different axes.

    >>> import tinyvision as tv
    >>> tv.rot90(tv.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    if not isinstance(dims, (tuple, list)) or len(dims) != 2:
        raise ValueError(f"rot90 turns in the plane of two axes, got dims={dims!r}")
    if input.ndim < 2:
        raise ValueError(f"rot90 needs at least two axes, got shape {input.shape}")
    first, second = check_dims(dims, input.ndim)
    turns = k % 4
    if turns == 0:
        return input.clone()
    if turns == 2:
        return flip(input, (first, second))
    swapped = transpose(input, first, second)
    return flip(swapped, first if turns == 1 else second)


@primitive
def _roll(x, *, shifts, axes):
    return np.roll(x, shifts, axes)


_roll.defvjp(
    x=lambda g, *, shifts, axes: _roll(g, shifts=tuple(-shift for shift in shifts), axes=axes)
)


def roll(input, shifts, dims=None):
    """Shift along axes; what leaves at one end enters at the other.

    >>> import tinyvision as tv
    >>> tv.roll(tv.tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    shifts = sizes_of((shifts,))
    if dims is None:
        return reshape_to(roll(flatten(input), shifts, 0), shape=input.shape)
    axes = check_dims(dims, input.ndim)
    if len(axes) != len(shifts):
        raise ValueError(f"roll: {len(shifts)} shifts for {len(axes)} axes; give one each")
    return _roll(input, shifts=shifts, axes=axes)
