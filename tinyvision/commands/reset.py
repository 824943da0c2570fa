"""`tinyvision reset`."""

from __future__ import annotations

import json
from typing import Any

from .exercising import add_exercise, add_json, chosen


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("reset", help="begin an exercise anew; yours is kept as a copy")
    add_exercise(command, required=True)
    add_json(command)
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Put the file back."""
    folder, exercise = chosen(options)
    assert exercise is not None  # one must be named
    copy = folder.reset(exercise)
    path = folder.file(exercise)
    if options.json:
        found = {"file": str(path), "copy": str(copy) if copy else None}
        print(json.dumps(found))
    elif not options.quiet:
        print(f"{path} is as it was in the beginning")
        if copy:
            print(f"yours is kept: {copy}")
    return 0
