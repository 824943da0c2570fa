"""A run that can be killed at any moment: what ties the training loop to its folder.

    RUN/checkpoints/step-*.npz   the last few states, each enough to go on from, to the bit
    RUN/checkpoints/best.npz     the weights of the best epoch so far
    RUN/history.json             a row an epoch, written anew after each
    RUN/curves.png               the same drawn
    RUN/checkpoints/results.json which files the run wrote at its end, once all of them are there

The first checkpoint is written before the first step, so there always is one.
"""

from __future__ import annotations

import json
import math
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..files import replacing
from ..interrupt import Interrupted, when_asked_to_stop
from ..threads import get_num_threads, set_num_threads
from .checkpoint import save_checkpoint
from .checkpoints import Checkpoints
from .loop import Epoch, Training
from .progress import show_progress
from .results import Results, note_results, noted_results

_KEYS = {"step", "finished", "settings", "threads", "every", "keep", "training"}
_DRAWING = 0.1  # the share of the time that pictures may take while training goes on


class Resumable:
    """A run in a folder.

    Args:
        folder: of the run.
        resume: go on from the last checkpoint there, if there is one.
        overwrite: begin anew although there is a run.
        keep: how many checkpoints stay; as in the run that is resumed, or 2, if not given.
        every: steps from checkpoint to checkpoint; as in the run that is resumed, or one after
            each epoch, if not given.
        pictures: draw the curves as training goes on.
        stream: where lines and the bar go.
        command: what resumes a run, but for the folder.

    Attributes:
        saved: the settings of the run that is resumed; None if this one begins.

    Raises:
        ValueError: there is a run and neither ``resume`` nor ``overwrite``; every checkpoint is
            damaged; a number out of range.
    """

    def __init__(
        self,
        folder: Path,
        *,
        resume: bool = False,
        overwrite: bool = False,
        keep: int | None = None,
        every: int | None = None,
        pictures: bool = True,
        stream: Any,
        command: str = "tinyvision train --resume",
    ) -> None:
        if every is not None and every < 1:
            raise ValueError(f"checkpoint_every must be at least 1, got {every}")
        if resume and overwrite:
            raise ValueError("resume goes on with a run, overwrite throws it away; give one")
        self.folder, self.every, self.pictures, self.stream = folder, every, pictures, stream
        self.checkpoints = Checkpoints(folder / "checkpoints", 2 if keep is None else keep)
        self.how = f"go on with: {command} {shlex.quote(str(folder))}"
        self._note = self.checkpoints.folder / "results.json"
        self._state: dict[str, Any] | None = None
        self._replaces = overwrite and bool(self.checkpoints.paths())
        found = None if overwrite else self._latest(resume)
        if found is not None and resume:
            self._path, self._state = found
            self.every = every or self._state["every"]
            self.checkpoints.keep = keep or self._state["keep"]
        elif found is not None and found[1]["step"]:
            raise ValueError(
                f"{folder} holds {self._described(found[1])} begin anew with --overwrite, or give "
                "--out another name"
            )

    def _latest(self, resume: bool) -> tuple[Path, Any] | None:
        try:
            found = self.checkpoints.latest(self.say)
            if found is not None and not (isinstance(found[1], dict) and set(found[1]) >= _KEYS):
                raise ValueError(
                    f"{found[0]} is a checkpoint, but not of a run in a folder; give --out another "
                    "name"
                )
        except ValueError:
            if resume:
                raise
            return None  # nothing there that a new run could destroy
        return found

    def _described(self, state: dict[str, Any]) -> str:
        if state["finished"]:
            return "a finished run;"
        return f"a run that has not finished (step {state['step']}); {self.how}, or"

    @property
    def saved(self) -> dict[str, Any] | None:
        """The settings of the run that is resumed; None if this one begins."""
        return None if self._state is None else self._state["settings"]

    def say(self, line: str) -> None:
        """Print a line."""
        print(line, file=self.stream, flush=True)

    def agreed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings to go on with: those of the run, unless others were asked for.

        Raises:
            ValueError: a setting was given that is not the run's.
        """
        settings = dict(self.saved or {})
        for name, value in given.items():
            if value is not None and settings.get(name, value) != value:
                option = f"--{name.replace('_', '-')}"
                raise ValueError(
                    f"the run in {self.folder} began with {name} {settings[name]}, not {value}; a "
                    f"run goes on as it began: leave {option} out, or begin another with --out"
                )
        return settings

    def results(self, training: Training) -> Results | None:
        """What a resumed run left, if it has finished and all of it is there; else None.

        The training is then brought to its end, without a step.
        """
        if self._state is None or not self._state["finished"]:
            return None
        found = noted_results(self._note, self.folder, self.pictures)
        if found is not None:
            training.load_state_dict(self._state["training"])
            training.run()
            self.say(
                f"the run in {self.folder} has finished, after {training.step:,} steps; there is "
                "nothing to resume, and its results stay as they are"
            )
        return found

    def note_results(self, files: Sequence[Path]) -> None:
        """Note that the run has written everything: resumed once more, it leaves that alone."""
        note_results(self._note, files, self.pictures)

    def carry_out(self, training: Training, settings: dict[str, Any]) -> None:
        """Train, from where the run stands to its end.

        Args:
            training: made from the settings, the same way each time.
            settings: what JSON can hold; :attr:`saved` gives them back.

        Raises:
            Interrupted: Control-C was pressed; the run can be resumed.
            OSError: a full disk; what was saved before is whole.
            FloatingPointError: the training went astray.
            ValueError: the checkpoint does not fit the training.
        """
        self._settings, self._training = settings, training
        threads = get_num_threads()
        curves = LiveCurves(self.folder / "curves.png", training.task.loss_unit)
        self._tidy()
        with self._explained():
            if self._state is None:
                if self._replaces:
                    self.say(f"replacing the run in {self.folder}")
                self._note.unlink(missing_ok=True)  # first: the files will be another run's
                self.checkpoints.clear()
                self._save()
            else:
                self._resume(self._state)
            try:
                with (
                    when_asked_to_stop() as asked,
                    show_progress(training.steps, training.epochs, self.stream, training.step) as (
                        advance,
                        show,
                    ),
                ):

                    def after_step() -> None:
                        advance()
                        if self.every is not None and training.step % self.every == 0:
                            self._save()
                        if asked():
                            self._stop()

                    def after_epoch(epoch: Epoch) -> None:
                        show(epoch)
                        self._save_best(epoch)
                        if self.every is None or training.finished:
                            self._save()
                        write_history(self.folder / "history.json", training.history)
                        if self.pictures:
                            curves.update(training.history)
                        if asked() and not training.finished:
                            self._stop()

                    training.run(after_step, after_epoch)
            finally:
                set_num_threads(threads)
            write_history(self.folder / "history.json", training.history)

    def _resume(self, state: dict[str, Any]) -> None:
        training = self._training
        training.load_state_dict(state["training"])
        self.say(f"resumed at step {training.step:,} of {training.steps:,}, from {self._path}")
        # Another number would add up in another order.
        set_num_threads(state["threads"])

    def _save(self) -> None:
        training = self._training
        state = {
            "step": training.step,
            "finished": training.finished,
            "settings": self._settings,
            "threads": get_num_threads(),
            "every": self.every,
            "keep": self.checkpoints.keep,
            "training": training.state_dict(),
        }
        self.checkpoints.save(training.step, state)

    def _save_best(self, epoch: Epoch) -> None:
        best = self._training.best
        if best is not None and best.epoch == epoch.epoch:
            content = {"epoch": best.epoch, "test": epoch.test, "model": best.weights}
            save_checkpoint(content, self.checkpoints.best)

    def _stop(self) -> None:
        self._save()
        training = self._training
        raise Interrupted(f"interrupted after step {training.step} of {training.steps}; {self.how}")

    def _tidy(self) -> None:
        self.checkpoints.tidy()
        for pattern in (".*.*.tmp", ".weights.npz.*"):
            for path in self.folder.glob(pattern):
                with suppress(OSError):
                    path.unlink()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Let an error of the disk say what is left, and how to go on."""
        try:
            yield
        except OSError as error:
            left = self.checkpoints.paths()
            if not left:
                raise
            raise OSError(
                error.errno,
                f"{error.strerror or error}. Nothing saved before is lost: {left[-1].name} is "
                f"whole; {self.how}",
            ) from error


class LiveCurves:
    """The curves so far, drawn after an epoch as long as that takes little of the time."""

    def __init__(self, path: Path, loss_unit: str) -> None:
        self.path = path
        self.loss_unit = loss_unit
        self._next = -math.inf

    def update(self, history: Sequence[Epoch]) -> None:
        """Draw them, unless the last drawing was too short a while ago."""
        started = time.perf_counter()
        if started < self._next:
            return
        from .. import viz  # matplotlib takes longer to import than the rest together

        rows = [epoch.row() for epoch in history]
        viz.save_figure(viz.training_curves(rows, self.loss_unit), self.path)
        done = time.perf_counter()
        self._next = done + (done - started) / _DRAWING


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """Write a row an epoch, as JSON; what is not a number becomes null."""
    rows = [
        {name: value if math.isfinite(value) else None for name, value in epoch.row().items()}
        for epoch in history
    ]
    with replacing(path) as file:
        file.write(json.dumps(rows, indent=2).encode() + b"\n")
