"""`tinyvision pretrain`."""

from __future__ import annotations

import json
from typing import Any

from ..usage import UsageError, add_seed
from .running import add_recipe_options, add_run_options, output


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
    if options.resume and options.out and options.resume != options.out:
        raise UsageError(
            f"--resume {options.resume} and --out {options.out} are two folders; give one"
        )
    from ..train import pretrain

    stream = output(options)
    outcome = pretrain(
        options.data,
        data_dir=options.data_dir,
        out=options.resume or options.out or f"runs/mae-{options.data or 'digits'}",
        seed=options.seed,
        mask_ratio=options.mask_ratio,
        norm_pix=options.norm_pix,
        resume=options.resume is not None,
        overwrite=options.overwrite,
        checkpoint_every=options.checkpoint_every,
        keep=options.keep,
        pictures=not options.no_pictures,
        stream=stream,
        epochs=options.epochs,
        batch_size=options.batch_size,
        lr=options.lr,
    )
    print("written:", *outcome.files, sep="\n  ", file=stream)
    if options.json:
        epochs = [epoch.row() for epoch in outcome.history]
        files = [str(path) for path in outcome.files]
        print(json.dumps({**outcome.summary, "epochs": epochs, "files": files}, indent=2))
    return 0
