"""`tinyvision eval`."""

from __future__ import annotations

from typing import Any


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("eval", help="hold a trained network against held-out images")
    command.add_argument("folder", metavar="RUN", help="a folder that `tinyvision train` wrote")
    command.add_argument("--data", metavar="NAME", help="other images than those of its training")
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA if not given (digits need none)",
    )
    command.add_argument(
        "--out", metavar="DIR", help="where the picture and the numbers go; RUN if not given"
    )
    command.add_argument("--quiet", action="store_true", help="print the accuracy only")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the accuracy, and that of each class."""
    from ..evaluation import run

    return run(options)
