"""Data types: which an operation has, what fits into which, and how far each reaches."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.tensor import DEFAULT_DTYPE
from ..base import promote

_ORDER = {"b": 0, "u": 1, "i": 1, "f": 2}


def _number_type(x: Any) -> np.dtype:
    """The type a Python number would have as a tensor."""
    return np.dtype(bool if isinstance(x, bool) else "int64" if isinstance(x, int) else "float32")


def result_type(tensor1, tensor2) -> np.dtype:
    """The data type of an operation of two operands, each a tensor or a number.

    The kind (boolean, integer, float) is the higher of the two; the width comes from the operands
    of that kind, tensors with axes before those without, those before numbers.

    Raises:
        TypeError: neither a tensor nor a number.

    >>> import tinyvision as tv
    >>> tv.result_type(tv.tensor([1, 2]), 1.5)
    dtype('float32')
    """
    numbers = (bool, int, float)
    if isinstance(tensor1, numbers) and isinstance(tensor2, numbers):
        return promote_types(_number_type(tensor1), _number_type(tensor2))
    return promote.result_type(tensor1, tensor2)


def promote_types(type1, type2) -> np.dtype:
    """The smallest data type that holds the values of both; any float holds any integer.

    Raises:
        TypeError: not a data type.

    >>> import tinyvision as tv
    >>> tv.promote_types(tv.int64, tv.float16)
    dtype('float16')
    """
    a, b = np.dtype(type1), np.dtype(type2)
    if _ORDER[a.kind] != _ORDER[b.kind]:
        return a if _ORDER[a.kind] > _ORDER[b.kind] else b
    return np.promote_types(a, b)


def can_cast(from_, to) -> bool:
    """Whether a conversion keeps the kind: no float to an integer, no integer to a boolean.

    Raises:
        TypeError: not a data type.

    >>> import tinyvision as tv
    >>> tv.can_cast(tv.float64, tv.float16), tv.can_cast(tv.float32, tv.int64)
    (True, False)
    """
    return _ORDER[np.dtype(from_).kind] <= _ORDER[np.dtype(to).kind]


def get_default_dtype() -> np.dtype:
    """float32: the type of Python floats and of new tensors. It cannot be changed.

    >>> get_default_dtype()
    dtype('float32')
    """
    return DEFAULT_DTYPE


def is_floating_point(input) -> bool:
    """Whether the elements are floating-point numbers, hence may have a gradient.

    >>> import tinyvision as tv
    >>> tv.is_floating_point(tv.zeros(1)), tv.is_floating_point(tv.tensor([1]))
    (True, False)
    """
    return input.is_floating_point()


def numel(input) -> int:
    """The number of elements.

    >>> import tinyvision as tv
    >>> tv.numel(tv.zeros(2, 3))
    6
    """
    return input.numel()


def is_complex(input) -> bool:
    """Whether the elements are complex numbers: never, there are none.

    >>> import tinyvision as tv
    >>> tv.is_complex(tv.zeros(1))
    False
    """
    return False


def is_signed(input) -> bool:
    """Whether the data type has numbers below 0.

    >>> import tinyvision as tv
    >>> tv.is_signed(tv.zeros(1)), tv.is_signed(tv.zeros(1, dtype=tv.uint8))
    (True, False)
    """
    return input.dtype.kind in "if"


def is_nonzero(input) -> bool:
    """Whether the one element is not 0.

    Raises:
        RuntimeError: not exactly one element.

    >>> import tinyvision as tv
    >>> tv.is_nonzero(tv.tensor([0.5]))
    True
    """
    return bool(input)


def is_same_size(input, other) -> bool:
    """Whether two tensors have one shape.

    >>> import tinyvision as tv
    >>> tv.is_same_size(tv.zeros(2), tv.zeros(2, 1))
    False
    """
    return input.shape == other.shape


class finfo:
    """How far a floating type reaches, in Python numbers: ``max``, ``min``, ``eps``, ``tiny``, ...

    Raises:
        TypeError: not a floating type.

    >>> import tinyvision as tv
    >>> tv.finfo(tv.float16).max, tv.finfo(tv.float32).eps
    (65504.0, 1.1920928955078125e-07)
    """

    def __init__(self, type: Any = DEFAULT_DTYPE) -> None:
        dtype = np.dtype(type)
        if dtype.kind != "f":
            raise TypeError(f"finfo needs a floating type, got {dtype}; use iinfo for integers")
        found = np.finfo(dtype)
        self.dtype = dtype.name
        self.bits = int(found.bits)
        self.eps = float(found.eps)
        self.max = float(found.max)
        self.min = float(found.min)
        self.tiny = self.smallest_normal = float(found.tiny)
        self.resolution = float(found.resolution)

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, "
            f"eps={self.eps:g}, smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, "
            f"dtype={self.dtype})"
        )


class iinfo:
    """How far an integer type reaches: ``min``, ``max``, ``bits``.

    Raises:
        TypeError: not an integer type.

    >>> import tinyvision as tv
    >>> tv.iinfo(tv.uint8)
    iinfo(min=0, max=255, dtype=uint8)
    """

    def __init__(self, type: Any) -> None:
        dtype = np.dtype(type)
        if dtype.kind not in "iu":
            raise TypeError(f"iinfo needs an integer type, got {dtype}; use finfo for floats")
        found = np.iinfo(dtype)
        self.dtype = dtype.name
        self.bits = int(found.bits)
        self.min, self.max = int(found.min), int(found.max)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"
