"""Joining tensors into one, and cutting one into several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor
from ..base.index import pick
from ..base.promote import as_type, check_dim, result_type
from ..base.shape import unsqueeze


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


def _axis_and_size(name: str, tensor: Any, dim: int) -> tuple[int, int]:
    if tensor.ndim == 0:
        raise ValueError(f"{name}: a tensor without axes (0-d) cannot be cut; use item()")
    axis = check_dim(dim, tensor.ndim)
    return axis, tensor.shape[axis]


def check_sequence(name: str, tensors: Any) -> list[Any]:
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
    given = check_sequence("cat", tensors)
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
    dtype = first.dtype
    for other in parts[1:]:
        dtype = result_type(np.empty(1, dtype), other)
    return join(*[as_type(part, dtype) for part in parts], axis=axis)


def stack(tensors: Sequence, dim=0):
    """Join tensors of equal shape along a new axis.

    Raises:
        TypeError, ValueError: as :func:`cat`; the shapes differ.

    >>> import tinyvision as tv
    >>> tv.stack([tv.tensor([1, 2]), tv.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    parts = check_sequence("stack", tensors)
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
        ValueError: the sizes do not add up, or there is no axis to cut.

    >>> import tinyvision as tv
    >>> tv.split(tv.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis, size = _axis_and_size("split", tensor, dim)
    if isinstance(split_size_or_sections, (int, np.integer)):
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
    _, size = _axis_and_size("chunk", input, dim)
    if size == 0:
        return split(input, [0] * chunks, dim)
    return split(input, -(-size // chunks), dim)


def unbind(input, dim=0):
    """The slices along an axis, without that axis.

    >>> import tinyvision as tv
    >>> tv.unbind(tv.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    axis, size = _axis_and_size("unbind", input, dim)
    return tuple(input[(slice(None),) * axis + (i,)] for i in range(size))
