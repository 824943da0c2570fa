"""`tinyvision label-curve`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ..usage import positive_int
from .running import add_recipe_options, output


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "label-curve",
        help="draw accuracy against the number of labels: from scratch, probed, fine-tuned",
    )
    command.add_argument(
        "pretrained", metavar="RUN", help="a folder that `tinyvision pretrain` wrote"
    )
    command.add_argument(
        "--labels",
        type=_counts,
        default=(1, 2, 5, 10, 20, 50, 100),
        metavar="N,N,...",
        help="numbers of labelled images a class; 1,2,5,10,20,50,100 if not given",
    )
    command.add_argument(
        "--seeds",
        type=positive_int,
        default=5,
        metavar="N",
        help="how often to measure, each time with other images and another beginning; 5 if not "
        "given",
    )
    add_recipe_options(command)
    command.add_argument(
        "--out",
        metavar="DIR",
        help="where label-curve.json, .csv and .png go; RUN if not given. Points that are there "
        "already are not measured again: a run that was killed goes on",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="throw away the points that are there"
    )
    command.add_argument("--no-pictures", action="store_true", help="draw nothing; numbers only")
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")
    command.add_argument(
        "--json",
        action="store_true",
        help="print the result as JSON, and everything else to standard error",
    )
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Measure and draw, and print a table."""
    from ..train import label_curve

    stream = output(options)
    curve = label_curve(
        options.pretrained,
        labels=options.labels,
        seeds=options.seeds,
        out=options.out,
        data_dir=options.data_dir,
        overwrite=options.overwrite,
        pictures=not options.no_pictures,
        stream=stream,
        epochs=options.epochs,
        batch_size=options.batch_size,
        lr=options.lr,
    )
    print(f"\n{table(curve.summary['summary'])}\n", file=stream)
    print("written:", *curve.files, sep="\n  ", file=stream)
    if options.json:
        files = [str(path) for path in curve.files]
        print(json.dumps({**curve.summary, "files": files}, indent=2))
    return 0


def table(rows: list[dict[str, Any]]) -> str:
    """Mean accuracy and its spread: a line for each number of labels, a column a method.

    >>> row = {"labels": 5, "method": "probe", "mean": 0.5, "std": 0.125}
    >>> print(table([row]))
    labels a class    linear probe
                 5    50.0 +- 12.5
    """
    from ..train.curve_runs import METHODS

    shown = [method for method in METHODS if any(row["method"] == method for row in rows)]
    widths = [max(12, len(METHODS[method])) for method in shown]
    cells = {(row["labels"], row["method"]): _cell(row) for row in rows}
    lines = ["labels a class" + _line([METHODS[method] for method in shown], widths)]
    for labels in sorted({row["labels"] for row in rows}):
        values = [cells.get((labels, method), "") for method in shown]
        lines.append(f"{labels:>14}" + _line(values, widths))
    return "\n".join(lines)


def _line(cells: list[str], widths: list[int]) -> str:
    return "".join(f"    {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _cell(row: dict[str, Any]) -> str:
    spread = "" if row["std"] is None else f" +- {100 * row['std']:.1f}"
    return f"{100 * row['mean']:.1f}{spread}"


def _counts(text: str) -> tuple[int, ...]:
    """The type of --labels."""
    try:
        return tuple(positive_int(word) for word in text.split(","))
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"numbers like 1,10,100: each {error}") from None
