"""Schedules that multiply the initial rate by a factor that depends on the epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..optimizer import Optimizer
from .base import LRScheduler, for_each_group


class LambdaLR(LRScheduler):
    """The initial rate times what a function of the epoch says; one function, or one a group.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = tv.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5**epoch)
    >>> optimizer.step(); schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = for_each_group("lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * f(epoch)."""
        return base * self.lr_lambdas[group](int(epoch))


class MultiplicativeLR(LRScheduler):
    """The rate of the epoch before times what a function of the epoch says; the first is initial.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda epoch: 0.5).rates(3)
    [0.125]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = for_each_group("lr_lambda", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * f(1) * f(2) * ... * f(epoch)."""
        function = self.lr_lambdas[group]
        return base * math.prod(function(passed) for passed in range(1, int(epoch) + 1))


class StepLR(LRScheduler):
    """Times ``gamma`` every ``step_size`` epochs.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.StepLR(optimizer, 2, 0.5).rates(4)
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        if step_size < 1:
            raise ValueError(f"step_size must be at least 1, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * gamma ** (epoch // step_size)."""
        return base * self.gamma ** (epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """Times ``gamma`` at each of the given epochs.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.MultiStepLR(optimizer, [2, 5], 0.5).rates(5)
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Sequence[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * gamma ** (milestones passed)."""
        return base * self.gamma ** sum(epoch >= milestone for milestone in self.milestones)


class ExponentialLR(LRScheduler):
    """Times ``gamma`` every epoch.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.ExponentialLR(optimizer, 0.5).rates(3)
    [0.125]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * gamma ** epoch."""
        return base * self.gamma**epoch


class LinearLR(LRScheduler):
    """A factor that goes in a straight line over ``total_iters`` epochs: the usual warm-up.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.LinearLR(optimizer, 0.5, 1.0, total_iters=2).rates(1)
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 < start_factor <= 1.0:
            raise ValueError(f"start_factor must be above 0 and at most 1, got {start_factor}")
        if not 0.0 <= end_factor <= 1.0:
            raise ValueError(f"end_factor must be between 0 and 1, got {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * (start_factor + share of the way to end_factor)."""
        share = min(epoch, self.total_iters) / self.total_iters if self.total_iters else 1.0
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


class ConstantLR(LRScheduler):
    """A constant factor for ``total_iters`` epochs, then the initial rate.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.ConstantLR(optimizer, 0.5, 2).rates(1)
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 <= factor <= 1.0:
            raise ValueError(f"factor must be between 0 and 1, got {factor}")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * factor, then base."""
        return base * (self.factor if epoch < self.total_iters else 1.0)


class PolynomialLR(LRScheduler):
    """A power of the share of ``total_iters`` epochs that is left; 0 afterwards.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> tv.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2.0).rates(2)
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        if total_iters < 1:
            raise ValueError(f"total_iters must be at least 1, got {total_iters}")
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base * (1 - epoch / total_iters) ** power."""
        return base * (1.0 - min(epoch, self.total_iters) / self.total_iters) ** self.power
