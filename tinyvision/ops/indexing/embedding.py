"""Embedding: rows of a table, looked up by their numbers."""

from __future__ import annotations

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ..base.choose import where


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
        max_norm: rows looked up whose norm is larger are first shortened to it, in the table
            itself.
        norm_type: the p of that norm.
        scale_grad_by_freq: divide the gradient of each row by how often it is looked up.
        sparse: torch's option; there are no sparse gradients here, so only False works.

    Returns:
        (*input.shape, D).

    Raises:
        TypeError: the input does not hold integers.
        IndexError: it, or padding_idx, names a row the table does not have.
        ValueError: the weight is not a matrix, or sparse is True.

    >>> import tinyvision as tv
    >>> table = tv.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> tv.nn.functional.embedding(tv.tensor([2, 0]), table)
    tensor([[3., 4.],
            [0., 0.]])
    """
    refuse_sparse(sparse)
    if weight.ndim != 2:
        raise ValueError(f"embedding: weight must have 2 axes (V, D), got shape {weight.shape}")
    rows = np.array(unwrap(input))  # a copy: later changes of the input must not count
    if rows.dtype.kind not in "iu":
        raise TypeError(f"embedding: the input must hold integers, got {rows.dtype}; use x.long()")
    count = weight.shape[0]
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        raise IndexError(
            f"embedding: the input names {_in_words(rows)}, but the table of shape "
            f"{weight.shape} has 0..{count - 1}; mend the input, or make the table longer"
        )
    if padding_idx is not None:
        padding_idx = checked_padding(padding_idx, count)
    if max_norm is not None:
        _shorten(weight, np.unique(rows), float(max_norm), float(norm_type))
    out = take_rows(weight, rows=rows)
    if scale_grad_by_freq and out.requires_grad:
        often = np.bincount(rows.ravel(), minlength=count)[rows][..., None]
        share = (1.0 / often).astype(out.dtype)
        out.register_hook(lambda g: g * share)  # no derivative of anything, so no rule
    if padding_idx is None:
        return out
    return where((rows == padding_idx)[..., None], out.detach(), out)


def _in_words(rows) -> str:
    least, most = rows.min(), rows.max()
    return f"row {least}" if least == most else f"rows {least}..{most}"


def _shorten(weight, rows, longest, p) -> None:
    """Scale rows of a table down to a norm, in place."""
    table = unwrap(weight)[rows]
    wide = np.abs(table, dtype=np.promote_types(table.dtype, np.float32))
    norms = wide.max(axis=1, initial=0.0) if np.isinf(p) else (wide**p).sum(axis=1) ** (1.0 / p)
    long = norms > longest
    # Divided by a little more than the norm, as in torch.
    factors = (longest / (norms[long] + 1e-7))[:, None].astype(table.dtype)
    with no_grad():
        weight.detach()[rows[long]] = wrap(table[long] * factors)


def refuse_sparse(sparse) -> None:
    """Raise unless torch's option `sparse` is False.

    Raises:
        ValueError: it is not.
    """
    if sparse:
        raise ValueError(f"embedding: sparse is not supported, got {sparse!r}; leave it out")


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
