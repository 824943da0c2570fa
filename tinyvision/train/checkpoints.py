"""The checkpoints of a run: the last few, the best, and which of them to go on from."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .checkpoint import load_checkpoint, save_checkpoint

_NAME = re.compile(r"step-(\d+)\.npz")


class Checkpoints:
    """A folder of checkpoints.

    Args:
        folder: where they are; it is made with the first one.
        keep: how many of the last ones stay. With two, a damaged last one is no loss.

    Raises:
        ValueError: none is to be kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpoints = Checkpoints(folder, keep=2)
    ...     for step in (10, 20, 30):
    ...         _ = checkpoints.save(step, {"step": step})
    ...     [path.name for path in checkpoints.paths()], checkpoints.latest()[1]
    (['step-00000020.npz', 'step-00000030.npz'], {'step': 30})
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        if keep < 1:
            raise ValueError(f"keep must be at least 1, got {keep}")
        self.folder = Path(folder)
        self.keep = keep

    @property
    def best(self) -> Path:
        """The file of the best weights."""
        return self.folder / "best.npz"

    def paths(self) -> list[Path]:
        """The checkpoints, the oldest first."""
        found = [path for path in self.folder.glob("step-*.npz") if _NAME.fullmatch(path.name)]
        return sorted(found, key=_step)

    def save(self, step: int, state: Any) -> Path:
        """Write a checkpoint; older ones go once it is safe on the disk.

        Raises:
            OSError: it cannot be written; those that are there stay.
        """
        path = save_checkpoint(state, self.folder / f"step-{step:08}.npz")
        for old in self.paths()[: -self.keep]:
            old.unlink(missing_ok=True)
        return path

    def latest(self, say: Callable[[str], Any] = print) -> tuple[Path, Any] | None:
        """The last checkpoint that is whole, with its path; None where there is none at all.

        Args:
            say: told of damaged ones that were passed over.

        Raises:
            ValueError: there are checkpoints, and all are damaged.
        """
        problem: ValueError | None = None
        for path in reversed(self.paths()):
            try:
                return path, load_checkpoint(path)
            except ValueError as error:
                say(f"note: {error}")
                problem = problem or error
        if problem is not None:
            raise ValueError(f"every checkpoint in {self.folder} is damaged; {problem}")
        return None

    def clear(self) -> None:
        """Remove them all, and what a process that was killed left half-written."""
        for path in [*self.paths(), self.best]:
            path.unlink(missing_ok=True)
        self.tidy()

    def tidy(self) -> None:
        """Remove what a process that was killed left half-written."""
        for path in self.folder.glob(".*.npz.*.tmp"):
            with suppress(OSError):
                path.unlink()


def _step(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else -1
