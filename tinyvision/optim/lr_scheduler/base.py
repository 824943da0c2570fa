"""`LRScheduler`: what all schedules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..optimizer import Optimizer

_T = TypeVar("_T")


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

    def rate(self, base: float, epoch: float, group: int) -> float:
        """The rate in an epoch, counted from 0, given the group's initial one."""
        raise NotImplementedError(f"{type(self).__name__} says no rate yet")

    def rates(self, epoch: float) -> list[float]:
        """The rates of all groups in an epoch."""
        return [self.rate(base, epoch, number) for number, base in enumerate(self.base_lrs)]

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        self._enter(self.last_epoch)

    def _enter(self, epoch: float) -> None:
        """Set what the optimiser uses in an epoch."""
        self._set(self.rates(epoch))
        self.set_momenta(epoch)

    def set_momenta(self, epoch: float) -> None:
        """Set the momenta of an epoch, for schedules that change them."""

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
        self._enter(self.last_epoch)


def for_each_group(name: str, value: _T | Sequence[_T], optimizer: Optimizer) -> list[_T]:
    """One value for each parameter group, of one for all or a list.

    Raises:
        ValueError: the list has another length.
    """
    groups = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * groups  # type: ignore[list-item]
    if len(value) != groups:
        raise ValueError(f"{name} has {len(value)} entries for {groups} parameter groups")
    return list(value)
