"""Options of every command about the learner's exercises."""

from __future__ import annotations

import json
from typing import Any

from ..exercises.catalogue import EXERCISES, Exercise, exercise_named
from ..exercises.folder import Folder
from ..usage import UsageError


def add_exercise(command: Any, required: bool = False) -> None:
    """Tell the parser which exercise, and where."""
    command.add_argument(
        "exercise",
        nargs=None if required else "?",
        metavar="NN",
        help="a number like 08, a name or a file"
        + ("" if required else "; the first exercise that has not passed if not given"),
    )
    command.add_argument(
        "--dir",
        metavar="DIR",
        help="the folder of the exercises; this one or one above if not given",
    )


def add_json(command: Any) -> None:
    """Tell the parser that the answer can be had as data."""
    command.add_argument("--json", action="store_true", help="print JSON instead of lines")


def chosen(options: Any) -> tuple[Folder, Exercise | None]:
    """The folder, and the exercise; None if none is named and all have passed."""
    exercise = exercise_named(options.exercise) if options.exercise else None
    folder = Folder.found(options.dir, options.exercise)
    return folder, exercise or folder.first_open()


def needs_checks(exercise: Exercise, what: str) -> None:
    """Refuse what the last exercise, which is the learner's own, does not have.

    Raises:
        UsageError: it is that one.
    """
    if not exercise.checked:
        raise UsageError(
            f"exercise {exercise.number} is an experiment of your own: there {what}; run it with "
            f"python {exercise.file}"
        )


def say_all_done(folder: Folder, as_json: bool) -> int:
    """Nothing is open any more."""
    passed, count = folder.count_passed()
    if as_json:
        own = [exercise.file for exercise in EXERCISES if not exercise.checked]
        found = {"passed": passed, "exercises": count, "unchecked": own, "next": None}
        print(json.dumps(found))
    else:
        print(
            f"All {count} exercises that are checked have passed. What would you like to know?\n"
            f"{folder.path / 'ex14_cnn_or_vit.py'} is an experiment of your own."
        )
    return 0
