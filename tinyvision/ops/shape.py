"""Moving elements without changing them: reshape, permute, join, cut, pad, flip, repeat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import Tensor
from .broadcast import broadcast_to, expand_shape, reshape_to
from .index import pick
from .promote import as_type, check_dim, check_dims, result_type

# -- the same elements in another shape -------------------------------------------------------


def sizes_of(sizes: tuple) -> tuple[int, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    return tuple(int(size) for size in sizes)


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
    """As :func:`reshape`; also ``view(dtype)``. Where memory does not allow a view it copies.

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

    >>> import tinyvision as tv
    >>> tv.unflatten(tv.zeros(2, 12), 1, (3, -1)).shape
    (2, 3, 4)
    """
    axis = check_dim(dim, input.ndim)
    cut = _full_shape((input.shape[axis],), sizes_of((sizes,)), "unflatten")
    return reshape_to(input, shape=(*input.shape[:axis], *cut, *input.shape[axis + 1 :]))


def squeeze(input, dim=None):
    """Drop the axes of size 1, or those named if they have size 1.

    >>> import tinyvision as tv
    >>> tv.squeeze(tv.zeros(1, 3, 1)).shape, tv.squeeze(tv.zeros(1, 3, 1), 0).shape
    ((3,), (3, 1))
    """
    axes = check_dims(dim, input.ndim)
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
    return broadcast_to(self, shape=expand_shape(self.shape, sizes_of(sizes)))


def expand_as(self, other):
    """To the shape of another tensor.

    >>> import tinyvision as tv
    >>> tv.ones(1, 2).expand_as(tv.zeros(3, 2)).shape
    (3, 2)
    """
    return expand(self, other.shape)


# -- the order of axes and elements -----------------------------------------------------------


@primitive
def permute_axes(x, *, axes):
    """Axis `axes[i]` becomes axis `i`."""
    return x.transpose(axes)


def _inverse(axes):
    return tuple(int(place) for place in np.argsort(axes))


permute_axes.defvjp(x=lambda g, *, axes: permute_axes(g, axes=_inverse(axes)))


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


@primitive
def flip_axes(x, *, axes):
    """The elements in opposite order along axes."""
    return np.flip(x, axes)


flip_axes.defvjp(x=lambda g, *, axes: flip_axes(g, axes=axes))


def flip(input, *dims):
    """The elements in opposite order along axes.

    >>> import tinyvision as tv
    >>> tv.flip(tv.tensor([1, 2, 3]), 0)
    tensor([3, 2, 1])
    """
    axes = tuple(check_dim(dim, input.ndim) for dim in sizes_of(dims))
    return flip_axes(input, axes=axes).clone()


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
    shifts = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    if dims is None:
        return reshape_to(roll(flatten(input), shifts, 0), shape=input.shape)
    axes = check_dims(dims, input.ndim)
    if len(axes) != len(shifts):
        raise ValueError(f"roll: {len(shifts)} shifts for {len(axes)} axes; give one each")
    return _roll(input, shifts=shifts, axes=axes)


# -- joining and cutting ----------------------------------------------------------------------


@primitive
def join(*xs, axis):
    """Arrays end to end along an axis."""
    return np.concatenate(xs, axis=axis)


def _join_rule(g, xs_shape, *, axis, needs):
    gradients, start = [], 0
    for shape, need in zip(xs_shape, needs, strict=True):
        place = (slice(None),) * axis + (slice(start, start + shape[axis]),)
        gradients.append(pick(g, index=place) if need else None)
        start += shape[axis]
    return gradients


join.defvjp_joint(_join_rule)


def _check_sequence(name: str, tensors: Any) -> list[Any]:
    if not isinstance(tensors, (list, tuple)) or not all(isinstance(t, Tensor) for t in tensors):
        raise TypeError(f"{name} needs a list or tuple of tensors, got {type(tensors).__name__}")
    if not tensors:
        raise ValueError(f"{name} needs at least one tensor, got none")
    return list(tensors)


def cat(tensors: Sequence, dim=0):
    """Join tensors end to end along an axis they all have.

    Raises:
        TypeError: not a list or tuple of tensors.
        ValueError: none, or their other axes differ.

    >>> import tinyvision as tv
    >>> tv.cat([tv.tensor([1, 2]), tv.tensor([3])])
    tensor([1, 2, 3])
    """
    given = _check_sequence("cat", tensors)
    # torch lets an empty vector stand among tensors of any shape
    parts = [t for t in given if t.shape != (0,)] or given[:1]
    first = parts[0]
    if first.ndim == 0:
        raise ValueError("cat: tensors without axes cannot be joined; use stack")
    axis = check_dim(dim, first.ndim)
    for position, other in enumerate(parts):
        if other.ndim != first.ndim or any(
            m != n
            for i, (m, n) in enumerate(zip(other.shape, first.shape, strict=True))
            if i != axis
        ):
            raise ValueError(
                f"cat along dim {dim}: tensor {position} has shape {other.shape}, tensor 0 has "
                f"{first.shape}; all axes but dim {dim} must be equal"
            )
    common = first
    for other in parts[1:]:
        dtype = result_type(common, other)
        common = common if common.dtype == dtype else other
    return join(*[as_type(part, common.dtype) for part in parts], axis=axis)


def stack(tensors: Sequence, dim=0):
    """Join tensors of equal shape along a new axis.

    Raises:
        TypeError, ValueError: as :func:`cat`; the shapes differ.

    >>> import tinyvision as tv
    >>> tv.stack([tv.tensor([1, 2]), tv.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    parts = _check_sequence("stack", tensors)
    for position, part in enumerate(parts):
        if part.shape != parts[0].shape:
            raise ValueError(
                f"stack: tensor {position} has shape {part.shape}, tensor 0 has {parts[0].shape}; "
                "they must be equal"
            )
    return cat([unsqueeze(part, dim) for part in parts], dim)


def split(tensor, split_size_or_sections, dim=0):
    """Cut along an axis into pieces of one size (the last may be shorter) or of the sizes listed.

    Raises:
        ValueError: the sizes do not add up.

    >>> import tinyvision as tv
    >>> tv.split(tv.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis = check_dim(dim, tensor.ndim)
    size = tensor.shape[axis]
    if isinstance(split_size_or_sections, int):
        step = split_size_or_sections
        if step < 0 or (step == 0 and size):
            raise ValueError(f"split: the size of a piece must be positive, got {step}")
        pieces = max(-(-size // step), 1) if step else 1
        sections = [min(step, size - i * step) for i in range(pieces)]
    else:
        sections = list(split_size_or_sections)
        if sum(sections) != size or any(section < 0 for section in sections):
            raise ValueError(
                f"split: sections {sections} add up to {sum(sections)}, dim {dim} has size {size}"
            )
    pieces_, start = [], 0
    for section in sections:
        pieces_.append(tensor[(slice(None),) * axis + (slice(start, start + section),)])
        start += section
    return tuple(pieces_)


def chunk(input, chunks, dim=0):
    """Cut along an axis into at most ``chunks`` pieces of equal size; the last may be shorter.

    >>> import tinyvision as tv
    >>> tv.chunk(tv.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if chunks < 1:
        raise ValueError(f"chunk: chunks must be at least 1, got {chunks}")
    size = input.shape[check_dim(dim, input.ndim)]
    return split(input, max(-(-size // chunks), 1), dim)


def unbind(input, dim=0):
    """The slices along an axis, without that axis.

    >>> import tinyvision as tv
    >>> tv.unbind(tv.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    axis = check_dim(dim, input.ndim)
    return tuple(input[(slice(None),) * axis + (i,)] for i in range(input.shape[axis]))


# -- repeating and copying --------------------------------------------------------------------


def repeat(input, *sizes):
    """Lay copies side by side: ``sizes[i]`` times along axis ``i``.

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
    shape = (1,) * (len(times) - input.ndim) + input.shape
    apart = tuple(size for n in shape for size in (1, n))  # (a, b) -> (1, a, 1, b)
    wide = tuple(size for k, n in zip(times, shape, strict=True) for size in (k, n))
    whole = tuple(k * n for k, n in zip(times, shape, strict=True))
    return reshape_to(broadcast_to(reshape_to(input, shape=apart), shape=wide), shape=whole)


def tile(input, *dims):
    """As :func:`repeat`; missing leading numbers count as 1.

    >>> import tinyvision as tv
    >>> tv.tile(tv.tensor([[1, 2]]), 2)
    tensor([[1, 2, 1, 2]])
    """
    times = sizes_of(dims)
    return repeat(input, (1,) * (input.ndim - len(times)) + times)


@primitive
def clone(input):
    """A copy, whose gradient flows to the original.

    >>> import tinyvision as tv
    >>> tv.clone(tv.tensor([1.0]))
    tensor([1.])
    """
    return input.copy(order="K")


clone.defvjp(input=lambda g: g)


def contiguous(input):
    """The same elements lying row by row in memory; itself if they do.

    >>> import tinyvision as tv
    >>> tv.contiguous(tv.zeros(2, 3).t()).is_contiguous()
    True
    """
    return input if input.is_contiguous() else _row_by_row(input)


@primitive
def _row_by_row(x):
    return np.ascontiguousarray(x)


_row_by_row.defvjp(x=lambda g: g)
