"""The `tinyvision` command. Exit codes: 0 done, 1 a check failed, 2 wrong use, 130 interrupted."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from . import __version__
from .commands import COMMANDS, step
from .interrupt import orderly_end
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
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign it cannot show is no reason to fail
    try:
        parser = build_parser()
        options = parser.parse_args(argv)
        if options.command is None:
            if step.on_terminal() and step.there_are_lessons():
                with orderly_end():
                    return step.carry_on()
            parser.print_help()
            return 0
        with orderly_end():
            return options.run(options)
    except BrokenPipeError:  # whoever read our output has enough
        # Python writes out what is left at its end, and would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, TypeError, OSError, RuntimeError, ImportError, FloatingPointError) as error:
        print(f"tinyvision: {_one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        text = str(interrupt) or "interrupted; what was saved before is intact"
        print(f"\ntinyvision: {text}", file=sys.stderr)
        return 130


def _one_line(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, OSError) and error.strerror:  # without the number
        text = error.strerror + (f": {error.filename}" if error.filename else "")
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
