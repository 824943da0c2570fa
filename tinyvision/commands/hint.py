"""`tinyvision hint`."""

from __future__ import annotations

import json
from typing import Any

from .exercising import add_exercise, add_json, chosen, needs_checks, say_all_done


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("hint", help="a hint for an exercise, one more each time")
    add_exercise(command)
    add_json(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the hints so far and one more."""
    from ..exercises.checking import next_hint
    from ..exercises.report import hint_lines, say

    folder, exercise = chosen(options)
    if exercise is None:
        return say_all_done(folder, options.json)
    needs_checks(exercise, "are no hints")
    before = folder.state(exercise)["hints"]
    number = next_hint(folder, exercise)
    if options.json:
        shown = exercise.hints[:number]
        print(json.dumps({"exercise": exercise.number, "hints": shown, "of": len(exercise.hints)}))
        return 0
    say([("bold", f"{exercise.number}: {exercise.title}"), ("", "")])
    say(hint_lines(exercise, number))
    if before == number:
        say([("", ""), ("dim", f"There are no more. {folder.file(exercise)} is yours to try.")])
    return 0
