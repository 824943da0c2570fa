"""Progress of a training: the steps move a bar, and a line an epoch stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ..progress import progress
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

    def epoch_line(epoch: Epoch) -> str:
        return (
            f"epoch {epoch.epoch:>{len(str(epochs))}}/{epochs}  "
            f"loss {epoch.train_loss:.4f}  accuracy {epoch.train_accuracy:6.2%}  "
            f"held-out loss {epoch.test_loss:.4f}  accuracy {epoch.test_accuracy:6.2%}  "
            f"{epoch.seconds:.1f} s"
        )

    with progress("training", steps, stream=stream) as task:
        yield task.advance, (lambda epoch: task.say(epoch_line(epoch)))
