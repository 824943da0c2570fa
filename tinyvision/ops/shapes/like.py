"""New tensors in the shape, or only in the type, of another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.tensor import Tensor, tensor, unwrap
from ...memory_format import takes_memory_format
from ..base.shape import by_keyword
from .create import empty, filled, full, made, ones, zeros


@takes_memory_format
def zeros_like(input, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Zeros in the shape and type of another tensor.

    >>> import tinyvision as tv
    >>> tv.zeros_like(tv.ones(2))
    tensor([0., 0.])
    """
    return made(np.zeros_like(unwrap(input), dtype=dtype), device, requires_grad)


@takes_memory_format
def ones_like(input, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Ones in the shape and type of another tensor.

    >>> import tinyvision as tv
    >>> tv.ones_like(tv.zeros(2))
    tensor([1., 1.])
    """
    return made(np.ones_like(unwrap(input), dtype=dtype), device, requires_grad)


@takes_memory_format
def empty_like(input, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """An unfilled tensor in the shape and type of another.

    >>> import tinyvision as tv
    >>> tv.empty_like(tv.zeros(2)).shape
    (2,)
    """
    return made(np.empty_like(unwrap(input), dtype=dtype), device, requires_grad)


@takes_memory_format
def full_like(input, fill_value, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """One value everywhere, in the shape and type of another tensor.

    Raises:
        RuntimeError: the value lies outside the type.

    >>> import tinyvision as tv
    >>> tv.full_like(tv.zeros(2), 3)
    tensor([3., 3.])
    """
    array = np.empty_like(unwrap(input), dtype=dtype)  # in the same order of axes in memory
    array[...] = filled((), fill_value, array.dtype)
    return made(array, device, requires_grad)


def _type_of(like: Any, dtype: Any) -> Any:
    return like.dtype if dtype is None else dtype


def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """A copy of data in the type of this tensor.

    >>> import tinyvision as tv
    >>> tv.zeros(1).new_tensor([1, 2])
    tensor([1., 2.])
    """
    copied = tensor(data, dtype=_type_of(self, dtype))
    return made(copied._array, device, requires_grad)


@by_keyword("size")
def new_zeros(self, *size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Zeros of the given sizes in the type of this tensor.

    >>> import tinyvision as tv
    >>> tv.ones(1).new_zeros(2)
    tensor([0., 0.])
    """
    dtype = _type_of(self, dtype)
    return zeros(*size, dtype=dtype, device=device, requires_grad=requires_grad)


@by_keyword("size")
def new_ones(self, *size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Ones of the given sizes in the type of this tensor.

    >>> import tinyvision as tv
    >>> tv.zeros(1).new_ones(2)
    tensor([1., 1.])
    """
    dtype = _type_of(self, dtype)
    return ones(*size, dtype=dtype, device=device, requires_grad=requires_grad)


@by_keyword("size")
def new_empty(self, *size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """An unfilled tensor of the given sizes in the type of this tensor.

    >>> import tinyvision as tv
    >>> tv.zeros(1).new_empty(2, 3).shape
    (2, 3)
    """
    dtype = _type_of(self, dtype)
    return empty(*size, dtype=dtype, device=device, requires_grad=requires_grad)


def new_full(self, size, fill_value, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """One value everywhere, in the type of this tensor.

    Raises:
        RuntimeError: the value lies outside the type.

    >>> import tinyvision as tv
    >>> tv.zeros(1).new_full((2,), 7)
    tensor([7., 7.])
    """
    dtype = _type_of(self, dtype)
    return full(size, fill_value, dtype=dtype, device=device, requires_grad=requires_grad)
