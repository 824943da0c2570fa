"""An error in a lesson, shown where it happened in the lesson's file."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

from .screen import Screen

MOST = 3  # lines of the lesson on the way to the error


def show_error(error: BaseException, path: Path, screen: Screen) -> None:
    """The kind and the text of an error, and the lines of the lesson that led to it."""
    name = type(error).__name__
    if isinstance(error, KeyboardInterrupt):
        screen.say("Stopped.", "bad")
    elif isinstance(error, SyntaxError):
        screen.say(f"{name}: {error.msg}", "bad")
    else:
        text = str(error)
        screen.say(f"{name}: {text}" if text else name, "bad")
    for line in places(error, path)[-MOST:]:
        screen.where(path, line)
        source = linecache.getline(str(path), line).rstrip()
        if source:
            screen.code(source, line)


def places(error: BaseException, path: Path) -> list[int]:
    """The lines of a file that led to an error, outermost first."""
    linecache.checkcache(str(path))
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return [error.lineno or 1]
    frames = traceback.extract_tb(error.__traceback__)
    return [frame.lineno or 1 for frame in frames if frame.filename == str(path)]
