"""Arithmetic, element by element: sums, products, quotients, powers and roots.

Two operands are broadcast against each other. Types follow torch: float32 stays float32, and
integers become float32 where the result is not an integer.
"""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import unwrap
from .broadcast import sum_to
from .choose import where
from .exponential import log
from .promote import as_type, floating, plain_number, promoted, promoted_floating, quiet


def _refuse_booleans(name: str, x, y, advice: str = "convert one: x.int()") -> None:
    if all(np.asarray(unwrap(operand)).dtype.kind == "b" for operand in (x, y)):
        raise RuntimeError(f"{name} is not defined for two booleans; {advice}")


def _times(other, alpha):
    """``other * alpha``, where alpha is a number that must not change the type."""
    alpha = plain_number(alpha)
    if alpha == 1:
        return other
    if isinstance(alpha, float) and np.asarray(unwrap(other)).dtype.kind != "f":
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
    _refuse_booleans("sub", input, other, "use ^ or logical_xor, or convert one: x.int()")
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
    _refuse_booleans("integer division", input, other)
    input, other = promoted(input, other)
    divisor = np.asarray(unwrap(other))
    integers = "f" not in (divisor.dtype.kind, getattr(input, "dtype", divisor.dtype).kind)
    if integers and not divisor.all():
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


# -- powers and roots -------------------------------------------------------------------------


def _powers(input, exponent):
    _refuse_booleans("pow", input, exponent)
    base, power = promoted(input, exponent)
    integers = all(np.asarray(unwrap(operand)).dtype.kind in "biu" for operand in (base, power))
    if integers and np.any(np.asarray(unwrap(power)) < 0):
        raise RuntimeError(
            "pow: an integer to a negative power is no integer; convert it first: x.float()"
        )
    return base, power


@primitive(prepare=_powers)
@quiet
def pow(input, exponent):
    """``input ** exponent``. The slope of ``x**0`` is 0, also at 0.

    Raises:
        RuntimeError: an integer to a negative power, or both are boolean.

    >>> import tinyvision as tv
    >>> tv.pow(tv.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """
    return np.power(input, exponent)


def _pow_input_rule(g, input, exponent, input_shape):
    if isinstance(exponent, (bool, int, float)):
        if exponent == 0:
            return where(np.False_, g, 0.0)  # g * 0.0 would be NaN where g is infinite
        if exponent == 1:
            return g
        return g * (exponent * input ** (exponent - 1))
    slope = exponent * pow(input, exponent - 1)
    return sum_to(g * where(exponent == 0, 0.0, slope), input_shape)


def _pow_exponent_rule(g, ans, input, exponent, exponent_shape):
    if isinstance(input, (bool, int, float)):
        input = full_like_number(input, exponent)
    flat = (input == 0) & (exponent >= 0)  # 0**y is constant there, though its logarithm is -inf
    slope = ans * log(where(flat, 1.0, input))
    return sum_to(g * where(flat, 0.0, slope), exponent_shape)


def full_like_number(number, like):
    """A 0-d array of a Python number in the type of `like`."""
    return np.asarray(number, dtype=like.dtype)


pow.defvjp(input=_pow_input_rule, exponent=_pow_exponent_rule)


def _countable(input):
    """Booleans become integers."""
    return (as_type(input, np.int64) if input.dtype.kind == "b" else input,)


@primitive(prepare=_countable)
@quiet
def square(input):
    """``input ** 2``; integers stay integers.

    >>> import tinyvision as tv
    >>> tv.square(tv.tensor([1.0, -3.0]))
    tensor([1., 9.])
    """
    return input * input


square.defvjp(input=lambda g, input: g * (2.0 * input))


@primitive(prepare=floating)
@quiet
def sqrt(input):
    """The square root; NaN for negative numbers. Its slope at 0 is infinite.

    >>> import tinyvision as tv
    >>> tv.sqrt(tv.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return np.sqrt(input)


sqrt.defvjp(input=lambda g, ans: g / (2.0 * ans))


@primitive(prepare=floating)
@quiet
def rsqrt(input):
    """``1 / sqrt(input)``.

    >>> import tinyvision as tv
    >>> tv.rsqrt(tv.tensor([4.0, 16.0]))
    tensor([0.5 , 0.25])
    """
    return 1.0 / np.sqrt(input)


rsqrt.defvjp(input=lambda g, ans: g * (-0.5 * ans * ans * ans))


@primitive(prepare=floating)
@quiet
def reciprocal(input):
    """``1 / input``.

    >>> import tinyvision as tv
    >>> tv.reciprocal(tv.tensor([4.0, 2.0]))
    tensor([0.25, 0.5 ])
    """
    return 1.0 / input


reciprocal.defvjp(input=lambda g, ans: -g * ans * ans)
