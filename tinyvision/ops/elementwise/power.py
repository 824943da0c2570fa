"""Powers, roots and reciprocals, element by element."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ..base.choose import where
from ..base.pointwise import pointwise
from ..base.promote import (
    as_type,
    check_tensors,
    floating,
    kind_of,
    promoted,
    refuse_booleans,
    refuse_integers,
)
from .exponential import exp2, log


def _powers(input, exponent):
    refuse_booleans("pow", input, exponent)
    base, power = promoted(input, exponent)
    if "f" not in (kind_of(base), kind_of(power)) and np.any(unwrap(power) < 0):
        raise RuntimeError(
            "pow: an integer to a negative power is no integer; convert it first: x.float()"
        )
    return base, power


@pointwise(prepare=_powers)
def pow(input, exponent):
    """``input ** exponent``. The slope of ``x**0`` is 0, also at 0.

    Raises:
        RuntimeError: an integer to a negative power, or both are boolean.

    >>> import tinyvision as tv
    >>> tv.pow(tv.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """
    return np.power(input, exponent)


def _pow_input_rule(g, input, exponent):
    if isinstance(exponent, (bool, int, float)):
        if exponent == 0:
            return where(np.False_, g, 0.0)  # g * 0.0 would be NaN where g is infinite
        # For exponent 1 as well: x**0 keeps the slope in the graph, to be derived again.
        return g * (exponent * input ** (exponent - 1))
    slope = exponent * pow(input, exponent - 1)
    return g * where(exponent == 0, 0.0, slope)


def _pow_exponent_rule(g, ans, input, exponent):
    if isinstance(input, (bool, int, float)):
        input = np.asarray(input, exponent.dtype)
    flat = (input == 0) & (exponent >= 0)  # 0**y is constant there, though its logarithm is -inf
    slope = ans * log(where(flat, 1.0, input))
    return g * where(flat, 0.0, slope)


pow.defvjp(input=_pow_input_rule, exponent=_pow_exponent_rule)


def float_power(input, exponent):
    """``input ** exponent`` in float64, whatever the data types.

    >>> import tinyvision as tv
    >>> tv.float_power(tv.tensor([2, 3]), -1)
    tensor([0.5   , 0.3333], dtype=float64)
    """
    return pow(_double(input), _double(exponent))


def _double(x):
    return as_type(x, np.float64) if hasattr(x, "dtype") else float(x)


def ldexp(input, other):
    """``input * 2**other``.

    >>> import tinyvision as tv
    >>> tv.ldexp(tv.tensor([1.0, 3.0]), tv.tensor([2, -1]))
    tensor([4. , 1.5])
    """
    check_tensors("ldexp", input, other)
    return input * exp2(other)


def _floats(input, other):
    refuse_integers("hypot", input, other)
    return promoted(input, other)


@pointwise(prepare=_floats)
def hypot(input, other):
    """``sqrt(input**2 + other**2)``, also where the squares would overflow.

    Raises:
        RuntimeError: neither is a float.

    >>> import tinyvision as tv
    >>> tv.hypot(tv.tensor([3.0, 5.0]), tv.tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """
    return np.hypot(input, other)


hypot.defvjp(
    input=lambda g, ans, input: g * (input / ans),
    other=lambda g, ans, other: g * (other / ans),
)


def _countable(input):
    """Booleans become integers."""
    return (as_type(input, np.int64) if input.dtype.kind == "b" else input,)


@primitive(prepare=_countable)
def square(input):
    """``input ** 2``; integers stay integers.

    >>> import tinyvision as tv
    >>> tv.square(tv.tensor([1.0, -3.0]))
    tensor([1., 9.])
    """
    return input * input


square.defvjp(input=lambda g, input: g * (2.0 * input))


@primitive(prepare=floating)
def sqrt(input):
    """The square root; NaN for negative numbers. Its slope at 0 is infinite.

    >>> import tinyvision as tv
    >>> tv.sqrt(tv.tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    return np.sqrt(input)


sqrt.defvjp(input=lambda g, ans: g / (2.0 * ans))


@primitive(prepare=floating)
def rsqrt(input):
    """``1 / sqrt(input)``.

    >>> import tinyvision as tv
    >>> tv.rsqrt(tv.tensor([4.0, 16.0]))
    tensor([0.5 , 0.25])
    """
    return 1.0 / np.sqrt(input)


rsqrt.defvjp(input=lambda g, ans: g * (-0.5 * ans * ans * ans))


@primitive(prepare=floating)
def reciprocal(input):
    """``1 / input``.

    >>> import tinyvision as tv
    >>> tv.reciprocal(tv.tensor([4.0, 2.0]))
    tensor([0.25, 0.5 ])
    """
    return 1.0 / input


reciprocal.defvjp(input=lambda g, ans: -g * ans * ans)
