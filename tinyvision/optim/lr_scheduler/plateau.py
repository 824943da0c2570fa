"""`ReduceLROnPlateau`: lower rates when a measured value no longer improves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, for_each_group

_STATE = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch")


class ReduceLROnPlateau(LRScheduler):
    """Times ``factor`` when a value has not improved for more than ``patience`` epochs.

    Call ``step(value)``, a validation loss for example, after each epoch.

    Args:
        optimizer: whose groups get the rates.
        mode: whether the value should fall, ``min``, or rise, ``max``.
        factor: below 1.
        patience: how many epochs without improvement are let pass.
        threshold: what counts as improvement: a change by this share of the best value.
        threshold_mode: ``abs`` if by this much instead.
        cooldown: how many epochs after a change are not counted.
        min_lr: the lowest rate; one for all groups or one for each.
        eps: a change of the rate by no more than this is not made.

    Raises:
        ValueError: a setting out of range.

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = tv.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule needs an optimiser, got {type(optimizer).__name__}")
        if not factor < 1.0:
            raise ValueError(f"factor must be below 1, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}")
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = for_each_group("min_lr", min_lr, optimizer)
        self.eps = eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take note of the value of an epoch: a number, or a tensor with one element."""
        value = float(metrics)
        self.last_epoch += 1
        if self._is_better(value):
            self.best = value
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0

    def _is_better(self, value: float) -> bool:
        sign = 1.0 if self.mode == "min" else -1.0
        if self.threshold_mode == "rel":
            return sign * value < sign * self.best * (1.0 - sign * self.threshold)
        return sign * value < sign * self.best - self.threshold

    def _reduce(self) -> None:
        lowest = self.min_lrs
        if len(lowest) != len(self.optimizer.param_groups):
            raise RuntimeError(
                f"the schedule was made for {len(lowest)} parameter groups, the optimiser has "
                f"{len(self.optimizer.param_groups)} now; make the schedule after the last group"
            )
        for group, least in zip(self.optimizer.param_groups, lowest, strict=True):
            new = max(group["lr"] * self.factor, least)
            if group["lr"] - new > self.eps:
                group["lr"] = new

    def state_dict(self) -> dict[str, Any]:
        """What was seen so far; the rates are in the optimiser's."""
        return {name: getattr(self, name) for name in _STATE}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what another schedule had seen.

        Raises:
            ValueError: something is missing.
        """
        missing = [name for name in _STATE if name not in state_dict]
        if missing:
            raise ValueError(f"the saved schedule has no {missing}; was it of another kind?")
        for name in _STATE:
            setattr(self, name, state_dict[name])
