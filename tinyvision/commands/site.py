"""`tinyvision site`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


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
    from ..lessons.catalogue import find_lesson, lessons
    from ..progress import progress
    from ..site import LessonFailed, build_site

    chosen = lessons()
    if options.lessons is not None:
        words = [word.strip() for word in options.lessons.split(",") if word.strip()]
        found = {lesson.path: lesson for lesson in map(find_lesson, words)}
        chosen = [found[path] for path in sorted(found, key=lambda path: path.name)]
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
