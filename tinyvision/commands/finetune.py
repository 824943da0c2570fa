"""`tinyvision finetune`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..usage import UsageError, add_seed, natural_int, positive_int
from .running import (
    add_mixing_options,
    add_recipe_options,
    add_run_options,
    folder_of,
    output,
    report,
    run_settings,
)


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "finetune", help="train a classifier from a pre-trained encoder, with few labels or all"
    )
    command.add_argument(
        "pretrained",
        nargs="?",
        metavar="RUN",
        help="a folder that `tinyvision pretrain` wrote; a run that is resumed knows it",
    )
    command.add_argument(
        "--data",
        metavar="NAME",
        help="other images than those of the pre-training, of the same size and with as many "
        "channels; those if not given",
    )
    add_recipe_options(command)
    command.add_argument(
        "--labels",
        type=positive_int,
        metavar="N",
        help="use so many labelled images a class, drawn by the seed, an epoch being a thousand "
        "images; all if not given",
    )
    command.add_argument(
        "--layer-decay",
        type=float,
        metavar="D",
        help="each layer learns at D times the rate of the next; 0.75 if not given",
    )
    command.add_argument(
        "--freeze",
        type=_layers,
        metavar="N|all-but-head",
        help="so many layers, and the embedding before them, keep their weights; none if not given",
    )
    command.add_argument(
        "--pool",
        choices=("mean", "cls"),
        help="classify by the mean of the patches (if not given) or by the class token",
    )
    command.add_argument(
        "--label-smoothing",
        type=float,
        metavar="S",
        help="how much of each label is spread over all classes; 0.1 if not given",
    )
    add_mixing_options(command)
    add_seed(command, default=None)
    command.add_argument(
        "--out", metavar="DIR", help="where results go; RUN-finetuned if not given"
    )
    add_run_options(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Fine-tune, and print which files were written."""
    folder = run_folder(options)
    from ..train import finetune

    stream = output(options)
    outcome = finetune(
        options.pretrained,
        options.data,
        out=folder,
        labels=options.labels,
        layer_decay=options.layer_decay,
        freeze=options.freeze,
        pool=options.pool,
        label_smoothing=options.label_smoothing,
        mixup=options.mixup,
        cutmix=options.cutmix,
        stream=stream,
        **run_settings(options),
    )
    report(outcome, options, stream)
    return 0


def run_folder(options: Any) -> str:
    """The folder of the run: that which is resumed, or --out, or one beside the pre-trained run.

    Raises:
        UsageError: two different folders, or nothing that says which.
    """
    folder = folder_of(options)
    if options.pretrained is None and (options.resume is None or not folder):
        raise UsageError(
            "which pre-trained run? tinyvision finetune RUN, or tinyvision finetune --resume "
            "FOLDER (see tinyvision finetune --help)"
        )
    if folder:
        return folder
    path = Path(options.pretrained)
    return str(path.with_name(f"{path.absolute().name}-finetuned"))


def _layers(text: str) -> int | str:
    """The type of --freeze."""
    if text == "all-but-head":
        return text
    try:
        return natural_int(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"must be a number of layers, or all-but-head, got {text!r}"
        ) from None
