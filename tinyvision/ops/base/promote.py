"""Types and shapes of arguments: torch's promotion, and errors before NumPy's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import DEFAULT_DTYPE, Tensor

_INTEGER = np.dtype("int64")
_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}


@primitive
def cast(x, *, dtype):
    """Convert to another data type; the gradient is converted back."""
    return x.astype(dtype)


cast.defvjp(x=lambda g, x_dtype: cast(g, dtype=x_dtype))


def as_type(x: Any, dtype: Any) -> Any:
    """`x` in another data type; `x` itself where it has that type."""
    return x if x.dtype == dtype else cast(x, dtype=np.dtype(dtype))


def floating(x: Any) -> tuple[Any]:
    """Integers and booleans become float32, as torch does for exp, sqrt and the like."""
    return (x if x.dtype.kind == "f" else cast(x, dtype=DEFAULT_DTYPE),)


def plain_number(x: Any) -> Any:
    """A Python number of a NumPy one, whose width must not widen a tensor's."""
    return x.item() if isinstance(x, np.generic) else x


def wrapped(number: Any, dtype: np.dtype) -> Any:
    """A Python number beside a tensor: an integer counts modulo the range of an integer type.

    So do the tensor's own sums: 200 + 100 is 44 as uint8. NumPy would raise an error of its own.

    Raises:
        OverflowError: more than 64 bits.
    """
    if dtype.kind not in "iu" or type(number) is not int:
        return number
    bits = 8 * dtype.itemsize
    if not -(2**63) <= number < 2**64:
        raise OverflowError(
            f"{number} needs more than 64 bits, the other operand is {dtype}; convert it to a "
            "float first: x.double()"
        )
    low = 0 if dtype.kind == "u" else -(2 ** (bits - 1))
    return (number - low) % 2**bits + low


def check_fits(value: Any, dtype: np.dtype) -> Any:
    """A number that is to be stored in a type, as one of that type.

    Raises:
        RuntimeError: it lies outside the range of the type.
    """
    number = value.item() if hasattr(value, "item") else value
    if dtype.kind == "b":
        return bool(number)
    infinite = isinstance(number, float) and not math.isfinite(number)
    if dtype.kind == "f":
        if not infinite and abs(number) > float(np.finfo(dtype).max):
            raise RuntimeError(_out_of_range(number, dtype))
        return number
    bounds = np.iinfo(dtype)
    # as in torch, -1 may stand for the last number of an unsigned type, -2 for the one before it
    low = -bounds.max if dtype.kind == "u" else bounds.min
    if infinite or not low <= int(number) <= bounds.max:
        raise RuntimeError(_out_of_range(number, dtype))
    return wrapped(int(number), dtype)


def _out_of_range(number: Any, dtype: np.dtype) -> str:
    reach = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return (
        f"{number} lies outside the range of {dtype}, {reach.min}..{reach.max}; clamp it, or "
        "choose a wider dtype"
    )


def kind_of(x: Any) -> str:
    """The kind of a tensor, an array or a number: 'b' boolean, 'i' or 'u' integer, 'f' float."""
    if hasattr(x, "dtype"):
        return x.dtype.kind
    return "b" if isinstance(x, bool) else "i" if isinstance(x, int) else "f"


def refuse_booleans(name: str, x: Any, y: Any, advice: str = "convert one: x.int()") -> None:
    """Raise if both are boolean, of which NumPy would make integers or an error of its own.

    Raises:
        RuntimeError: both are boolean.
    """
    if kind_of(x) == "b" and kind_of(y) == "b":
        raise RuntimeError(f"{name} is not defined for two booleans; {advice}")


def refuse_integers(name: str, *operands: Any) -> None:
    """Raise if none is a float, where torch has no answer in integers.

    Raises:
        RuntimeError: all are integers or booleans.
    """
    if all(kind_of(operand) != "f" for operand in operands):
        raise RuntimeError(f"{name} is not defined for integers; convert them: x.float()")


def numeric(name: str) -> Callable[[Any], tuple[Any]]:
    """Preparation that refuses a boolean tensor, as torch does where it has no sensible answer."""

    def prepare(x: Any) -> tuple[Any]:
        if x.dtype.kind == "b":
            raise RuntimeError(f"{name} is not defined for booleans; convert them: x.int()")
        return (x,)

    return prepare


def can_hold(dtype: np.dtype, other: np.dtype) -> bool:
    """Whether numbers of the other type may be stored in place: not floats among integers."""
    return _CATEGORY[other.kind] <= _CATEGORY[dtype.kind]


