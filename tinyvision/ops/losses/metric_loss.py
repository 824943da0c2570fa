"""Losses that teach distances: what belongs together is to be close, and closer than the rest.

``reduction`` is 'mean', 'sum' or 'none'.
"""

from __future__ import annotations

from ..base.choose import clamp, minimum, where
from ..elementwise.power import sqrt, square
from ..reductions.distance import pairwise_distance
from ..reductions.reduce import sum
from .reduction import reduced, refuse_old

_LEAST_SQUARE = 1e-12  # torch's, added to squared lengths


def cosine_embedding_loss(
    input1, input2, target, margin=0.0, size_average=None, reduce=None, reduction="mean"
):
    """``1 - cos`` where two belong together, ``max(0, cos - margin)`` where they do not.

    Args:
        input1, input2: (N, D) or (D).
        target: 1 (belong together) or -1: (N) or ().
        margin: the cosine that is small enough, between -1 and 1.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: shapes that do not fit, or an unknown reduction.

    >>> import tinyvision as tv
    >>> x, y = tv.tensor([[1.0, 0.0]]), tv.tensor([[0.0, 1.0]])
    >>> tv.nn.functional.cosine_embedding_loss(x, y, tv.tensor([1]))
    tensor(1.)
    """
    refuse_old(size_average, reduce)
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise ValueError(
            "cosine_embedding_loss: expected inputs (N, D) and a target (N), or (D) and (); got "
            f"{input1.shape}, {input2.shape} and {target.shape}"
        )
    product = sum(input1 * input2, -1)
    squares = [sum(square(x), -1) + _LEAST_SQUARE for x in (input1, input2)]
    cosine = product / sqrt(squares[0] * squares[1])
    together = where(target == 1, 1.0 - cosine, 0.0)
    apart = where(target == -1, clamp(cosine - margin, min=0.0), 0.0)
    return reduced(together + apart, reduction)


def triplet_margin_loss(
    anchor,
    positive,
    negative,
    margin=1.0,
    p=2.0,
    eps=1e-6,
    swap=False,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    """What the negative example lacks of being farther from the anchor than the positive one.

    ``max(0, margin + d(anchor, positive) - d(anchor, negative))``, d the p-norm of the difference.

    Args:
        anchor, positive, negative: (N, D) or (D); equally many axes.
        margin: positive; by how much farther.
        p, eps: those of :func:`pairwise_distance`.
        swap: count the negative example's distance from the positive one if that is less.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the margin is not positive, the numbers of axes differ, an unknown reduction.

    Source: Balntas et al., "Learning Local Feature Descriptors with Triplets" (2016).

    >>> import tinyvision as tv
    >>> a, p, n = tv.zeros(1, 1), tv.ones(1, 1), tv.full((1, 1), 1.5)
    >>> tv.nn.functional.triplet_margin_loss(a, p, n)
    tensor(0.5)
    """
    refuse_old(size_average, reduce)

    def distance(x, y):
        return pairwise_distance(x, y, p, eps)

    return _triplets(
        "triplet_margin_loss", anchor, positive, negative, distance, margin, swap, reduction
    )


def triplet_margin_with_distance_loss(
    anchor,
    positive,
    negative,
    *,
    distance_function=None,
    margin=1.0,
    swap=False,
    reduction="mean",
):
    """:func:`triplet_margin_loss` with a distance of one's own.

    Args:
        anchor, positive, negative: what the distance takes; equally many axes.
        distance_function: of two of them; :func:`pairwise_distance` if None.
        margin: positive; by how much farther.
        swap: count the negative example's distance from the positive one if that is less.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the margin is not positive, the numbers of axes differ, an unknown reduction.

    >>> import tinyvision as tv
    >>> a, p, n = tv.zeros(1, 2), tv.ones(1, 2), tv.full((1, 2), 1.5)
    >>> loss = tv.nn.functional.triplet_margin_with_distance_loss
    >>> loss(a, p, n, distance_function=lambda x, y: (x - y).abs().sum(-1))
    tensor(0.)
    """
    distance = pairwise_distance if distance_function is None else distance_function
    return _triplets(
        "triplet_margin_with_distance_loss",
        anchor,
        positive,
        negative,
        distance,
        margin,
        swap,
        reduction,
    )


def check_margin(name, margin) -> None:
    """Raise ValueError unless the margin is positive."""
    if not margin > 0:
        raise ValueError(f"{name}: margin must be positive, got {margin}")


def _triplets(name, anchor, positive, negative, distance, margin, swap, reduction):
    check_margin(name, margin)
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise ValueError(
            f"{name}: anchor, positive and negative must have equally many axes, got shapes "
            f"{anchor.shape}, {positive.shape} and {negative.shape}"
        )
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduced(clamp(margin + near - far, min=0.0), reduction)
