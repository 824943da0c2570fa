"""Losses as modules; see the functions of :mod:`tinyvision.nn.functional` for what they take."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.losses import loss as f
from ..ops.losses.reduction import refuse_old
from .module import Module


class Loss(Module):
    """What reduces many losses to one."""

    def __init__(
        self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        refuse_old(size_average, reduce)
        self.reduction = reduction


class MSELoss(Loss):
    """The mean of the squared differences.

    >>> import tinyvision as tv
    >>> tv.nn.MSELoss()(tv.zeros(2), tv.ones(2))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The mean of the absolute differences.

    >>> import tinyvision as tv
    >>> tv.nn.L1Loss()(tv.zeros(2), tv.ones(2))
    tensor(1.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """Squares where the difference is below ``beta``, absolute values beyond.

    >>> import tinyvision as tv
    >>> tv.nn.SmoothL1Loss()(tv.tensor([0.0, 1.0]), tv.tensor([0.5, 4.0]))
    tensor(1.3125)
    """

    def __init__(
        self,
        size_average: Any = None,
        reduce: Any = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """Squares where the difference is below ``delta``, straight lines beyond.

    >>> import tinyvision as tv
    >>> tv.nn.HuberLoss(delta=2.0)(tv.tensor([0.0, 1.0]), tv.tensor([0.5, 4.0]))
    tensor(2.0625)
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of equal shape -> the loss."""
        return f.huber_loss(input, target, self.reduction, self.delta)


class _WeightedLoss(Loss):
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
