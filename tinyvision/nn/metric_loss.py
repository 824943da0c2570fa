"""Losses that teach distances, as modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.tensor import Tensor
from ..ops.losses import metric_loss as f
from .loss import Loss
from .margin_loss import MarginLoss


class CosineEmbeddingLoss(MarginLoss):
    """``1 - cos`` where two belong together, ``max(0, cos - margin)`` where they do not.

    >>> import tinyvision as tv
    >>> x, y = tv.tensor([[1.0, 0.0]]), tv.tensor([[0.0, 1.0]])
    >>> tv.nn.CosineEmbeddingLoss()(x, y, tv.tensor([1]))
    tensor(1.)
    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Two (N, D), and 1 where they belong together, else -1 -> the loss."""
        return f.cosine_embedding_loss(
            input1, input2, target, self.margin, reduction=self.reduction
        )


class TripletMarginLoss(MarginLoss):
    """What the negative example lacks of being farther from the anchor than the positive one.

    Raises:
        ValueError: the margin is not positive.

    Source: Balntas et al., "Learning Local Feature Descriptors with Triplets" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.TripletMarginLoss()(tv.zeros(1, 1), tv.ones(1, 1), tv.full((1, 1), 1.5))
    tensor(0.5)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)
        f.check_margin("TripletMarginLoss", margin)
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Three (N, D) -> the loss."""
        return f.triplet_margin_loss(
            anchor,
            positive,
            negative,
            self.margin,
            self.p,
            self.eps,
            self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Loss):
    """:class:`TripletMarginLoss` with a distance of one's own.

    Raises:
        ValueError: the margin is not positive.

    >>> import tinyvision as tv
    >>> loss = tv.nn.TripletMarginWithDistanceLoss(distance_function=tv.nn.PairwiseDistance(1.0))
    >>> loss(tv.zeros(1, 1), tv.ones(1, 1), tv.full((1, 1), 1.5))
    tensor(0.5)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        f.check_margin("TripletMarginWithDistanceLoss", margin)
        self.distance_function = distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Three of what the distance takes -> the loss."""
        return f.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
