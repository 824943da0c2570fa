"""Bits of integers and booleans, element by element. They have no gradient."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.promote import promoted, refuse_booleans


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


def _shifts(name):
    """Preparation that refuses floats, and two booleans, which NumPy would make integers."""
    prepare = _bits(name)

    def prepare_shifts(input, other):
        refuse_booleans(name, input, other)
        return prepare(input, other)

    return prepare_shifts


@primitive(prepare=_shifts("bitwise_left_shift"))
def bitwise_left_shift(input, other):
    """``input << other``: integers times powers of two; 0 where all bits are shifted out.

    Raises:
        TypeError: floats.
        RuntimeError: both are boolean.

    >>> import tinyvision as tv
    >>> tv.bitwise_left_shift(tv.tensor([1, 3]), 2)
    tensor([ 4, 12])
    """
    return np.left_shift(input, other)


@primitive(prepare=_shifts("bitwise_right_shift"))
def bitwise_right_shift(input, other):
    """``input >> other``: integers divided by powers of two, rounded down.

    Raises:
        TypeError: floats.
        RuntimeError: both are boolean.

    >>> import tinyvision as tv
    >>> tv.bitwise_right_shift(tv.tensor([4, -13]), 2)
    tensor([ 1, -4])
    """
    return np.right_shift(input, other)
