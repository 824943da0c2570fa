"""Losses as modules; see the functions of :mod:`tinyvision.nn.functional` for what they take."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops import loss as f
from .module import Module


class _Loss(Module):
    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        f.refuse_old(size_average, reduce)
        self.reduction = reduction


class MSELoss(_Loss):
    """The mean of the squared differences.

    >>> import tinyvision as tv
    >>> tv.nn.MSELoss()(tv.zeros(2), tv.ones(2))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """The mean of the absolute differences.

    >>> import tinyvision as tv
    >>> tv.nn.L1Loss()(tv.zeros(2), tv.ones(2))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.l1_loss(input, target, reduction=self.reduction)


class _WeightedLoss(_Loss):
    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index


class NLLLoss(_WeightedLoss):
    """Minus the log-probability of the right class.

    >>> import tinyvision as tv
    >>> tv.nn.NLLLoss()(tv.tensor([[-0.5, -1.0]]), tv.tensor([1]))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Log-probabilities (N, C, ...) and labels (N, ...) -> the loss."""
        return f.nll_loss(input, target, self.weight, None, self.ignore_index, None, self.reduction)


class CrossEntropyLoss(_WeightedLoss):
    """Minus the log-probability of the right class, from scores.

    >>> import tinyvision as tv
    >>> tv.nn.CrossEntropyLoss()(tv.zeros(1, 2), tv.tensor([1]))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        ignore_index: int = -100,
        reduce: Any = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, ignore_index, reduce, reduction)
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (N, C, ...) and labels (N, ...) or probabilities (N, C, ...) -> the loss."""
        return f.cross_entropy(
            input,
            target,
            self.weight,
            None,
            self.ignore_index,
            None,
            self.reduction,
            self.label_smoothing,
        )


class BCEWithLogitsLoss(_Loss):
    """Cross-entropy of yes-or-no scores, each by itself.

    >>> import tinyvision as tv
    >>> tv.nn.BCEWithLogitsLoss()(tv.zeros(1), tv.ones(1))
    tensor(0.6931)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores and targets of equal shape -> the loss."""
        return f.binary_cross_entropy_with_logits(
            input, target, self.weight, None, None, self.reduction, self.pos_weight
        )


class KLDivLoss(_Loss):
    """The Kullback-Leibler divergence of log-probabilities from a target distribution.

    >>> import tinyvision as tv
    >>> tv.nn.KLDivLoss(reduction="sum")(tv.tensor([0.5, 0.5]).log(), tv.tensor([0.5, 0.5]))
    tensor(0.)
    """

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Log-probabilities and (log-)probabilities -> the loss."""
        return f.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
