"""`tinyvision notebook`."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("notebook", help="write a lesson as a Jupyter notebook")
    command.add_argument("lesson", metavar="NN", help="its number, a piece of its name, or a file")
    command.add_argument(
        "--out", metavar="FILE", help="where to write; its name with .ipynb, here, if not given"
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace a notebook that was changed"
    )
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Write the notebook."""
    from ..lessons.catalogue import find_lesson
    from ..lessons.notebook import write_notebook

    lesson = find_lesson(options.lesson)
    path = Path(options.out or f"{lesson.path.stem}.ipynb")
    write_notebook(lesson, path, overwrite=options.overwrite)
    if not options.quiet:
        print(f"written: {path}")
    return 0
