"""Schedules made of schedules."""

from __future__ import annotations

from collections.abc import Sequence

from ..optimizer import Optimizer
from .base import LRScheduler


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
        _check_parts("SequentialLR", optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones between them, "
                f"got {len(milestones)}"
            )
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """What the schedule whose turn it is says."""
        schedule, start = self._turn(epoch)
        return schedule.rate(base, epoch - start, group)

    def set_momenta(self, epoch: float) -> None:
        """Those of the schedule whose turn it is."""
        schedule, start = self._turn(epoch)
        schedule.set_momenta(epoch - start)

    def _turn(self, epoch: float) -> tuple[LRScheduler, int]:
        """The schedule whose turn it is, and when it began."""
        turn = sum(epoch >= milestone for milestone in self.milestones)
        return self.schedulers[turn], self.milestones[turn - 1] if turn else 0


class ChainedScheduler(LRScheduler):
    """Several schedules at once: each makes its rate of what the one before made.

    So factors multiply. A schedule that sets rates of its own (:class:`OneCycleLR`,
    :class:`CyclicLR`) belongs in front.

    >>> import tinyvision as tv
    >>> from tinyvision.optim.lr_scheduler import ChainedScheduler, ConstantLR, ExponentialLR
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> parts = [ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.5)]
    >>> schedule = ChainedScheduler(parts)
    >>> [round(schedule.rates(epoch)[0], 6) for epoch in range(3)]
    [0.1, 0.05, 0.25]
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if optimizer is None and schedulers:
            optimizer = schedulers[0].optimizer
        _check_parts("ChainedScheduler", optimizer, schedulers)
        self.schedulers = list(schedulers)
        super().__init__(schedulers[0].optimizer)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """From one schedule to the next."""
        for schedule in self.schedulers:
            base = schedule.rate(base, epoch, group)
        return base

    def set_momenta(self, epoch: float) -> None:
        """Those of each schedule; the last one stays."""
        for schedule in self.schedulers:
            schedule.set_momenta(epoch)


def _check_parts(name: str, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
    """The schedules are there, of one optimiser, and go by the epoch.

    Raises:
        ValueError: none, or one of another optimiser.
        TypeError: a schedule that does not say its rate by the epoch.
    """
    if not schedulers:
        raise ValueError(f"{name} needs at least one schedule")
    if any(schedule.optimizer is not optimizer for schedule in schedulers):
        raise ValueError("all schedules must belong to the given optimiser")
    for schedule in schedulers:
        if type(schedule).rate is LRScheduler.rate:
            raise TypeError(
                f"{name} cannot hold a {type(schedule).__name__}, whose rate does not follow from "
                "the epoch; step it by itself"
            )
