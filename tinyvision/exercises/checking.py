"""Checking an exercise and remembering how it went; hints and solutions."""

from __future__ import annotations

import sys
from pathlib import Path

from .catalogue import Exercise
from .folder import Folder
from .report import as_lines, closing_lines, say, width_here
from .result import Result
from .runner import check_file


def check(folder: Folder, exercise: Exercise, limit: float) -> Result:
    """Check the learner's file, and remember whether it passed.

    Raises:
        FileNotFoundError: it is not there.
        ImportError: Hypothesis is not installed.
    """
    result = check_file(exercise, _file(folder, exercise), limit)
    changes = {"passed": True, "solved": True} if result.passed else {"passed": False}
    try:
        folder.remember(exercise, **changes)
    except OSError as error:  # the answer is worth more than the memory of it
        print(f"tinyvision: not remembered: {error.strerror}", file=sys.stderr)
    return result


def _file(folder: Folder, exercise: Exercise) -> Path:
    path = folder.file(exercise)
    if not path.is_file():
        raise FileNotFoundError(
            f"no {exercise.file} in {str(folder.path)!r}; tinyvision reset {exercise.number} puts "
            "a new one there"
        )
    return path


def check_aloud(folder: Folder, exercise: Exercise, limit: float, watching: bool = False) -> Result:
    """The same, and print everything: first the path, as the check takes a moment.

    Args:
        folder, exercise, limit: as of :func:`check`.
        watching: whether a line follows that says how to have a hint.
    """
    say([("bold", f"checking {_file(folder, exercise)}"), ("", "")])
    result = check(folder, exercise, limit)
    say(as_lines(result, width_here()))
    if result.passed or not watching:
        hints = folder.state(exercise)["hints"]
        say([("", ""), *closing_lines(result, exercise, folder, hints)])
    return result


def next_hint(folder: Folder, exercise: Exercise) -> int:
    """How many hints are to be shown now: one more each time, as long as there are."""
    shown = min(folder.state(exercise)["hints"] + 1, len(exercise.hints))
    folder.remember(exercise, hints=shown)
    return shown
