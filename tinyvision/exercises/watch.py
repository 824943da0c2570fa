"""Checking again each time the learner saves."""

from __future__ import annotations

import os
import time
from pathlib import Path

from .catalogue import Exercise
from .checking import check_aloud, next_hint
from .folder import Folder
from .keys import keys
from .report import hint_lines, say

EVERY = 0.5
"""Seconds between two looks. Looking works on every file system; being told does not."""
_SETTLED = 0.1  # seconds for which a file must not change, as editors write in several goes


def watch(folder: Folder, exercise: Exercise, limit: float) -> int:
    """Check, wait until the file changes, check again; it stays with the exercise until told.

    Returns:
        0 if the last check passed, 1 if not, once `q` is pressed.

    Raises:
        KeyboardInterrupt: Control-C was, in plain words.
    """
    try:
        return _watch(folder, exercise, limit)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("no longer watching; your file stays as you saved it") from None


def _watch(folder: Folder, exercise: Exercise, limit: float) -> int:
    with keys() as key:
        while True:
            seen = _stamp(folder.file(exercise))
            passed = check_aloud(folder, exercise, limit, watching=True).passed
            following = folder.first_open() if passed else None
            _say_keys(exercise, following)
            while True:
                pressed = key(EVERY)
                if pressed == "q":
                    return 0 if passed else 1
                if pressed == "h" and exercise.hints:
                    number = next_hint(folder, exercise)
                    say([("", ""), *hint_lines(exercise, number, only_last=True)])
                if pressed == "n" and following is not None:
                    exercise = following
                    break
                if pressed == "r" or _changed(folder.file(exercise), seen):
                    break
            say([("", ""), ("dim", f"{time.strftime('%H:%M:%S')} {'-' * 60}")])


def _say_keys(exercise: Exercise, following: Exercise | None) -> None:
    words = [f"watching {exercise.file}", "r check again", "h hint", "q quit"]
    if following is not None:
        words.insert(1, f"n next ({following.number})")
    say([("", ""), ("dim", "; ".join(words))])


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:  # between two names, as some editors save
        return None
    return found.st_mtime_ns, found.st_size


def _changed(path: Path, seen: tuple[int, int] | None) -> bool:
    """Whether the file is another one, and whole."""
    now = _stamp(path)
    if now is None or now == seen:
        return False
    while True:
        time.sleep(_SETTLED)
        again = _stamp(path)
        if again == now:
            return True
        if again is None:
            return False
        now = again
