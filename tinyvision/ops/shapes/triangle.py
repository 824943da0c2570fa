"""Triangles of matrices, and where they lie."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import Tensor
from ..base.choose import zero_where
from ..base.shape import new_sizes
from .create import made


def _lower_triangle(name, input, diagonal) -> np.ndarray:
    if input.ndim < 2:
        raise ValueError(f"{name} needs at least two axes, got shape {input.shape}")
    rows, columns = input.shape[-2:]
    return np.tri(rows, columns, diagonal, dtype=bool)


def _kept(mask: np.ndarray, input):
    """Zeros outside the mask: no product, of which inf * 0 would be NaN."""
    return zero_where(input, mask=np.broadcast_to(~mask, input.shape))


def tril(input, diagonal=0):
    """The lower triangle of matrices (..., M, N); above it, zeros.

    Raises:
        ValueError: fewer than two axes.

    >>> import tinyvision as tv
    >>> tv.tril(tv.ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return _kept(_lower_triangle("tril", input, diagonal), input)


def triu(input, diagonal=0):
    """The upper triangle of matrices (..., M, N); below it, zeros.

    Raises:
        ValueError: fewer than two axes.

    >>> import tinyvision as tv
    >>> tv.triu(tv.ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return _kept(~_lower_triangle("triu", input, diagonal - 1), input)


def tril_indices(row, col, offset=0, *, dtype=np.int64, device=None) -> Tensor:
    """Rows and columns of the elements of a lower triangle, row by row: (2, count).

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    row, col = new_sizes((row, col))
    places = np.stack(np.nonzero(np.tri(row, col, offset, dtype=bool)))
    return made(places.astype(dtype), device, False)


def triu_indices(row, col, offset=0, *, dtype=np.int64, device=None) -> Tensor:
    """Rows and columns of the elements of an upper triangle, row by row: (2, count).

    >>> triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    row, col = new_sizes((row, col))
    places = np.stack(np.nonzero(~np.tri(row, col, offset - 1, dtype=bool)))
    return made(places.astype(dtype), device, False)
