"""`tinyvision step`, and what `tinyvision` alone does on a terminal."""

from __future__ import annotations

import sys
from typing import Any

from ..usage import UsageError, positive_int


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "step", help="step through a lesson, cell by cell; alone: where you left"
    )
    command.add_argument(
        "lesson",
        nargs="?",
        metavar="NN",
        help="its number, a piece of its name, or a file; where you left if not given",
    )
    command.add_argument(
        "--from",
        dest="start",
        type=positive_int,
        metavar="CELL",
        help="the cell to begin with; where you left it, or the first, if not given",
    )
    command.add_argument(
        "--no-pause", action="store_true", help="run through without waiting or asking"
    )
    command.add_argument(
        "--quiet", action="store_true", help="run through and print nothing but an error"
    )
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Step through, or run through where nobody can press a key."""
    from ..lessons.catalogue import find_lesson
    from ..lessons.course import remembered_cell, step_through
    from ..lessons.screens import screen
    from ..lessons.through import play_through

    through = options.no_pause or options.quiet or not on_terminal()
    if options.lesson is None:
        if through or options.start is not None:
            raise UsageError("which lesson? Give its number, as in tinyvision step 02")
        return carry_on()
    lesson = find_lesson(options.lesson)
    cells = len(lesson.script.steps)
    if options.start is not None and options.start > cells:
        raise UsageError(f"--from {options.start}: the cells of this lesson are 1 to {cells}")
    if through:
        start = (options.start or 1) - 1
        return 0 if play_through(lesson, screen(), start, options.quiet) else 1
    out = screen()
    if options.start is not None:
        start = options.start - 1
    elif start := max(0, min(remembered_cell(lesson), cells - 1)):
        out.say(
            f"Going on where you left, at cell {start + 1} of {cells}; --from 1 begins anew.",
            "quiet",
        )
    step_through(lesson, out, start)
    return 0


def carry_on() -> int:
    """Go on where the learner left, or begin with the first lesson."""
    from ..lessons.course import place_to_go_on, step_through, welcome
    from ..lessons.screens import screen

    out = screen()
    place = place_to_go_on()
    if place is None:
        out.say("All lessons are done. tinyvision lessons lists them; step NN opens one again.")
        return 0
    welcome(out)
    step_through(place[0], out, place[1])
    return 0


def there_are_lessons() -> bool:
    """Whether the lessons came with this installation."""
    from ..lessons.catalogue import lessons_folder

    return lessons_folder() is not None


def on_terminal() -> bool:
    """Whether somebody sits there who sees what is printed and can press a key."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
