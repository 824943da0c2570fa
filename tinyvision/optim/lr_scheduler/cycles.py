"""Schedules that move the rate up and down between bounds, and the momentum the other way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..optimizer import Optimizer
from .base import LRScheduler, for_each_group


class _Cycle(LRScheduler):
    """Rates of its own for each group, and momenta if wanted."""

    cycle_momentum: bool

    def __init__(self, optimizer: Optimizer, starts: Sequence[float], last_epoch: int) -> None:
        if self.cycle_momentum:
            for group in optimizer.param_groups:
                if "momentum" not in group and "betas" not in group:
                    raise ValueError(
                        f"{type(optimizer).__name__} has neither momentum nor betas to move; pass "
                        "cycle_momentum=False"
                    )
        for group, start in zip(optimizer.param_groups, starts, strict=True):
            group["initial_lr"] = start
        super().__init__(optimizer, last_epoch)

    def momentum(self, epoch: float, group: int) -> float:
        """The momentum of a group, or the first of its betas, in an epoch."""
        raise NotImplementedError

    def set_momenta(self, epoch: float) -> None:
        """Set the momenta, or the first of the betas."""
        if not self.cycle_momentum:
            return
        for number, group in enumerate(self.optimizer.param_groups):
            momentum = self.momentum(epoch, number)
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum


class CyclicLR(_Cycle):
    """In straight lines from ``base_lr`` to ``max_lr`` and back; step it once a batch.

    Args:
        optimizer: whose groups get the rates.
        base_lr, max_lr: the bounds; one for all groups or one for each.
        step_size_up, step_size_down: how many batches it goes up and down (as many by default).
        mode: ``triangular`` for equal cycles, ``triangular2`` for each half as high as the one
            before, ``exp_range`` for a height of ``gamma ** batches``.
        gamma: of ``exp_range``.
        scale_fn: the height, instead of ``mode``, as a function of what ``scale_mode`` says: the
            cycle, counted from 1, or the batches (``iterations``).
        scale_mode: see there.
        cycle_momentum: move the momentum, or the first of the betas, the other way.
        base_momentum, max_momentum: its bounds.
        last_epoch: the batch to start after.

    Raises:
        ValueError: a setting out of range, or an optimiser without momentum.

    Source: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    >>> schedule = tv.optim.lr_scheduler.CyclicLR(optimizer, 0.0, 1.0, step_size_up=2)
    >>> [schedule.rates(batch)[0] for batch in range(6)]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if step_size_up < 1 or (step_size_down is not None and step_size_down < 0):
            raise ValueError(
                f"step_size_up must be at least 1 and step_size_down at least 0, got "
                f"{step_size_up} and {step_size_down}"
            )
        if scale_mode not in ("cycle", "iterations"):
            raise ValueError(f"scale_mode must be 'cycle' or 'iterations', got {scale_mode!r}")
        heights: dict[str, tuple[Callable[[float], float], str]] = {
            "triangular": (lambda cycle: 1.0, "cycle"),
            "triangular2": (lambda cycle: 0.5 ** (cycle - 1), "cycle"),
            "exp_range": (lambda batch: gamma**batch, "iterations"),
        }
        if scale_fn is None:
            if mode not in heights:
                raise ValueError(f"mode must be one of {list(heights)}, got {mode!r}")
            scale_fn, scale_mode = heights[mode]
        self.scale_fn = scale_fn
        self.scale_mode = scale_mode
        self.max_lrs = for_each_group("max_lr", max_lr, optimizer)
        self.up = step_size_up
        self.down = step_size_up if step_size_down is None else step_size_down
        self.cycle_momentum = cycle_momentum
        self.base_momenta = for_each_group("base_momentum", base_momentum, optimizer)
        self.max_momenta = for_each_group("max_momentum", max_momentum, optimizer)
        super().__init__(optimizer, for_each_group("base_lr", base_lr, optimizer), last_epoch)

    def _height(self, epoch: float) -> float:
        cycle, within = divmod(epoch, self.up + self.down)
        share = within / self.up if within <= self.up else 1.0 - (within - self.up) / self.down
        return share * self.scale_fn(cycle + 1 if self.scale_mode == "cycle" else epoch)

    def rate(self, base: float, epoch: float, group: int) -> float:
        """base + (max_lr - base) * height."""
        return base + (self.max_lrs[group] - base) * self._height(epoch)

    def momentum(self, epoch: float, group: int) -> float:
        """max_momentum - (max_momentum - base_momentum) * height."""
        highest = self.max_momenta[group]
        return highest - (highest - self.base_momenta[group]) * self._height(epoch)


