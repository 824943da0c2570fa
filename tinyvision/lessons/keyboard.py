"""One key at a time, without Enter where the terminal can."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Iterator

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

ENTER, QUIT = "enter", "q"
_ARROWS = {"\x1b[D": "b", "\x1b[C": ENTER, "\x1bOD": "b", "\x1bOC": ENTER}


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Inside, keys arrive one by one and are not shown. What was typed before is dropped.

    It was typed while a cell ran, and not meant for what comes now.
    """
    if termios is None:
        yield
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    tty.setcbreak(handle, termios.TCSAFLUSH)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def read_key() -> str:
    """Wait for a key: a letter or sign, or ENTER (Space and the right arrow, too).

    'b' for the left arrow as well; QUIT for Ctrl-D as well, and where the terminal is gone.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    text = _windows_key() if termios is None else _posix_key(sys.stdin.fileno())
    if text in ("\r", "\n", " "):
        return ENTER
    if text in ("", "\x04", "\x1a"):  # Ctrl-D; Windows has Ctrl-Z
        return QUIT
    return _ARROWS.get(text, text.lower())


def _posix_key(handle: int) -> str:
    keys = os.read(handle, 1)
    # An arrow is several bytes, as is a letter beyond ASCII; they arrive together.
    if keys and keys[0] in (0x1B, *range(0x80, 0x100)):
        while select.select([handle], [], [], 0.02)[0] and (more := os.read(handle, 16)):
            keys += more
    return keys.decode(errors="replace")


def _windows_key() -> str:
    import msvcrt  # type: ignore[import-not-found,unused-ignore]

    key = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
    if key == "\x03":
        raise KeyboardInterrupt
    if key in ("\x00", "\xe0"):  # an arrow is two
        arrow = msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        return {"K": "b", "M": "\r"}.get(arrow, "\x00")
    return key
