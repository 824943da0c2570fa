"""`tinyvision tour`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..usage import add_seed


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "tour", help="see everything once: verify, gradient checks, training, pictures"
    )
    command.add_argument(
        "--out", default="runs/tour", metavar="DIR", help="where results go; runs/tour if not given"
    )
    add_seed(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Go through all stations."""
    from ..tour import run_tour

    return run_tour(Path(options.out), options.seed)
