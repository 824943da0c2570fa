"""`tinyvision pretrain`."""

from __future__ import annotations

from typing import Any

from ..usage import add_seed
from .running import add_recipe_options, add_run_options, folder_of, output, report, run_settings


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "pretrain", help="pre-train a masked autoencoder on images without labels"
    )
    command.add_argument(
        "--data",
        metavar="NAME",
        help="digits (if not given), mnist, fashion-mnist or cifar10",
    )
    add_recipe_options(command)
    command.add_argument(
        "--mask-ratio",
        type=float,
        metavar="R",
        help="the share of patches that are removed; 0.75 if not given",
    )
    command.add_argument(
        "--norm-pix",
        action="store_const",
        const=True,
        help="predict patches that are each normalised by their own mean and variance",
    )
    add_seed(command, default=None)
    command.add_argument(
        "--out", metavar="DIR", help="where results go; runs/mae-NAME if not given"
    )
    add_run_options(command)
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Pre-train, and print which files were written."""
    folder = folder_of(options)
    from ..train import pretrain

    stream = output(options)
    outcome = pretrain(
        options.data,
        out=folder or f"runs/mae-{options.data or 'digits'}",
        mask_ratio=options.mask_ratio,
        norm_pix=options.norm_pix,
        stream=stream,
        **run_settings(options),
    )
    report(outcome, options, stream)
    return 0