class OneCycleLR(_Cycle):
    """Up to ``max_lr`` and down to almost nothing, once in the whole training; step it each batch.

    Args:
        optimizer: whose groups get the rates.
        max_lr: the highest rate; one for all groups or one for each.
        total_steps: the number of batches; or
        epochs, steps_per_epoch: whose product it is.
        pct_start: the share of them in which the rate goes up.
        anneal_strategy: along a cosine, ``cos``, or a straight line, ``linear``.
        cycle_momentum: move the momentum, or the first of the betas, the other way.
        base_momentum, max_momentum: its bounds.
        div_factor: the first rate is ``max_lr / div_factor``.
        final_div_factor: the last rate is the first divided by this.
        three_phase: go down to the first rate as long as it went up, then to the last one.
        last_epoch: the batch to start after.

    Raises:
        ValueError: a setting out of range, an optimiser without momentum, or more steps than were
            planned.

    Source: Smith and Topin, "Super-Convergence" (2018).

    >>> import tinyvision as tv
    >>> optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    >>> schedule = tv.optim.lr_scheduler.OneCycleLR(
    ...     optimizer, max_lr=1.0, total_steps=10, div_factor=4, anneal_strategy="linear"
    ... )
    >>> [round(schedule.rates(batch)[0], 3) for batch in (0, 1, 2, 9)]
    [0.25, 0.625, 1.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("give total_steps, or both epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if not isinstance(total_steps, int) or total_steps < 1:
            raise ValueError(f"the number of steps must be a positive integer, got {total_steps!r}")
        if not 0.0 <= pct_start <= 1.0:
            raise ValueError(f"pct_start must be between 0 and 1, got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        self.final_div_factor = final_div_factor
        self.max_lrs = for_each_group("max_lr", max_lr, optimizer)
        self.cycle_momentum = cycle_momentum
        self.base_momenta = for_each_group("base_momentum", base_momentum, optimizer)
        self.max_momenta = for_each_group("max_momentum", max_momentum, optimizer)
        top = pct_start * total_steps - 1.0
        # Where each part ends, and between which of the levels below it goes.
        self._parts = [(top, "first", "top"), (total_steps - 1.0, "top", "last")]
        if three_phase:
            self._parts[1:] = [(2.0 * top, "top", "first"), (total_steps - 1.0, "first", "last")]
        super().__init__(optimizer, [rate / div_factor for rate in self.max_lrs], last_epoch)

    def _between(self, epoch: float, levels: dict[str, float]) -> float:
        """The value in an epoch, given the three levels it goes between."""
        if epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR was made for {self.total_steps} steps, this is step {int(epoch)}; "
                "make it with a larger total_steps"
            )
        begin = 0.0
        for end, *_ in self._parts[:-1]:
            if epoch > end:
                begin = end
        end, low, high = next((p for p in self._parts if epoch <= p[0]), self._parts[-1])
        share = (epoch - begin) / (end - begin) if end != begin else 1.0
        if self.anneal_strategy == "cos":
            share = (1.0 - math.cos(math.pi * share)) / 2.0
        return levels[low] + (levels[high] - levels[low]) * share

    def rate(self, base: float, epoch: float, group: int) -> float:
        """Between base, max_lr and base / final_div_factor."""
        levels = {"first": base, "top": self.max_lrs[group], "last": base / self.final_div_factor}
        return self._between(epoch, levels)

    def momentum(self, epoch: float, group: int) -> float:
        """max_momentum where the rate is low, base_momentum where it is highest."""
        low, high = self.base_momenta[group], self.max_momenta[group]
        return self._between(epoch, {"first": high, "top": low, "last": high})
