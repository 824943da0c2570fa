"""The table of the lessons: number, title, question, how far one is, and minutes."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any, TextIO

from ..terminal import can_show
from .catalogue import lessons
from .course import place_to_go_on
from .state import load_state

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
    """Print the table, with `rich` on a terminal."""
    found = rows()
    if not found:
        print("There are no lessons here: neither in the package nor beside it.", file=stream)
        return
    if stream.isatty():
        try:
            _rich_table(found, stream)
            return
        except ImportError:
            pass
    _plain_table(found, stream)


def _progress(row: dict[str, Any], good: str = "done") -> str:
    if row["next"]:
        return "next" if row["cell"] == 1 else f"next: {row['cell']}/{row['cells']}"
    if row["done"]:
        return good
    return "" if row["cell"] == 1 else f"{row['cell']}/{row['cells']}"


def _rich_table(found: list[dict[str, Any]], stream: TextIO) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    good = "✓ done" if can_show("✓", stream) else "done"
    shown = Table(box=SIMPLE, pad_edge=False, caption=NOTE, caption_justify="left")
    shown.add_column("")
    shown.add_column("lesson", ratio=2)
    shown.add_column("question", ratio=3)
    shown.add_column("", no_wrap=True)
    shown.add_column("min", justify="right")
    for row in found:
        style = "bold" if row["next"] else ("dim" if row["done"] else "")
        cells = [row["number"], row["title"], row["question"], _progress(row, good)]
        shown.add_row(*(Text(cell) for cell in cells), str(row["minutes"]), style=style)
    Console(file=stream, highlight=False).print(shown)


def _plain_table(found: list[dict[str, Any]], stream: TextIO) -> None:
    width = min(shutil.get_terminal_size().columns - 1, 100)
    longest = max(len(row["title"]) for row in found)
    for row in found:
        line = f"{row['number']}  {row['title']:<{longest}}  {row['minutes']:>3} min  "
        print((line + _progress(row)).rstrip(), file=stream)
        for part in textwrap.wrap(row["question"], width - 4):
            print(f"    {part}", file=stream)
    print(f"\n{NOTE}", file=stream)
