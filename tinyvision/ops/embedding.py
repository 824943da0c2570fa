"""Embedding: rows of a table, looked up by their numbers."""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.tensor import unwrap
from .choose import where


@primitive
def take_rows(weight, *, rows):
    """(V, D), integers (...) -> (..., D)."""
    return weight[rows]


@primitive
def add_rows(g, *, rows, count):
    """The adjoint: (..., D) -> (count, D), zeros with each row of `g` added where it was taken."""
    # A sparse matrix with a one per row taken: fifty times faster than np.add.at, the same order.
    from scipy.sparse import csr_array  # used here only

    flat = g.reshape(rows.size, g.shape[-1])
    wide = flat.astype(np.promote_types(g.dtype, np.float32), copy=False)
    ones, starts = np.ones(rows.size, wide.dtype), np.arange(rows.size + 1)
    taken = csr_array((ones, rows.ravel(), starts), shape=(rows.size, count))
    return (taken.T @ wide).astype(g.dtype, copy=False)  # (V, L) @ (L, D) -> (V, D)


take_rows.defvjp(
    weight=lambda g, weight_shape, *, rows: add_rows(g, rows=rows, count=weight_shape[0])
)
add_rows.defvjp(g=lambda g, *, rows: take_rows(g, rows=rows))


def embedding(
    input,
    weight,
    padding_idx=None,
    max_norm=None,
    norm_type=2.0,
    scale_grad_by_freq=False,
    sparse=False,
):
    """The rows of a table that the input names.

    Args:
        input: integers 0..V - 1, of any shape.
        weight: (V, D).
        padding_idx: a row that gets no gradient.
        max_norm, norm_type, scale_grad_by_freq, sparse: torch has them; only the defaults work.

    Returns:
        (*input.shape, D).

    Raises:
        TypeError: the input does not hold integers.
        IndexError: it, or padding_idx, names a row the table does not have.
        ValueError: the weight is not a matrix, or an option is not supported.

    >>> import tinyvision as tv
    >>> table = tv.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> tv.nn.functional.embedding(tv.tensor([2, 0]), table)
    tensor([[3., 4.],
            [0., 0.]])
    """
    refuse_options(max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)
    if weight.ndim != 2:
        raise ValueError(f"embedding: weight must have 2 axes (V, D), got shape {weight.shape}")
    rows = np.array(unwrap(input))  # a copy: later changes of the input must not count
    if rows.dtype.kind not in "iu":
        raise TypeError(f"embedding: the input must hold integers, got {rows.dtype}; use x.long()")
    count = weight.shape[0]
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        raise IndexError(
            f"embedding: the input names rows {rows.min()}..{rows.max()}, but the table of shape "
            f"{weight.shape} has 0..{count - 1}"
        )
    out = take_rows(weight, rows=rows)
    if padding_idx is None:
        return out
    is_padding = rows == checked_padding(padding_idx, count)
    return where(is_padding[..., None], out.detach(), out)


def refuse_options(**options) -> None:
    """Raise ValueError for an option of torch's embedding that is not supported."""
    for name, value in options.items():
        if value is not None and value is not False:
            raise ValueError(f"embedding: {name} is not supported, got {value!r}; leave it out")


def checked_padding(padding_idx, count):
    """The padding row, counted from the front.

    Raises:
        IndexError: there is no such row.
    """
    if not -count <= padding_idx < count:
        raise IndexError(
            f"padding_idx must be a row of the table, {-count}..{count - 1}, got {padding_idx}"
        )
    return padding_idx % count
