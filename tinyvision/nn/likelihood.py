"""Losses that are minus the logarithm of a probability, and KLDivLoss, as modules."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.losses import likelihood as f
from .loss import Loss


class BCELoss(Loss):
    """Cross-entropy of yes-or-no probabilities, each by itself.

    >>> import tinyvision as tv
    >>> tv.nn.BCELoss()(tv.tensor([0.5]), tv.ones(1))
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
        """Probabilities and targets of equal shape -> the loss."""
        return f.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
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


class KLDivLoss(Loss):
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


class PoissonNLLLoss(Loss):
    """Minus the log-probability of a count that is Poisson distributed.

    >>> import tinyvision as tv
    >>> tv.nn.PoissonNLLLoss()(tv.tensor([0.0]), tv.tensor([3.0]))
    tensor(1.)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: Any = None,
        eps: float = 1e-8,
        reduce: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """The expected count, or its logarithm, and the count -> the loss."""
        return f.poisson_nll_loss(
            log_input,
            target,
            self.log_input,
            self.full,
            eps=self.eps,
            reduction=self.reduction,
        )


class GaussianNLLLoss(Loss):
    """Minus the log-probability of a number that is normally distributed.

    >>> import tinyvision as tv
    >>> tv.nn.GaussianNLLLoss()(tv.tensor([1.0]), tv.tensor([3.0]), tv.tensor([1.0]))
    tensor(2.)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        """The expected number, the number and the variance -> the loss."""
        return f.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
