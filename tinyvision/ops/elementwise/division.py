"""Division, element by element: quotients, rounded or not, and what they leave over."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import unwrap
from ..base.pointwise import pointwise
from ..base.promote import kind_of, promoted, promoted_floating, refuse_booleans, refuse_integers
from .arithmetic import add


@pointwise(prepare=promoted_floating)
def _true_div(input, other):
    return input / other


_true_div.defvjp(
    input=lambda g, other: g / other,
    other=lambda g, ans, other: -g * ans / other,
)


def div(input, other, *, rounding_mode=None):
    """``input / other``; rounded towards zero with 'trunc', down with 'floor'.

    Raises:
        ValueError: another ``rounding_mode``.

    >>> import tinyvision as tv
    >>> tv.div(tv.tensor([7.0, -7.0]), 2), tv.div(tv.tensor([7, -7]), 2, rounding_mode="floor")
    (tensor([ 3.5, -3.5]), tensor([ 3, -4]))
    """
    if rounding_mode is None:
        return _true_div(input, other)
    if rounding_mode == "floor":
        return floor_divide(input, other)
    if rounding_mode == "trunc":
        return _truncated_div(input, other)
    raise ValueError(f"rounding_mode must be None, 'trunc' or 'floor', got {rounding_mode!r}")


def _divisible(input, other):
    """Two operands in their common type; integers have no infinity to answer a zero with."""
    refuse_booleans("integer division", input, other)
    input, other = promoted(input, other)
    if "f" not in (kind_of(input), kind_of(other)) and not np.all(unwrap(other)):
        raise RuntimeError("integers cannot be divided by zero; convert first: x.float()")
    return input, other


@pointwise(prepare=_divisible)
def floor_divide(input, other):
    """``floor(input / other)``; its slope is 0.

    Raises:
        RuntimeError: integers divided by zero.

    >>> import tinyvision as tv
    >>> tv.floor_divide(tv.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return np.floor_divide(input, other)


@pointwise(prepare=_divisible)
def _truncated_div(input, other):
    quotient = np.floor_divide(input, other)
    if quotient.dtype.kind == "f":
        return np.trunc(np.true_divide(input, other))
    return quotient + ((quotient < 0) & (quotient * other != input))  # rounded down: one too low


for _steps in (floor_divide, _truncated_div):
    _steps.defvjp(
        input=lambda g: g * 0.0,
        other=lambda g: g * 0.0,
    )


@pointwise(prepare=_divisible)
def remainder(input, other):
    """What is left of ``input`` after division by ``other``, with the sign of ``other``.

    Raises:
        RuntimeError: integers divided by zero.

    >>> import tinyvision as tv
    >>> tv.remainder(tv.tensor([7.0, -7.0]), 3)
    tensor([1., 2.])
    """
    return np.remainder(input, other)


remainder.defvjp(
    input=lambda g: g,
    other=lambda g, input, other: -g * floor_divide(input, other),
)


@pointwise(prepare=_divisible)
def fmod(input, other):
    """What is left of ``input`` after division by ``other``, with the sign of ``input``.

    Raises:
        RuntimeError: integers divided by zero.

    >>> import tinyvision as tv
    >>> tv.fmod(tv.tensor([7.0, -7.0]), 3)
    tensor([ 1., -1.])
    """
    return np.fmod(input, other)


fmod.defvjp(
    input=lambda g: g,
    other=lambda g, input, other: -g * _truncated_div(input, other),
)


def addcdiv(input, tensor1, tensor2, *, value=1):
    """``input + value * tensor1 / tensor2``.

    Raises:
        RuntimeError: integers divided by integers.

    >>> import tinyvision as tv
    >>> tv.addcdiv(tv.tensor([1.0, 2.0]), tv.tensor([3.0]), tv.tensor([4.0, 6.0]), value=2)
    tensor([2.5, 3. ])
    """
    refuse_integers("addcdiv", tensor1, tensor2)
    return add(input, div(tensor1, tensor2), alpha=value)