def result_type(x: Any, y: Any) -> np.dtype:
    """The data type torch gives an operation of two operands.

    The kind (boolean, integer, float) is the higher of the two; the width comes from the operands
    of that kind, those with axes before those without; Python numbers have a kind but no width.
    """
    dx, dy = getattr(x, "dtype", None), getattr(y, "dtype", None)
    if dx is None or dy is None:
        dtype, number = (dx, y) if dx is not None else (dy, x)
        if dtype is None:
            raise TypeError(f"expected a tensor, got {type(x).__name__} and {type(y).__name__}")
        if not isinstance(number, (bool, int, float)):
            raise TypeError(
                f"expected a number, an array or a tensor, got {type(number).__name__}: {number!r}"
            )
        own = DEFAULT_DTYPE if isinstance(number, float) else _INTEGER
        kind = 0 if isinstance(number, bool) else _CATEGORY[own.kind]
        return own if kind > _CATEGORY[dtype.kind] else dtype
    cx, cy = _CATEGORY[dx.kind], _CATEGORY[dy.kind]
    if cx != cy:
        return dx if cx > cy else dy
    if (x.ndim == 0) != (y.ndim == 0):
        return dy if x.ndim == 0 else dx
    return np.promote_types(dx, dy)


def promoted(x: Any, y: Any) -> tuple[Any, Any]:
    """Two operands in their common type, their shapes checked against each other.

    Raises:
        ValueError: as :func:`check_broadcast`.
        OverflowError: an integer of more than 64 bits.
    """
    # The usual cases, which need no care: a float tensor beside one like it, or beside a number.
    if isinstance(x, Tensor) and x._array.dtype.kind == "f":
        a = x._array
        if type(y) is float or type(y) is int:
            return x, y
        if isinstance(y, Tensor) and a.dtype == y._array.dtype and a.shape == y._array.shape:
            return x, y
    return _promoted(x, y, wrapped)


def check_tensors(name: str, *operands: Any) -> None:
    """Raise if one is a number, where torch wants tensors.

    Raises:
        TypeError: one is a Python number.
    """
    for operand in operands:
        if isinstance(operand, (bool, int, float)):
            raise TypeError(
                f"{name} needs two tensors, got the number {operand}; use tv.tensor({operand})"
            )


def promoted_tensors(name: str) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Preparation as :func:`promoted` of a function that takes no numbers."""

    def prepare(x: Any, y: Any) -> tuple[Any, Any]:
        check_tensors(name, x, y)
        return promoted(x, y)

    return prepare


def comparable(x: Any, y: Any) -> tuple[Any, Any]:
    """As :func:`promoted`, but numbers keep their value: 300 is greater than any uint8."""
    return _promoted(x, y, lambda number, dtype: number)


def _promoted(x: Any, y: Any, fit: Callable[[Any, np.dtype], Any]) -> tuple[Any, Any]:
    dx, dy = getattr(x, "dtype", None), getattr(y, "dtype", None)
    if dx is None or dx != dy:
        x, y = plain_number(x), plain_number(y)
        dx, dy = getattr(x, "dtype", None), getattr(y, "dtype", None)
        dtype = result_type(x, y)
        # A Python number stays one: NumPy then follows the array's type.
        x = fit(x, dtype) if dx is None else as_type(x, dtype)
        y = fit(y, dtype) if dy is None else as_type(y, dtype)
    if dx is not None and dy is not None and x.shape != y.shape:
        check_broadcast(x.shape, y.shape)
    return x, y


def promoted_floating(x: Any, y: Any) -> tuple[Any, Any]:
    """As :func:`promoted`, and integers become floats: for division."""
    x, y = promoted(x, y)
    return tuple(
        operand if getattr(operand, "dtype", DEFAULT_DTYPE).kind == "f" else floating(operand)[0]
        for operand in (x, y)
    )


def check_broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Raise an error that names the axis if two shapes cannot be combined.

    Raises:
        ValueError: an axis, counted from the end, has two sizes of which neither is 1.
    """
    for axis in range(1, min(len(a), len(b)) + 1):
        m, n = a[-axis], b[-axis]
        if m != n and m != 1 and n != 1:
            raise ValueError(
                f"shapes {a} and {b} cannot be combined: axis {-axis} has size {m} in one and {n} "
                "in the other. Shapes are matched from the last axis back, and sizes must be equal "
                "or one of them 1; unsqueeze or reshape one of the two"
            )


def check_dim(dim: int, ndim: int) -> int:
    """An axis counted from the front.

    Raises:
        TypeError: it is not an integer.
        IndexError: the tensor has no such axis.
    """
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)):
        raise TypeError(f"dim must be an integer, got {dim!r}")
    axes = max(ndim, 1)  # torch lets a 0-d tensor have dim 0 and -1
    if not -axes <= dim < axes:
        raise IndexError(
            f"dim {dim} is out of range for a tensor of {ndim} axes: {-axes}..{axes - 1}"
        )
    return int(dim) % axes


def check_dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """Several axes counted from the front; None stands for all of them.

    Raises:
        IndexError, TypeError: as :func:`check_dim`.
        ValueError: an axis is named twice.
    """
    if dim is None:
        return tuple(range(ndim))
    if not isinstance(dim, (tuple, list)):
        axis = check_dim(dim, ndim)
        return (axis,) if ndim else ()
    if not dim:
        return tuple(range(ndim))
    axes = tuple(check_dim(d, ndim) for d in dim)
    if len(set(axes)) != len(axes):
        raise ValueError(f"dim {tuple(dim)} names an axis twice")
    return axes if ndim else ()


def is_tensor(obj: Any) -> bool:
    """Whether it is a :class:`tinyvision.Tensor`."""
    return isinstance(obj, Tensor)
