"""How far vectors are from each other, and what angle is between them."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import unwrap
from ..base.broadcast import sum_over
from ..base.index import getitem
from ..base.promote import check_broadcast, check_dim, floating, promoted
from .norm import norm

_MODES = (
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


def at_least(x, limit):
    """``x``, raised to ``limit`` where it is below; the gradient is as if it were not."""
    return x + np.maximum(limit - unwrap(x), 0)


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """Divide vectors along an axis by their p-norm, or by ``eps`` if that is larger.

    Raises:
        RuntimeError: the input holds integers.

    >>> import tinyvision as tv
    >>> tv.nn.functional.normalize(tv.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6, 0.8],
            [0. , 0. ]])
    """
    return input / norm(input, p, dim, keepdim=True).clamp(min=eps)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between vectors: their inner product over their lengths.

    Args:
        x1, x2: shapes that broadcast.
        dim: the axis of the vectors in the common shape; it is gone from the answer.
        eps: the least that counts as a length.

    Raises:
        RuntimeError: both hold integers.

    >>> import tinyvision as tv
    >>> tv.cosine_similarity(tv.tensor([[1.0, 0.0]]), tv.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """
    x1, x2 = promoted(x1, x2)
    if x1.dtype.kind != "f":
        raise RuntimeError(f"cosine_similarity needs floats, got {x1.dtype}; use x.float()")
    shape = np.broadcast_shapes(x1.shape, x2.shape)
    axis = check_dim(dim, len(shape))
    unit1, unit2 = (
        x / at_least(norm(x, 2, axis, keepdim=True), eps)
        for x in (x1.expand(shape), x2.expand(shape))
    )
    return sum_over(unit1 * unit2, axes=(axis,) if shape else (), keepdim=False)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of ``x1 - x2 + eps`` along the last axis, row by row.

    Args:
        x1, x2: (N, D) or (D), or shapes that broadcast.
        eps: keeps the slope finite where both are equal.

    >>> import tinyvision as tv
    >>> tv.pairwise_distance(tv.tensor([[3.0, 4.0]]), tv.zeros(1, 2), eps=0.0)
    tensor([5.])
    """
    (difference,) = floating(x1 - x2)
    return norm(difference + eps, p, -1, keepdim)


def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    """The p-norm distance of every row of one matrix from every row of another.

    All differences are in memory at once, P * R * M numbers: no product of matrices, whose
    cancellation would cost close points their digits.

    Args:
        x1: (..., P, M).
        x2: (..., R, M); leading axes are batches and broadcast.
        p: 0 or above; may be infinite.
        compute_mode: any of torch's; all give the same numbers here.

    Returns:
        (..., P, R).

    Raises:
        ValueError: shapes that do not fit, a negative ``p``, an unknown mode.
        RuntimeError: integers, or two different types.

    >>> import tinyvision as tv
    >>> tv.cdist(tv.tensor([[0.0, 0.0], [3.0, 0.0]]), tv.tensor([[3.0, 4.0]]))
    tensor([[5.],
            [4.]])
    """
    if compute_mode is not None and compute_mode not in _MODES:
        raise ValueError(f"cdist: compute_mode must be one of {_MODES}, got {compute_mode!r}")
    for x in (x1, x2):
        if x.ndim < 2:
            raise ValueError(f"cdist: expected matrices of points (..., P, M), got {x.shape}")
    if x1.shape[-1] != x2.shape[-1]:
        raise ValueError(
            f"cdist: the points of {x1.shape} have {x1.shape[-1]} coordinates, those of "
            f"{x2.shape} have {x2.shape[-1]}; they must have equally many"
        )
    check_broadcast(x1.shape[:-2], x2.shape[:-2])
    if x1.dtype != x2.dtype:
        raise RuntimeError(
            f"cdist: one operand is {x1.dtype}, the other {x2.dtype}; convert one: x.to(y.dtype)"
        )
    return _lengths("cdist", x1.unsqueeze(-2) - x2.unsqueeze(-3), p)


def pdist(input, p=2.0):
    """The p-norm distances of all pairs of rows, the first row with the others before the second.

    Args:
        input: (N, M).
        p: 0 or above; may be infinite.

    Returns:
        (N * (N - 1) / 2,).

    Raises:
        ValueError: the input is no matrix, or ``p`` is negative.
        RuntimeError: the input holds integers.

    >>> import tinyvision as tv
    >>> tv.pdist(tv.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.    , 1.    , 4.2426])
    """
    if input.ndim != 2:
        raise ValueError(f"pdist: expected a matrix of points (N, M), got shape {input.shape}")
    first, second = np.triu_indices(input.shape[0], 1)
    return _lengths("pdist", getitem(input, first) - getitem(input, second), p)


def _lengths(name, differences, p):
    """The norms along the last axis; those of points without coordinates are 0."""
    if not p >= 0:
        raise ValueError(f"{name}: p must be 0 or above, got {p}")
    if differences.dtype.kind != "f":
        raise RuntimeError(f"{name} needs floats, got {differences.dtype}; use x.float()")
    if differences.shape[-1] == 0:
        return sum_over(differences, axes=(differences.ndim - 1,), keepdim=False)
    return norm(differences, p, -1)
