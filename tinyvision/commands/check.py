"""`tinyvision check`."""

from __future__ import annotations

import argparse
from typing import Any

from ..usage import UsageError
from .exercising import add_exercise, add_json, chosen, needs_checks, say_all_done


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("check", help="check an exercise of yours")
    add_exercise(command)
    command.add_argument(
        "--watch", action="store_true", help="check again each time the file is saved; q ends it"
    )
    command.add_argument(
        "--timeout",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long one call of your code may compute; 10.0 if not given",
    )
    add_json(command)
    command.add_argument("--quiet", action="store_true", help="print the verdict only, in one line")
    command.set_defaults(run=run)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}") from None
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"must be above 0 and below 1000000, got {text}")
    return value


def run(options: Any) -> int:
    """Check; 0 if it passes, 1 if not."""
    from ..exercises.checking import check, check_aloud
    from ..exercises.report import one_line, to_json
    from ..exercises.watch import watch

    if options.watch and (options.json or options.quiet):
        raise UsageError("--watch is for reading along; it goes with neither --json nor --quiet")
    folder, exercise = chosen(options)
    if exercise is None:
        return say_all_done(folder, options.json)
    needs_checks(exercise, "is nothing to check")
    if options.watch:
        return watch(folder, exercise, options.timeout)
    if options.json or options.quiet:
        result = check(folder, exercise, options.timeout)
        print((to_json if options.json else one_line)(result, exercise, folder))
    else:
        result = check_aloud(folder, exercise, options.timeout)
    return 0 if result.passed else 1
