"""The `tinyvision` command. Exit codes: 0 done, 1 a check failed, 2 wrong use, 130 interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import __version__
from .commands import COMMANDS, step
from .ending import ended
from .usage import Parser


def build_parser() -> argparse.ArgumentParser:
    """The command's words and options."""
    parser = Parser(
        prog="tinyvision",
        description="A deep-learning framework for vision, written from scratch in NumPy.",
    )
    parser.add_argument("--version", action="version", version=f"tinyvision {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    for command in COMMANDS:
        command.add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; what it returns is the exit code."""
    return ended("tinyvision", lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    options = parser.parse_args(argv)
    if options.command is None:
        if step.on_terminal() and step.there_are_lessons():
            return step.carry_on()
        parser.print_help()
        return 0
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
