"""`tinyvision probe`."""

from __future__ import annotations

import json
from typing import Any

from ..usage import add_seed, positive_int
from .running import output


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "probe",
        help="a linear classifier on a pre-trained encoder's features",
    )
    command.add_argument(
        "pretrained", metavar="RUN", help="a folder that `tinyvision pretrain` wrote"
    )
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA, or where `data get` puts them, if not "
        "given (digits need none)",
    )
    command.add_argument(
        "--labels",
        type=positive_int,
        metavar="N",
        help="use so many labelled images a class, drawn by the seed; all if not given",
    )
    command.add_argument(
        "--pool",
        choices=("mean", "cls"),
        default="mean",
        help="the mean of the patches (if not given) or the class token",
    )
    command.add_argument(
        "--epochs", type=positive_int, default=30, metavar="N", help="30 if not given"
    )
    command.add_argument(
        "--batch-size", type=positive_int, default=64, metavar="N", help="64 if not given"
    )
    command.add_argument(
        "--lr",
        type=float,
        default=1e-2,
        metavar="RATE",
        help="the largest learning rate; 0.01 if not given",
    )
    add_seed(command)
    command.add_argument("--out", metavar="DIR", help="where probe.json goes; RUN if not given")
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.add_argument(
        "--json",
        action="store_true",
        help="print the result as JSON, and everything else to standard error",
    )
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Probe, and print the accuracies."""
    from ..train import probe

    stream = output(options)
    probed = probe(
        options.pretrained,
        out=options.out,
        data_dir=options.data_dir,
        labels=options.labels,
        pool=options.pool,
        epochs=options.epochs,
        batch_size=options.batch_size,
        lr=options.lr,
        seed=options.seed,
        stream=stream,
    )
    print("written:", *probed.files, sep="\n  ", file=stream)
    if options.json:
        files = [str(path) for path in probed.files]
        print(json.dumps({**probed.summary, "files": files}, indent=2))
    return 0
