"""Progress of a training: the steps move a bar, and a line an epoch stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..progress import progress
from .loop import Epoch

Callbacks = tuple[Callable[[], None], Callable[[Epoch], None]]


@contextmanager
def show_progress(
    steps: int, epochs: int, stream: Any = None, done: int = 0
) -> Iterator[Callbacks]:
    """Give the two functions a training loop calls: after each step, and after each epoch.

    Args:
        steps: in all epochs together.
        epochs: how many.
        stream: where to print; standard output if not given.
        done: steps made before, of a run that is resumed.
    """

    def epoch_line(epoch: Epoch) -> str:
        return (
            f"epoch {epoch.epoch:>{len(str(epochs))}}/{epochs}  {_words(epoch.train)}  "
            f"held-out {_words(epoch.test)}  {epoch.seconds:.1f} s"
        )

    with progress("training", steps, stream=stream, done=done) as task:
        yield task.advance, (lambda epoch: task.say(epoch_line(epoch)))


def _words(measures: Mapping[str, float]) -> str:
    """
    >>> _words({"loss": 0.25, "accuracy": 0.5})
    'loss 0.2500  accuracy 50.00%'
    """
    return "  ".join(
        f"{name} {value:6.2%}" if name == "accuracy" else f"{name} {value:.4f}"
        for name, value in measures.items()
    )
