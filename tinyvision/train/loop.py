"""The training loop: forward, backward, step, and after each epoch a look at the held-out data.

All that a run has come to is in one object, whose ``state_dict`` is enough to go on from, to the
bit: weights, moments, schedule, the place in the epoch, random numbers, and what was measured.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .. import nn
from ..nn.utils import clip_grad_norm_
from ..ops.chance.random import get_rng_state, set_rng_state
from .task import Task, better


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    Attributes:
        epoch: counted from 1.
        train: means over the training images as they passed: ``loss``, and what the task counts.
        test: the score on the held-out data afterwards.
        lr: the learning rate at its beginning.
        seconds: how long it took.
    """

    epoch: int
    train: dict[str, float]
    test: dict[str, float]
    lr: float
    seconds: float

    def row(self) -> dict[str, float]:
        """As one row of a table.

        >>> Epoch(1, {"loss": 2.5}, {"loss": 2.0}, lr=0.1, seconds=3.0).row()
        {'epoch': 1, 'train_loss': 2.5, 'test_loss': 2.0, 'lr': 0.1, 'seconds': 3.0}
        """
        row: dict[str, float] = {"epoch": self.epoch}
        row |= {f"train_{name}": value for name, value in self.train.items()}
        row |= {f"test_{name}": value for name, value in self.test.items()}
        return {**row, "lr": self.lr, "seconds": self.seconds}


@dataclass(frozen=True)
class Best:
    """The epoch that the task finds best so far, and the weights after it."""

    epoch: int
    merit: tuple[float, ...]
    weights: dict[str, np.ndarray]


