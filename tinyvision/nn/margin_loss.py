"""Losses that are content once the right answer leads by a margin, as modules."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.losses import margin_loss as f
from .loss import Loss


class MarginLoss(Loss):
    """A loss with a margin."""

    def __init__(
        self,
        margin: float,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class SoftMarginLoss(Loss):
    """``log(1 + exp(-target * input))``, the target 1 or -1.

    >>> import tinyvision as tv
    >>> tv.nn.SoftMarginLoss()(tv.tensor([0.0]), tv.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores and targets -> the loss."""
        return f.soft_margin_loss(input, target, reduction=self.reduction)


class HingeEmbeddingLoss(MarginLoss):
    """A distance where two belong together, what it lacks of the margin where they do not.

    >>> import tinyvision as tv
    >>> tv.nn.HingeEmbeddingLoss()(tv.tensor([0.2, 0.2]), tv.tensor([1.0, -1.0]))
    tensor(0.5)
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Distances and targets, 1 or -1 -> the loss."""
        return f.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MarginRankingLoss(MarginLoss):
    """``max(0, margin - target * (input1 - input2))``: which of two has the higher score.

    >>> import tinyvision as tv
    >>> tv.nn.MarginRankingLoss()(tv.tensor([1.0]), tv.tensor([3.0]), tv.tensor([1.0]))
    tensor(2.)
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
        """Two scores, and 1 if the first is to be higher, else -1 -> the loss."""
        return f.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class MultiMarginLoss(MarginLoss):
    """What the score of the right class lacks of a lead over each other class.

    >>> import tinyvision as tv
    >>> tv.nn.MultiMarginLoss()(tv.tensor([[0.5, 0.0]]), tv.tensor([0]))
    tensor(0.25)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.p = p

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (N, C) and labels (N) -> the loss."""
        return f.multi_margin_loss(
            input, target, self.p, self.margin, self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(Loss):
    """What each right class lacks of a lead of 1 over each wrong one.

    >>> import tinyvision as tv
    >>> tv.nn.MultiLabelMarginLoss()(tv.tensor([0.5, 0.0, 2.0]), tv.tensor([0, 2, -1]))
    tensor(0.1667)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (N, C) and the right classes of each row, then -1 -> the loss."""
        return f.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(Loss):
    """Cross-entropy of yes-or-no scores, the mean over the classes of each row.

    >>> import tinyvision as tv
    >>> tv.nn.MultiLabelSoftMarginLoss()(tv.zeros(1, 2), tv.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (..., C) and 0 or 1 for each -> the loss."""
        return f.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)
