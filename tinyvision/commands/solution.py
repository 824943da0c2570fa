"""`tinyvision solution`."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..usage import UsageError
from .exercising import add_exercise, add_json, chosen, needs_checks


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("solution", help="our solution, once yours has passed")
    add_exercise(command, required=True)
    add_json(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print it, or say that it is too early.

    Raises:
        UsageError: the exercise has not passed yet.
    """
    folder, exercise = chosen(options)
    assert exercise is not None  # one must be named
    needs_checks(exercise, "is no solution")
    if not folder.state(exercise)["solved"]:
        raise UsageError(
            f"the solution of {exercise.number} is shown once yours has passed; tinyvision check "
            f"{exercise.number} says how far it is, tinyvision hint {exercise.number} helps"
        )
    code = exercise.solution()
    if options.json:
        print(json.dumps({"exercise": exercise.number, "solution": code}))
    else:
        _print_code(code)
    return 0


def _print_code(code: str) -> None:
    """In colour on a terminal, where `rich` is installed."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.syntax import Syntax
        except ImportError:
            pass
        else:
            syntax = Syntax(code, "python", theme="ansi_dark", background_color="default")
            Console().print(syntax.highlight(code), end="", soft_wrap=True)  # never cut off
            return
    print(code, end="")
