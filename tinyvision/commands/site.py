"""`tinyvision site`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from ..usage import UsageError


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "site", help="make pages of the lessons, to be read without a server or a network"
    )
    command.add_argument("folder", metavar="DIR", help="where they go; a site there is replaced")
    command.add_argument(
        "--lessons", metavar="NN,...", help="only these, such as 02,08; all if not given"
    )
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.add_argument("--json", action="store_true", help="print JSON at the end, nothing else")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Make the pages; 1 if a lesson fails."""
    from ..progress import progress
    from ..site import LessonFailed, build_site

    chosen = _chosen(options.lessons)
    begin = time.perf_counter()
    folder = Path(options.folder)
    try:
        if options.quiet or options.json:
            built = build_site(folder, chosen)
        else:
            with progress("running the lessons", len(chosen) + 1, "parts") as task:

                def report(line: str) -> None:
                    task.say(line)
                    task.advance()

                built = build_site(folder, chosen, report)
    except LessonFailed as error:
        print(error, file=sys.stderr)
        return 1
    seconds = time.perf_counter() - begin
    if options.json:
        found_out = {
            "index": os.fspath(built.index.absolute()),
            "lessons": built.lessons,
            "pictures": built.pictures,
            "names": built.names,
            "bytes": built.size,
            "seconds": round(seconds, 1),
        }
        print(json.dumps(found_out, indent=2))
    elif not options.quiet:
        print(
            f"{built.index}: {built.lessons} lessons, {built.pictures} pictures, "
            f"{built.size / 2**20:.1f} MiB, {seconds:.0f} s. Open it in a browser."
        )
    return 0


def _chosen(numbers: str | None) -> list[Any]:
    """The lessons of numbers between commas, in order; all if None.

    Raises:
        ValueError: there is none, or one is not a lesson.
    """
    from ..lessons.catalogue import find_lesson, lessons

    if numbers is None:
        return lessons()
    words = [word.strip() for word in numbers.split(",") if word.strip()]
    if not words:
        raise UsageError(f"--lessons {numbers}: expected their numbers, such as 02,08")
    found = {lesson.path.name: lesson for lesson in map(find_lesson, words)}
    for name, lesson in found.items():
        if not lesson.number.isdecimal():
            raise UsageError(f"{name} has no number: a lesson's file is named like 00_tour.py")
    return [found[name] for name in sorted(found)]
