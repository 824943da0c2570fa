"""`tinyvision start`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .exercising import add_json


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("start", help="put the exercises into a folder of your own")
    command.add_argument(
        "dir", metavar="DIR", help="the folder; files that are there already stay as they are"
    )
    add_json(command)
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Make the files."""
    from ..exercises.catalogue import EXERCISES
    from ..exercises.folder import Folder

    folder = Folder(options.dir)
    made = folder.start()
    if options.json:
        found = {"folder": str(folder.path), "made": [path.name for path in made]}
        print(json.dumps(found, indent=2))
    elif not options.quiet:
        there = len(EXERCISES) + 1 - len(made)
        kept = f"; {there} were there already, and stay as they are" if there else ""
        print(f"{len(made)} files in {folder.path}{kept}\n")
        following = folder.first_open()
        if following is not None:
            print(f"begin with {folder.file(following)}")
            print("then, in that folder:" if folder.path != Path.cwd() else "then:")
            print("  tinyvision check           is it right?")
            print("  tinyvision check --watch   the same, each time you save")
            print("  tinyvision hint            when you are stuck")
    return 0
