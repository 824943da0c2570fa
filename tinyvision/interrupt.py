"""Being asked to stop: Control-C that waits for a good moment, and an orderly end otherwise."""

from __future__ import annotations

import signal
import sys
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


@contextmanager
def orderly_end() -> Iterator[None]:
    """Inside the block a request to end (SIGTERM, SIGHUP) leaves as :func:`sys.exit` does.

    Left to itself the process would be gone at once, with its temporary files still there and the
    terminal as the stepper had set it. The exit code is the shell's: 128 and the signal's number.
    """

    def leave(number: int, frame: object) -> None:
        sys.exit(128 + number)

    names = ("SIGTERM", "SIGHUP")  # the latter is not everywhere
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    elsewhere = threading.current_thread() is not threading.main_thread()
    taken = [] if elsewhere else [n for n in numbers if before[n] is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
