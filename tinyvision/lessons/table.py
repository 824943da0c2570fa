"""The table of the lessons: number, title, question, how far one is, and minutes."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from typing import Any, TextIO

from ..terminal import can_show
from .catalogue import lessons
from .course import place_to_go_on
from .state import load_state

WIDEST = 100  # columns from which on questions stand beside the titles
NOTE = "minutes: a guess from the length of text and code"


def rows() -> list[dict[str, Any]]:
    """A dictionary for each lesson.

    Its keys are number, title, question, minutes, file, cells, cell (the one to go on with, from
    1 on), done, and next, which is true for the one that ``tinyvision`` alone goes on with.
    """
    state, place = load_state(), place_to_go_on()
    found = []
    for lesson in lessons():
        at = state.lessons.get(lesson.number)
        found.append(
            {
                "number": lesson.number,
                "title": lesson.title,
                "question": lesson.question,
                "minutes": lesson.minutes,
                "file": str(lesson.path),
                "cells": len(lesson.script.steps),
                "cell": (at.cell if at else 0) + 1,
                "done": bool(at and at.done),
                "next": place is not None and place[0].number == lesson.number,
            }
        )
    return found


def table(stream: TextIO) -> None:
    """Print the table; with `rich` on a wide terminal the questions have a column of their own."""
    found = rows()
    if not found:
        print("There are no lessons here: neither in the package nor beside it.", file=stream)
        return
    if stream.isatty():
        try:
            _coloured(found, stream)
            return
        except ImportError:
            pass
    for line, _ in _lines(found, shutil.get_terminal_size().columns - 1, "done"):
        print(line, file=stream)
    print(f"\n{NOTE}", file=stream)


def _progress(row: dict[str, Any], done: str) -> str:
    if row["next"]:
        return "next" if row["cell"] == 1 else f"next: {row['cell']}/{row['cells']}"
    if row["done"]:
        return done
    return "" if row["cell"] == 1 else f"{row['cell']}/{row['cells']}"


def _style(row: dict[str, Any]) -> str:
    return "bold" if row["next"] else ("dim" if row["done"] else "")


def _lines(found: list[dict[str, Any]], width: int, done: str) -> Iterator[tuple[str, str]]:
    """The table with the questions under the titles, each line with its style."""
    longest = max(len(row["title"]) for row in found)
    for row in found:
        line = f"{row['number']}  {row['title']:<{longest}}  {row['minutes']:>3} min  "
        yield (line + _progress(row, done)).rstrip(), _style(row)
        for part in textwrap.wrap(row["question"], min(width, WIDEST) - 4):
            yield f"    {part}", "" if row["next"] else "dim"


def _coloured(found: list[dict[str, Any]], stream: TextIO) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    done = "✓ done" if can_show("✓", stream) else "done"
    console = Console(file=stream, highlight=False)
    if console.width < WIDEST or not can_show("─", stream):
        for line, style in _lines(found, console.width - 1, done):
            console.print(line, style=style or None, markup=False, soft_wrap=True)
        console.print(f"\n{NOTE}", style="dim")
        return
    shown = Table(box=SIMPLE, pad_edge=False, caption=NOTE, caption_justify="left")
    shown.add_column("")
    shown.add_column("lesson")
    shown.add_column("question", ratio=1)
    shown.add_column("", no_wrap=True)
    shown.add_column("min", justify="right")
    for row in found:
        cells = [row["number"], row["title"], row["question"], _progress(row, done)]
        shown.add_row(*(Text(cell) for cell in cells), str(row["minutes"]), style=_style(row))
    console.print(shown)