class Training:
    """A run of the training loop: what is trained, on what, how, and how far it has come.

    Args:
        task: says what the loss of a batch is, and scores the model on the held-out data.
        model: what is trained.
        batches: goes through the training images once each time it is iterated over, and says
            where it stands by ``state_dict``: a ``DataLoader``, or :class:`Batches`.
        optimizer: changes the model's parameters.
        schedule: makes one step with each of the optimiser's.
        epochs: how often to go through the training images.
        clip: the longest norm that all gradients together may have.
        accumulate: so many batches make one step; it is the step of one batch of all their images.
        early_stop: stop after so many epochs without a better score than the best, and take the
            best weights. That score then flatters: it was chosen for being high.

    Raises:
        ValueError: a number out of range.
    """

    def __init__(
        self,
        task: Task,
        model: nn.Module,
        batches: Any,
        *,
        optimizer: Any,
        schedule: Any = None,
        epochs: int,
        clip: float | None = None,
        accumulate: int = 1,
        early_stop: int | None = None,
    ) -> None:
        counts = {"epochs": epochs, "accumulate": accumulate, "early_stop": early_stop}
        for name, count in counts.items():
            if count is not None and count < 1:
                raise ValueError(f"{name} must be at least 1, got {count}")
        if clip is not None and not 0 < clip < math.inf:
            raise ValueError(
                f"clip must be positive and finite, got {clip}; leave it out not to clip"
            )
        self.task, self.model, self.batches = task, model, batches
        self.optimizer, self.schedule = optimizer, schedule
        self.epochs, self.clip, self.accumulate = epochs, clip, accumulate
        self.early_stop = early_stop
        self.step = 0
        """How many steps the optimiser has made, in all epochs together."""
        self.history: list[Epoch] = []
        self.best: Best | None = None
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._sums: dict[str, float] = {}
        self._seen = 0
        self._lr = self.optimizer.param_groups[0]["lr"]
        self._started: float | None = None
        self._elapsed = 0.0

    # -- going on -------------------------------------------------------------------------------

    @property
    def steps(self) -> int:
        """How many steps all epochs have together."""
        return math.ceil(len(self.batches) / self.accumulate) * self.epochs

    @property
    def finished(self) -> bool:
        """Whether there is no epoch left to train."""
        best = 0 if self.best is None else self.best.epoch
        stopped = self.early_stop is not None and len(self.history) - best >= self.early_stop
        return stopped or len(self.history) >= self.epochs

    # A run that goes astray is reported once, by its loss, and not by each overflow on the way.
    @np.errstate(over="ignore", invalid="ignore")
    def run(
        self,
        after_step: Callable[[], None] = lambda: None,
        after_epoch: Callable[[Epoch], None] = lambda epoch: None,
    ) -> list[Epoch]:
        """Train until there is nothing left to do; the history, one entry an epoch.

        Args:
            after_step, after_epoch: called when the run is in a state that can be saved.

        Raises:
            FloatingPointError: the loss, a gradient or a weight became NaN or infinite.
        """
        while not self.finished:
            self.model.train()
            self._started = time.perf_counter() - self._elapsed
            batches = iter(self.batches)
            while group := list(itertools.islice(batches, self.accumulate)):
                self._make_step(group)
                after_step()
            after_epoch(self._end_epoch())
        if self.early_stop is not None and self.best is not None:
            self.model.load_state_dict(self.best.weights)
        return self.history

    def _make_step(self, group: list[tuple[Any, ...]]) -> None:
        self.optimizer.zero_grad()
        images = sum(len(batch[0]) for batch in group)
        for batch in group:
            size = len(batch[0])
            loss, sums = self.task.loss(self.model, batch)
            value = loss.item()
            if not math.isfinite(value):
                raise self._astray(f"the loss became {value}")
            (loss * (size / images)).backward()
            for name, amount in {"loss": value * size, **sums}.items():
                self._sums[name] = self._sums.get(name, 0) + amount
        if self.clip is not None:
            groups = self.optimizer.param_groups
            norm = clip_grad_norm_([p for g in groups for p in g["params"]], self.clip).item()
            if not math.isfinite(norm):
                raise self._astray(f"the norm of the gradients became {norm}")
        self.optimizer.step()
        if self.schedule is not None:
            self.schedule.step()
        self._seen += images
        self.step += 1

    def _end_epoch(self) -> Epoch:
        if not self._seen:
            raise ValueError("an epoch without a single batch; give the loader images")
        self._check_weights()
        number = len(self.history) + 1
        train = {name: total / self._seen for name, total in self._sums.items()}
        test = self.task.score(self.model)
        epoch = Epoch(number, train, test, self._lr, self._seconds())
        self.history.append(epoch)
        merit = self.task.merit(test)
        if better(merit, None if self.best is None else self.best.merit):
            weights = {name: t.numpy().copy() for name, t in self.model.state_dict().items()}
            self.best = Best(number, merit, weights)
        self._begin_epoch()
        return epoch

    def _seconds(self) -> float:
        return 0.0 if self._started is None else time.perf_counter() - self._started

    def _check_weights(self) -> None:
        for name, tensor in self.model.state_dict().items():
            if not np.isfinite(tensor.numpy()).all():
                raise self._astray(f"{name} became NaN or infinite")

    def _astray(self, what: str) -> FloatingPointError:
        return FloatingPointError(
            f"{what} in epoch {len(self.history) + 1}; the learning rate, now "
            f"{self.optimizer.param_groups[0]['lr']:.3g}, is too high: try a tenth of it (--lr)"
        )

    # -- interrupting and resuming --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """All that the rest of the run depends on, fit for ``tv.save``.

        Raises:
            FloatingPointError: a weight is NaN or infinite; there is nothing to go on from.
        """
        self._check_weights()
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": None if self.schedule is None else self.schedule.state_dict(),
            "batches": self.batches.state_dict(),
            "random": get_rng_state(),
            "step": self.step,
            "epoch": {"sums": self._sums, "seen": self._seen, "lr": self._lr},
            "seconds": self._seconds(),
            "history": [asdict(epoch) for epoch in self.history],
            "best": None if self.best is None else vars(self.best),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to where a run stood when it was saved; it must have been made in the same way.

        Raises:
            ValueError, RuntimeError: something does not fit: another model, optimiser or data set.
        """
        self.model.load_state_dict(state["model"])
        if (self.schedule is None) != (state["schedule"] is None):
            raise ValueError("the saved run has a schedule and this one has none, or the reverse")
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        self.optimizer.load_state_dict(state["optimizer"])  # its rates last
        self.batches.load_state_dict(state["batches"])
        self.step = state["step"]
        self.history = [Epoch(**epoch) for epoch in state["history"]]
        self.best = None if state["best"] is None else Best(**state["best"])
        self._begin_epoch()
        self._sums, self._seen = dict(state["epoch"]["sums"]), state["epoch"]["seen"]
        self._lr, self._elapsed = state["epoch"]["lr"], state["seconds"]
        set_rng_state(state["random"])
