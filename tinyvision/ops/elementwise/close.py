"""Are two tensors the same, or nearly?"""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import unwrap, wrap
from ..base.promote import check_tensors, promoted


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """``|input - other| <= atol + rtol * |other|``, element by element; booleans.

    Raises:
        ValueError: a negative tolerance.
        TypeError: one is a number.
        RuntimeError: the data types differ.

    >>> import tinyvision as tv
    >>> tv.isclose(tv.tensor([1.0, 2.0]), tv.tensor([1.0, 2.1]))
    tensor([ True, False])
    """
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise ValueError(f"isclose: {name} must not be negative, got {tolerance}")
    check_tensors("isclose", input, other)
    if input.dtype != other.dtype:
        raise RuntimeError(
            f"isclose: the two must have the same data type, got {input.dtype} and "
            f"{other.dtype}; convert one: y.to(x.dtype)"
        )
    x, y = promoted(input, other)
    return wrap(np.asarray(np.isclose(unwrap(x), unwrap(y), rtol, atol, equal_nan)))


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False) -> bool:
    """Whether :func:`isclose` holds everywhere.

    >>> import tinyvision as tv
    >>> tv.allclose(tv.tensor([1.0]), tv.tensor([1.0 + 1e-9]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).all())


def equal(input, other) -> bool:
    """Whether two tensors have the same shape and elements.

    >>> import tinyvision as tv
    >>> tv.equal(tv.tensor([1, 2]), tv.tensor([1, 2]))
    True
    """
    return input.shape == other.shape and bool((unwrap(input) == unwrap(other)).all())
