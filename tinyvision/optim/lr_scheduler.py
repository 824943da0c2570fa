"""Schedules: how the learning rate changes from epoch to epoch.

Each schedule says the rate of an epoch in closed form (`rate`), so a schedule that is resumed or
asked out of order gives the same rates. Call ``step()`` after the optimiser's, once an epoch (or
once a batch, if it counts batches).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .optimizer import Optimizer


class LRScheduler:
    """The base of every schedule; a subclass writes :meth:`rate`.

    Args:
        optimizer: whose groups get the rates. The rate a group has when the first schedule is made
            is kept there as ``initial_lr``.
        last_epoch: the epoch to start after; -1 for the beginning.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule needs an optimiser, got {type(optimizer).__name__}")
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.optimizer = optimizer
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()

    def rate(self, base: float, epoch: int, group: int) -> float:
        """The rate in an epoch, counted from 0, given the group's initial one."""
        raise NotImplementedError(f"{type(self).__name__} says no rate yet")

    def rates(self, epoch: int) -> list[float]:
        """The rates of all groups in an epoch."""
        return [self.rate(base, epoch, number) for number, base in enumerate(self.base_lrs)]

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        self._set(self.rates(self.last_epoch))

    def _set(self, rates: list[float]) -> None:
        if len(rates) != len(self.optimizer.param_groups):
            raise RuntimeError(
                f"the schedule was made for {len(rates)} parameter groups, the optimiser has "
                f"{len(self.optimizer.param_groups)} now; make the schedule after the last group"
            )
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def get_last_lr(self) -> list[float]:
        """The rates of all groups now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule stands."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go to where a schedule stood when it was saved, and set the rates of that epoch."""
        if len(state_dict["base_lrs"]) != len(self.base_lrs):
            raise ValueError(
                f"the saved schedule has {len(state_dict['base_lrs'])} groups, "
                f"the optimiser {len(self.base_lrs)}"
            )
        self.last_epoch = int(state_dict["last_epoch"])
        self.base_lrs = list(state_dict["base_lrs"])
        self._set(self.rates(self.last_epoch))


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
        groups = len(optimizer.param_groups)
        self.lr_lambdas = [lr_lambda] * groups if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != groups:
            raise ValueError(f"{len(self.lr_lambdas)} functions for {groups} parameter groups")
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: int, group: int) -> float:
        """base * f(epoch)."""
        return base * self.lr_lambdas[group](epoch)


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

    def rate(self, base: float, epoch: int, group: int) -> float:
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

    def rate(self, base: float, epoch: int, group: int) -> float:
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

    def rate(self, base: float, epoch: int, group: int) -> float:
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

    def rate(self, base: float, epoch: int, group: int) -> float:
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

    def rate(self, base: float, epoch: int, group: int) -> float:
        """base * factor, then base."""
        return base * (self.factor if epoch < self.total_iters else 1.0)


class CosineAnnealingLR(LRScheduler):
    """Half a cosine wave from the initial rate down to ``eta_min`` in ``T_max`` epochs.

    Source: Loshchilov and Hutter, "SGDR" (2017).

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> [round(r, 6) for r in tv.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2).rates(1)]
    [0.5]
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if T_max < 1:
            raise ValueError(f"T_max must be at least 1, got {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: int, group: int) -> float:
        """eta_min + (base - eta_min) * (1 + cos(pi * epoch / T_max)) / 2."""
        wave = (1.0 + math.cos(math.pi * epoch / self.T_max)) / 2.0
        return self.eta_min + (base - self.eta_min) * wave


class SequentialLR(LRScheduler):
    """One schedule after the other; each starts counting at its milestone.

    >>> import tinyvision as tv
    >>> from tinyvision.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> warm_up = LinearLR(optimizer, 0.5, total_iters=2)
    >>> schedule = SequentialLR(optimizer, [warm_up, CosineAnnealingLR(optimizer, 8)], [2])
    >>> [schedule.rates(epoch)[0] for epoch in range(3)]
    [0.5, 0.75, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if not schedulers:
            raise ValueError("SequentialLR needs at least one schedule")
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones between them, "
                f"got {len(milestones)}"
            )
        if any(schedule.optimizer is not optimizer for schedule in schedulers):
            raise ValueError("all schedules must belong to the given optimiser")
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: int, group: int) -> float:
        """What the schedule whose turn it is says."""
        turn = sum(epoch >= milestone for milestone in self.milestones)
        start = self.milestones[turn - 1] if turn else 0
        return self.schedulers[turn].rate(base, epoch - start, group)
