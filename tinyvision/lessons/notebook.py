"""A lesson as a Jupyter notebook.

The script is the lesson; a notebook is made from it when one is wanted. The format is nbformat 4.5,
https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from ..files import replacing
from .catalogue import Lesson
from .cells import Cell, with_hashes
from .player import is_call


def notebook(lesson: Lesson) -> dict[str, Any]:
    """A lesson's cells as the contents of a notebook.

    The title and the intro are the first cell. A cell is added after it that names the folder of
    the pictures, for a notebook does not know which lesson it is.
    """
    script = lesson.script
    number = lesson.number if lesson.number.isdecimal() else lesson.path.stem
    head = Cell("text", f"# {script.heading}\n\n{script.intro}".strip(), 1)
    set_up = Cell(
        "code",
        "# Where the pictures go; the rest is the lesson as it stands in its script.\n"
        "import os\n\n"
        f'os.environ.setdefault("TINYVISION_LESSON_OUT", "runs/lessons/{number}")',
        1,
    )
    cells = [head, set_up, *script.cells]
    return {
        "cells": [_cell(cell, place) for place, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def write_notebook(lesson: Lesson, path: Path, *, overwrite: bool = False) -> Path:
    """Write a lesson as a notebook.

    Raises:
        ValueError: the file's name does not end in .ipynb; there is a file that is not the lesson
            as it would be written, somebody's work perhaps, and no ``overwrite``.
        OSError: it cannot be written.
    """
    if path.suffix != ".ipynb":
        raise ValueError(f"{path} does not end in .ipynb, by which Jupyter knows a notebook")
    text = (json.dumps(notebook(lesson), indent=1, ensure_ascii=False) + "\n").encode()
    if path.exists() and not overwrite and path.read_bytes() != text:
        raise ValueError(
            f"{path} was changed since it was written, or is something else; give --out another "
            "name, or replace it with --overwrite"
        )
    with replacing(path) as file:
        file.write(text)
    return path


def _cell(cell: Cell, place: int) -> dict[str, Any]:
    source = with_hashes(cell.source) if cell.kind == "text" else _quiet(cell.source)
    shared = {"id": f"cell-{place}", "metadata": {}, "source": source.splitlines(keepends=True)}
    if cell.kind == "text":
        return {"cell_type": "markdown", **shared}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **shared}


def _quiet(code: str) -> str:
    """A semicolon after a question or a picture at the end: Jupyter would show what it returns.

    >>> _quiet("x = 1\\npredict('x?', x)  # a question")
    "x = 1\\npredict('x?', x);  # a question"
    """
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return code
    last = body[-1] if body else None
    if not (isinstance(last, ast.Expr) and is_call(last.value, "predict", "show")):
        return code
    lines = code.split("\n")
    number, end = last.value.end_lineno or 1, last.value.end_col_offset or 0
    line = lines[number - 1].encode()  # columns are counted in bytes
    lines[number - 1] = (line[:end] + b";" + line[end:]).decode()
    return "\n".join(lines)
