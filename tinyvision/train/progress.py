"""Progress of a long run: a bar on a terminal (with `rich`), a line an epoch elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from .loop import Epoch

Callbacks = tuple[Callable[[], None], Callable[[Epoch], None]]


@contextmanager
def show_progress(steps: int, epochs: int, stream: TextIO | None = None) -> Iterator[Callbacks]:
    """Give the two functions a training loop calls: after each step, and after each epoch.

    Args:
        steps: in all epochs together.
        epochs: how many.
        stream: where to print; standard output if not given.
    """
    out = sys.stdout if stream is None else stream

    def epoch_line(epoch: Epoch) -> str:
        return (
            f"epoch {epoch.epoch:>{len(str(epochs))}}/{epochs}  "
            f"loss {epoch.train_loss:.4f}  accuracy {epoch.train_accuracy:6.2%}  "
            f"held-out loss {epoch.test_loss:.4f}  accuracy {epoch.test_accuracy:6.2%}  "
            f"{epoch.seconds:.1f} s"
        )

    bar = _rich_bar(steps, out) if out.isatty() else None
    if bar is None:
        yield (lambda: None), (lambda epoch: print(epoch_line(epoch), file=out, flush=True))
        return
    with bar:
        task = bar.add_task("training", total=steps)
        yield (lambda: bar.advance(task)), (lambda epoch: bar.console.print(epoch_line(epoch)))


def _rich_bar(steps: int, out: TextIO) -> Any:
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
        "steps,",
        TimeRemainingColumn(),
        "left",
        console=Console(file=out, highlight=False),
        transient=True,
    )
