"""Control-C that waits for a good moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Interrupted(KeyboardInterrupt):
    """The run was stopped by Control-C, at a step that can be resumed; the text says how."""


@contextmanager
def when_asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether Control-C was pressed inside the block.

    The first one only raises the flag, for whoever is at work to stop at the next good moment; the
    second one interrupts at once, as always.

    >>> with when_asked_to_stop() as asked:
    ...     signal.raise_signal(signal.SIGINT)
    ...     asked()
    True
    """
    asked = False

    def ask(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)

    before = signal.getsignal(signal.SIGINT)
    elsewhere = threading.current_thread() is not threading.main_thread()  # no signals reach it
    if elsewhere or before in (None, signal.SIG_IGN):  # or a shell has put us in the background
        yield lambda: False
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
