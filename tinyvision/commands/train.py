"""`tinyvision train`."""

from __future__ import annotations

from typing import Any

from ..usage import UsageError, add_seed, positive_int
from .running import add_mixing_options, add_run_options, folder_of, output, report, run_settings


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("train", help="train a network on real images")
    command.add_argument(
        "network",
        nargs="?",
        metavar="NETWORK",
        help="cnn (the article's) or vit; a run that is resumed knows it, and all its settings",
    )
    command.add_argument(
        "--data",
        metavar="NAME",
        help="digits (if not given), mnist, fashion-mnist or cifar10",
    )
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA, or where `data get` puts them, if not "
        "given (digits need none)",
    )
    recipe = "; what suits network and data if not given"
    command.add_argument(
        "--epochs",
        type=positive_int,
        metavar="N",
        help=f"how often to go through all images{recipe}",
    )
    command.add_argument(
        "--batch-size", type=positive_int, metavar="N", help=f"images for each step{recipe}"
    )
    command.add_argument(
        "--lr", type=float, metavar="RATE", help=f"the largest learning rate{recipe}"
    )
    command.add_argument(
        "--clip",
        type=float,
        metavar="NORM",
        help="shorten gradients whose common norm is longer; not if not given",
    )
    command.add_argument(
        "--accumulate",
        type=positive_int,
        metavar="N",
        help="so many batches make one step, as if they were one large batch; 1 if not given",
    )
    command.add_argument(
        "--early-stop",
        type=positive_int,
        metavar="N",
        help="stop after so many epochs without a better held-out accuracy, and keep the weights "
        "of the best; all epochs if not given",
    )
    add_mixing_options(command)
    add_seed(command, default=None)
    command.add_argument(
        "--out", metavar="DIR", help="where results go; runs/NETWORK-NAME if not given"
    )
    add_run_options(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Train, and print which files were written."""
    from ..train import train

    stream = output(options)
    outcome = train(
        options.network,
        options.data,
        out=run_folder(options),
        stream=stream,
        **run_settings(options),
        clip=options.clip,
        accumulate=options.accumulate,
        early_stop=options.early_stop,
        mixup=options.mixup,
        cutmix=options.cutmix,
    )
    report(outcome, options, stream)
    return 0


def run_folder(options: Any) -> str:
    """The folder of the run: that which is resumed, or --out, or one named after what is trained.

    Raises:
        UsageError: two different folders, or nothing that says which.
    """
    folder = folder_of(options)
    if options.network is None and (options.resume is None or not folder):
        what = "--resume needs the folder of a run" if options.resume == "" else "which network?"
        raise UsageError(
            f"{what}: tinyvision train NETWORK, or tinyvision train --resume RUN "
            "(see tinyvision train --help)"
        )
    return folder or f"runs/{options.network}-{options.data or 'digits'}"
