"""Options of every command that trains: resuming, checkpoints, and what is printed."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ..terminal import Steady
from ..usage import UsageError, positive_int


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
    command.add_argument("--overwrite", action="store_true", help="begin anew where there is a run")
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


def add_mixing_options(command: argparse.ArgumentParser) -> None:
    """Tell the parser of a command that trains a classifier."""
    command.add_argument(
        "--mixup",
        type=float,
        metavar="A",
        help="blend each training image, and its label, with another; A of 0.2 mixes a little, 1 a "
        "lot; not if not given",
    )
    command.add_argument(
        "--cutmix",
        type=float,
        metavar="A",
        help="put a piece of another image into each, its label in proportion; with --mixup, too, "
        "each batch draws one of the two; not if not given",
    )


def folder_of(options: Any) -> str | None:
    """The folder of the run: that which is resumed, or --out; None if neither is given.

    Raises:
        UsageError: they are two different folders.
    """
    if options.resume and options.out and options.resume != options.out:
        raise UsageError(
            f"--resume {options.resume} and --out {options.out} are two folders; give one"
        )
    return options.resume or options.out or None


def run_settings(options: Any) -> dict[str, Any]:
    """What every function that trains takes from these options, by its names."""
    return {
        "data_dir": options.data_dir,
        "seed": options.seed,
        "resume": options.resume is not None,
        "overwrite": options.overwrite,
        "checkpoint_every": options.checkpoint_every,
        "keep": options.keep,
        "pictures": not options.no_pictures,
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "lr": options.lr,
    }


def report(outcome: Any, options: Any, stream: Steady) -> None:
    """Print which files there are, and the result as JSON if it is asked for."""
    print(
        "written:" if outcome.written else "its results:", *outcome.files, sep="\n  ", file=stream
    )
    if options.json:
        epochs = [epoch.row() for epoch in outcome.history]
        files = [str(path) for path in outcome.files]
        print(json.dumps({**outcome.summary, "epochs": epochs, "files": files}, indent=2))
