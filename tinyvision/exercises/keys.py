"""Single keys, without Enter."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def keys() -> Iterator[Callable[[float], str]]:
    """Give a function that waits so many seconds for a key, and returns it, or "".

    Where standard input is no terminal it only waits. Control-C works as always.

    >>> with keys() as key:
    ...     key(0.0)
    ''
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield _windows_key
        return
    if not sys.stdin or not sys.stdin.isatty():
        yield _no_key
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    open_yet = True

    def key(seconds: float) -> str:
        nonlocal open_yet
        if not open_yet:
            return _no_key(seconds)
        if not select.select([handle], [], [], seconds)[0]:
            return ""
        pressed = os.read(handle, 1)
        open_yet = bool(pressed)
        return pressed.decode("ascii", "ignore")

    tty.setcbreak(handle)
    try:
        yield key
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _no_key(seconds: float) -> str:
    time.sleep(seconds)
    return ""


def _windows_key(seconds: float) -> str:
    import msvcrt

    until = time.monotonic() + seconds
    while True:
        if msvcrt.kbhit():  # type: ignore[attr-defined]
            return msvcrt.getwch()  # type: ignore[attr-defined]
        if time.monotonic() >= until:
            return ""
        time.sleep(0.05)
