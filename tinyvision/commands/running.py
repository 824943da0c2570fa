"""Options of every command that trains: resuming, checkpoints, and what is printed."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..terminal import Steady
from ..usage import positive_int


def add_run_options(command: argparse.ArgumentParser) -> None:
    """Tell the parser of a command that trains."""
    command.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="RUN",
        help="go on with the run in this folder (--out if not given), killed or interrupted; it "
        "ends as if nothing had happened, to the bit",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="begin anew over a run that has not finished"
    )
    command.add_argument(
        "--checkpoint-every",
        type=positive_int,
        metavar="N",
        help="steps from one checkpoint to the next; an epoch if not given",
    )
    command.add_argument(
        "--keep",
        type=positive_int,
        metavar="K",
        help="how many checkpoints stay, besides the best weights; 2 if not given",
    )
    command.add_argument("--no-pictures", action="store_true", help="draw nothing; numbers only")
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.add_argument(
        "--json",
        action="store_true",
        help="print the result as JSON, and everything else to standard error",
    )


def output(options: Any) -> Steady:
    """Where a command that trains prints its lines and its bar."""
    if options.quiet:
        return Steady(None)
    return Steady(sys.stderr if options.json else sys.stdout)


def add_recipe_options(command: argparse.ArgumentParser) -> None:
    """Tell the parser where the data are, how long to train on them, and how fast."""
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA, or where `data get` puts them, if not "
        "given (digits need none)",
    )
    command.add_argument(
        "--epochs",
        type=positive_int,
        metavar="N",
        help="how often to go through the images; what suits the data if not given",
    )
    command.add_argument(
        "--batch-size",
        type=positive_int,
        metavar="N",
        help="images for each step; what suits the data if not given",
    )
    command.add_argument(
        "--lr",
        type=float,
        metavar="RATE",
        help="the largest learning rate; what suits the data if not given",
    )
