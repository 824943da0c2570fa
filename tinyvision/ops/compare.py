"""Comparison and logic, element by element: booleans, which have no gradient."""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from .promote import promoted


def _bits(name: str):
    """Preparation that refuses floats, which have no bits to combine."""

    def prepare(*operands):
        for operand in operands:
            if isinstance(operand, float) or getattr(operand, "dtype", np.dtype(int)).kind == "f":
                raise TypeError(
                    f"{name} needs integers or booleans, got {getattr(operand, 'dtype', operand)}; "
                    "compare first (x > 0), or convert: x.long()"
                )
        return promoted(*operands) if len(operands) == 2 else operands

    return prepare


@primitive(prepare=promoted)
def eq(input, other):
    """Equal, element by element.

    >>> import tinyvision as tv
    >>> tv.eq(tv.tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return np.equal(input, other)


@primitive(prepare=promoted)
def ne(input, other):
    """Not equal, element by element.

    >>> import tinyvision as tv
    >>> tv.ne(tv.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return np.not_equal(input, other)


@primitive(prepare=promoted)
def lt(input, other):
    """Less than, element by element.

    >>> import tinyvision as tv
    >>> tv.lt(tv.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return np.less(input, other)


@primitive(prepare=promoted)
def le(input, other):
    """Less or equal, element by element.

    >>> import tinyvision as tv
    >>> tv.le(tv.tensor([1, 3]), 2)
    tensor([ True, False])
    """
    return np.less_equal(input, other)


@primitive(prepare=promoted)
def gt(input, other):
    """Greater than, element by element.

    >>> import tinyvision as tv
    >>> tv.gt(tv.tensor([1, 3]), 2)
    tensor([False,  True])
    """
    return np.greater(input, other)


@primitive(prepare=promoted)
def ge(input, other):
    """Greater or equal, element by element.

    >>> import tinyvision as tv
    >>> tv.ge(tv.tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return np.greater_equal(input, other)


@primitive(prepare=promoted)
def logical_and(input, other):
    """Both are nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_and(tv.tensor([True, True]), tv.tensor([True, False]))
    tensor([ True, False])
    """
    return np.logical_and(input, other)


@primitive(prepare=promoted)
def logical_or(input, other):
    """At least one is nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_or(tv.tensor([True, False]), tv.tensor([False, False]))
    tensor([ True, False])
    """
    return np.logical_or(input, other)


@primitive(prepare=promoted)
def logical_xor(input, other):
    """Exactly one is nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_xor(tv.tensor([True, False]), tv.tensor([True, True]))
    tensor([False,  True])
    """
    return np.logical_xor(input, other)


@primitive
def logical_not(input):
    """Is zero.

    >>> import tinyvision as tv
    >>> tv.logical_not(tv.tensor([True, False]))
    tensor([False,  True])
    """
    return np.logical_not(input)


@primitive(prepare=_bits("bitwise_and"))
def bitwise_and(input, other):
    """``input & other`` on integers and booleans.

    Raises:
        TypeError: floats.

    >>> import tinyvision as tv
    >>> tv.bitwise_and(tv.tensor([6, 3]), 2)
    tensor([2, 2])
    """
    return np.bitwise_and(input, other)


@primitive(prepare=_bits("bitwise_or"))
def bitwise_or(input, other):
    """``input | other`` on integers and booleans.

    Raises:
        TypeError: floats.

    >>> import tinyvision as tv
    >>> tv.bitwise_or(tv.tensor([6, 3]), 1)
    tensor([7, 3])
    """
    return np.bitwise_or(input, other)


@primitive(prepare=_bits("bitwise_xor"))
def bitwise_xor(input, other):
    """``input ^ other`` on integers and booleans.

    Raises:
        TypeError: floats.

    >>> import tinyvision as tv
    >>> tv.bitwise_xor(tv.tensor([6, 3]), 1)
    tensor([7, 2])
    """
    return np.bitwise_xor(input, other)


@primitive(prepare=_bits("bitwise_not"))
def bitwise_not(input):
    """``~input`` on integers and booleans.

    Raises:
        TypeError: floats.

    >>> import tinyvision as tv
    >>> tv.bitwise_not(tv.tensor([True, False]))
    tensor([False,  True])
    """
    return np.invert(input)


@primitive
def isnan(input):
    """Is not a number.

    >>> import tinyvision as tv
    >>> tv.isnan(tv.tensor([1.0, float("nan")]))
    tensor([False,  True])
    """
    return np.isnan(input)


@primitive
def isinf(input):
    """Is infinite, either way.

    >>> import tinyvision as tv
    >>> tv.isinf(tv.tensor([1.0, float("-inf")]))
    tensor([False,  True])
    """
    return np.isinf(input)


@primitive
def isfinite(input):
    """Is neither infinite nor NaN.

    >>> import tinyvision as tv
    >>> tv.isfinite(tv.tensor([1.0, float("inf")]))
    tensor([ True, False])
    """
    return np.isfinite(input)
