"""Progress of a long run: a bar on a terminal (with `rich`), lines that stay elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class Progress:
    """What a running task reports; without a bar, steps are not shown and lines are printed."""

    def __init__(self, bar: Any, task: Any, stream: TextIO) -> None:
        self._bar = bar
        self._task = task
        self._stream = stream

    @property
    def moving(self) -> bool:
        """Whether there is a bar."""
        return self._bar is not None

    def advance(self, now: str = "") -> None:
        """One more step is done; `now` replaces the words before the bar."""
        if self._bar is not None:
            self._bar.advance(self._task)
            if now:
                self._bar.update(self._task, description=now)

    def say(self, line: str) -> None:
        """Print a line that stays, above the bar if there is one."""
        if self._bar is not None:
            self._bar.console.print(line, markup=False)
        else:
            print(line, file=self._stream, flush=True)


@contextmanager
def progress(
    title: str, total: int, unit: str = "steps", stream: Any = None, done: int = 0
) -> Iterator[Progress]:
    """Show a task of so many steps while the block runs.

    Args:
        title: the words before the bar.
        total: how many steps.
        unit: what they are called, several of them.
        stream: where to print; standard output if not given.
        done: how many steps were made before.

    >>> with progress("counting", 2) as task:
    ...     task.advance()
    ...     task.say("one")
    one
    """
    out = sys.stdout if stream is None else stream
    bar = _rich_bar(unit, out) if out.isatty() else None
    if bar is None:
        yield Progress(None, None, out)
        return
    with bar:
        yield Progress(bar, bar.add_task(title, total=total, completed=done), out)


def _rich_bar(unit: str, out: TextIO) -> Any:
    """A progress bar, or None where `rich` (extra `lessons`) is not installed."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
    except ImportError:
        return None
    return Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        f"{unit},",
        TimeRemainingColumn(),
        "left",
        console=Console(file=out, highlight=False),
        transient=True,
    )
