"""Arithmetic, element by element: sums, products and quotients.

Two operands are broadcast against each other. Types follow torch: float32 stays float32, and
integers become float32 where the result is not an integer.
"""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import unwrap
from .broadcast import sum_to
from .promote import kind_of, plain_number, promoted, promoted_floating, quiet, refuse_booleans


def _times(other, alpha):
    """``other * alpha``, where alpha is a number that must not change the type."""
    alpha = plain_number(alpha)
    if alpha == 1:
        return other
    if isinstance(alpha, float) and kind_of(other) != "f":
        raise RuntimeError(f"alpha must be an integer for integer tensors, got {alpha!r}")
    return other * alpha


# -- sums and products ------------------------------------------------------------------------


@primitive(prepare=promoted)
@quiet
def add(input, other, *, alpha=1):
    """``input + alpha * other``.

    >>> import tinyvision as tv
    >>> tv.add(tv.tensor([1.0, 2.0]), 3)
    tensor([4., 5.])
    """
    return input + _times(other, alpha)


add.defvjp(
    input=lambda g, input_shape: sum_to(g, input_shape),
    other=lambda g, other_shape, *, alpha: sum_to(_times(g, alpha), other_shape),
)


def _subtractable(input, other):
    refuse_booleans("sub", input, other, "use ^ or logical_xor, or convert one: x.int()")
    return promoted(input, other)


@primitive(prepare=_subtractable)
@quiet
def sub(input, other, *, alpha=1):
    """``input - alpha * other``.

    Raises:
        RuntimeError: both are boolean.

    >>> import tinyvision as tv
    >>> tv.sub(tv.tensor([1.0, 2.0]), 3)
    tensor([-2., -1.])
    """
    return input - _times(other, alpha)


sub.defvjp(
    input=lambda g, input_shape: sum_to(g, input_shape),
    other=lambda g, other_shape, *, alpha: sum_to(-_times(g, alpha), other_shape),
)


@primitive(prepare=promoted)
@quiet
def mul(input, other):
    """``input * other``.

    >>> import tinyvision as tv
    >>> tv.mul(tv.tensor([1.0, 2.0]), 3)
    tensor([3., 6.])
    """
    return input * other


mul.defvjp(
    input=lambda g, other, input_shape: sum_to(g * other, input_shape),
    other=lambda g, input, other_shape: sum_to(g * input, other_shape),
)


@primitive(prepare=promoted_floating)
@quiet
def _true_div(input, other):
    return input / other


_true_div.defvjp(
    input=lambda g, other, input_shape: sum_to(g / other, input_shape),
    other=lambda g, ans, other, other_shape: sum_to(-g * ans / other, other_shape),
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


@primitive(prepare=_divisible)
@quiet
def floor_divide(input, other):
    """``floor(input / other)``; its slope is 0.

    Raises:
        RuntimeError: integers divided by zero.

    >>> import tinyvision as tv
    >>> tv.floor_divide(tv.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return np.floor_divide(input, other)


@primitive(prepare=_divisible)
@quiet
def _truncated_div(input, other):
    quotient = np.floor_divide(input, other)
    if quotient.dtype.kind == "f":
        return np.trunc(np.true_divide(input, other))
    return quotient + ((quotient < 0) & (quotient * other != input))  # rounded down: one too low


for _steps in (floor_divide, _truncated_div):
    _steps.defvjp(
        input=lambda g, input_shape: sum_to(g * 0.0, input_shape),
        other=lambda g, other_shape: sum_to(g * 0.0, other_shape),
    )


@primitive(prepare=_divisible)
@quiet
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
    input=lambda g, input_shape: sum_to(g, input_shape),
    other=lambda g, input, other, other_shape: sum_to(-g * floor_divide(input, other), other_shape),
)


def _negatable(input):
    if input.dtype.kind == "b":
        raise RuntimeError("neg is not defined for booleans; to invert a mask use ~x")
    return (input,)


@primitive(prepare=_negatable)
def neg(input):
    """``-input``.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.neg(tv.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return -input


neg.defvjp(input=lambda g: -g)
