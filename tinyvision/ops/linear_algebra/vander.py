"""Vandermonde's matrices: the powers of numbers, side by side."""

from __future__ import annotations

import operator

import numpy as np

from ..base.promote import as_type
from ..elementwise.arithmetic import mul
from ..shapes.join import stack
from ..shapes.like import ones_like
from ..shapes.stacks import atleast_1d


def _powers(x, count):
    """1, x, x * x, ...: so many; integers as int64."""
    x = x if x.dtype.kind == "f" else as_type(x, np.int64)
    powers = [ones_like(x), x][:count]
    while len(powers) < count:
        powers.append(mul(powers[-1], x))
    return powers


def linalg_vander(x, *, N=None):
    """The powers 0 to N - 1 of each element, along a new last axis.

    Args:
        x: vectors (..., K); a number is one of one element.
        N: how many powers, at least 2; K if not given.

    Raises:
        ValueError: fewer than two powers.

    >>> import tinyvision as tv
    >>> tv.linalg.vander(tv.tensor([2, 3]), N=3)
    tensor([[1, 2, 4],
            [1, 3, 9]])
    """
    x = atleast_1d(x)
    count = x.shape[-1] if N is None else operator.index(N)
    if N is not None and count < 2:
        raise ValueError(f"linalg.vander: N must be at least 2, got {N}")
    return stack(_powers(x, count), -1) if count else x.new_zeros((*x.shape, 0))


def vander(x, N=None, increasing=False):
    """The powers of each element of a vector, one element a row, falling from left to right.

    Args:
        x: a vector.
        N: how many powers; as many as elements if not given.
        increasing: whether they rise instead.

    Raises:
        ValueError: not a vector, or N is below 0.

    >>> import tinyvision as tv
    >>> tv.vander(tv.tensor([2, 3]), 3)
    tensor([[4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise ValueError(f"vander needs a vector, got shape {x.shape}")
    count = len(x) if N is None else operator.index(N)
    if count < 0:
        raise ValueError(f"vander: N must be at least 0, got {N}")
    if count == 0:
        return x.new_zeros((len(x), 0))
    powers = _powers(x, count)
    return stack(powers if increasing else powers[::-1], 1)
