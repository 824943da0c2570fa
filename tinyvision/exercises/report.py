"""What a check found, as lines for a terminal and as JSON."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, TextIO

from ..terminal import can_show
from .catalogue import EXERCISES, Exercise
from .folder import Folder
from .result import FAILED, PASSED, WAITING, Failure, Result

WIDTH = 80
Line = tuple[str, str]
"""A style, "" for none, and a text."""


def as_lines(result: Result, width: int = WIDTH) -> list[Line]:
    """The checks, and the smallest failure if there is one.

    >>> from .result import Step
    >>> for style, text in as_lines(Result([Step("numbers", "worked", PASSED)])):
    ...     print(text.replace("✓", "ok"))
      ok numbers
    """
    marks = {PASSED: ("green", "✓"), FAILED: ("bold red", "✗"), WAITING: ("dim", "·")}
    begun = any(step.state != WAITING for step in result.steps)  # else the file was not even loaded
    signs = [(*marks[step.state], step.name) for step in result.steps] if begun else []
    lines = [(style, f"  {sign} {name}") for style, sign, name in signs]
    if result.failure:
        lines += [("", "")] * bool(lines) + _failure_lines(result.failure, width)
    return lines


def _failure_lines(failure: Failure, width: int) -> list[Line]:
    lines = [("", f"  {line}") for line in failure.call.splitlines()]
    if failure.call:
        lines.append(("", ""))
    lines += _labelled("got", failure.got, width, "red")
    lines += _labelled("expected", failure.expected, width, "green")
    if failure.cause:
        lines += _labelled("likely", failure.cause, width, "bold")
    printed = failure.printed.rstrip().splitlines()
    if printed:
        lines += [("", ""), ("dim", "  your code printed:")]
        lines += [("dim", f"    {line[: width - 4]}") for line in printed[:8]]
        lines += [("dim", "    ...")] * (len(printed) > 8)
    return lines


def _labelled(label: str, text: str, width: int, style: str) -> list[Line]:
    """A label, and the text beside it: what stands in lines stays, long lines are wrapped."""
    before = f"  {label:9} "
    lines = [
        piece
        for line in text.splitlines()
        for piece in (
            [line]
            if line.startswith((" ", "array(")) or len(line) + len(before) <= width
            else textwrap.wrap(line, width - len(before), break_long_words=False)
        )
    ]
    return [
        (style, (before if number == 0 else " " * len(before)) + line)
        for number, line in enumerate(lines)
    ]


def closing_lines(
    result: Result, exercise: Exercise, folder: Folder, hints: int, width: int = WIDTH
) -> list[Line]:
    """What to do next."""
    if not result.passed:
        if hints < len(exercise.hints):
            said = f"stuck? tinyvision hint {exercise.number}"
        else:
            said = f"hints again: tinyvision hint {exercise.number}"
        return [("dim", said)]
    passed, all_of_them = folder.count_passed()
    own = next(exercise for exercise in EXERCISES if not exercise.checked)
    done = f"done: {passed} of the {all_of_them} exercises that are checked"
    lines = [
        ("bold green", f"passed: {_count(result)}"),
        ("", f"{done}; {own.number} is {own.title}"),
        ("", f"ours, to compare: tinyvision solution {exercise.number}"),
    ]
    following = folder.first_open()
    if following is not None:
        lines.append(("", f"next: {folder.file(following)}"))
    else:
        lines.append(("", "That was the last that is checked. What would you like to know?"))
        lines.append(("", f"{folder.file(own)} is {own.title}."))
    return lines


def _count(result: Result) -> str:
    return f"{len(result.steps)} checks, {result.calls} calls of your code"


def hint_lines(exercise: Exercise, number: int, only_last: bool = False) -> list[Line]:
    """The first so many hints of an exercise, or the last of them."""
    lines: list[Line] = []
    for count, hint in list(enumerate(exercise.hints[:number], 1))[-1 if only_last else 0 :]:
        lines += [("", "")] * bool(lines)
        lines.append(("bold", f"hint {count} of {len(exercise.hints)}"))
        for line in hint.splitlines():
            pieces = [line] if line.startswith(" ") else textwrap.wrap(line, width_here() - 2)
            lines += [("", f"  {piece}") for piece in pieces]
    return lines


def to_json(result: Result, exercise: Exercise, folder: Folder) -> str:
    """Everything as one JSON object."""
    following = folder.first_open()
    found = {
        "exercise": exercise.number,
        "file": str(folder.file(exercise)),
        **result.to_dict(),
        "next": following.number if following else None,
    }
    return json.dumps(found, indent=2)


def one_line(result: Result, exercise: Exercise, folder: Folder) -> str:
    """The file, the line if it is known, and the verdict."""
    path = str(folder.file(exercise))
    if result.passed:
        return f"{path}: passed"
    failure = result.failure
    assert failure is not None
    failed = next((step.name for step in result.steps if step.state == FAILED), "")
    said = failure.cause or f"got {' '.join(failure.got.split())}"
    where = f"{path}:{failure.line}" if failure.line else path
    return f"{where}: {failed + ': ' if failed else ''}{said}"


def say(lines: Sequence[Line], stream: TextIO | None = None) -> None:
    """Print lines, in colour on a terminal that wants it (with `rich`)."""
    stream = sys.stdout if stream is None else stream
    console = _console(stream) if stream.isatty() else None
    for style, text in lines:
        if not can_show("✓✗·", stream):
            text = text.replace("✓", "ok").replace("✗", "NO").replace("·", " -")
        if console is None:
            print(text, file=stream)
        else:
            console.print(text, style=style or None)
    stream.flush()


def _console(stream: TextIO) -> Any:
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)


def width_here() -> int:
    """Columns to write in."""
    return max(40, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))
