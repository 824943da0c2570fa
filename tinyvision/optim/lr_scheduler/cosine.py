"""Schedules that follow a cosine."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler


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

    def rate(self, base: float, epoch: float, group: int) -> float:
        """eta_min + (base - eta_min) * (1 + cos(pi * epoch / T_max)) / 2."""
        wave = (1.0 + math.cos(math.pi * epoch / self.T_max)) / 2.0
        return self.eta_min + (base - self.eta_min) * wave


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine wave again and again: ``T_0`` epochs long, then each ``T_mult`` times as long.

    ``step(epoch)`` goes to any epoch, also to a part of one: ``step(epoch + batch / batches)``.

    Source: Loshchilov and Hutter, "SGDR" (2017).

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = tv.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    >>> [round(schedule.rates(epoch)[0], 6) for epoch in range(7)]
    [1.0, 0.5, 1.0, 0.853553, 0.5, 0.146447, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if value < 1 or not isinstance(value, int):
                raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self._position: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """Go on by one epoch, or to the given one, which may be a fraction.

        Raises:
            ValueError: a negative epoch.
        """
        if epoch is not None and epoch < 0:
            raise ValueError(f"epoch must be at least 0, got {epoch}")
        self._position = self._position + 1 if epoch is None else epoch
        self.last_epoch = math.floor(self._position)
        self._enter(self._position)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """eta_min + (base - eta_min) * (1 + cos(pi * since the restart / length)) / 2."""
        length = self.T_0
        if self.T_mult == 1:
            epoch %= length
        while epoch >= length:
            epoch -= length
            length *= self.T_mult
        wave = (1.0 + math.cos(math.pi * epoch / length)) / 2.0
        return self.eta_min + (base - self.eta_min) * wave

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule stands."""
        return {**super().state_dict(), "position": self._position}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go to where a schedule stood when it was saved, and set the rates of that moment."""
        super().load_state_dict(state_dict)
        self._position = state_dict["position"]
        self._enter(self._position)
