"""The `tinyvision` command. Exit codes: 0 done, 1 a check failed, 2 wrong use, 130 interrupted."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import __version__
from .terminal import can_show
from .usage import Parser, natural_int, numbers, positive_int


def build_parser() -> argparse.ArgumentParser:
    """The command's words and options."""
    parser = Parser(
        prog="tinyvision",
        description="A deep-learning framework for vision, written from scratch in NumPy.",
    )
    parser.add_argument("--version", action="version", version=f"tinyvision {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    tour = commands.add_parser(
        "tour", help="see everything once: verify, gradient checks, training, pictures"
    )
    tour.add_argument(
        "--out", default="runs/tour", metavar="DIR", help="where results go; runs/tour if not given"
    )
    _add_seed(tour)
    tour.set_defaults(run=_tour)

    verify = commands.add_parser(
        "verify",
        help="recompute the article's worked examples and show where its numbers are wrong",
    )
    verify.add_argument("--json", action="store_true", help="print JSON instead of tables")
    verify.set_defaults(run=_verify)

    gradcheck = commands.add_parser(
        "gradcheck",
        help="hold the derivatives of operations and layers against differences, on drawn inputs",
    )
    gradcheck.add_argument(
        "operations", nargs="*", metavar="OP", help="like conv2d or nn.Conv2d; all if none is given"
    )
    gradcheck.add_argument(
        "--cases",
        type=positive_int,
        default=20,
        metavar="N",
        help="how many calls to draw of each, and a fifth of that of a layer; 20 if not given",
    )
    _add_seed(gradcheck)
    gradcheck.add_argument("--json", action="store_true", help="print JSON instead of a table")
    gradcheck.add_argument("--list", action="store_true", help="print all names, and check nothing")
    gradcheck.set_defaults(run=_gradcheck)

    train = commands.add_parser("train", help="train a network on real images")
    train.add_argument("network", metavar="NETWORK", help="cnn (the article's) or vit")
    train.add_argument(
        "--data",
        default="digits",
        metavar="NAME",
        help="digits (if not given), mnist, fashion-mnist or cifar10",
    )
    train.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA if not given (digits need none)",
    )
    recipe = "; what suits network and data if not given"
    train.add_argument(
        "--epochs",
        type=positive_int,
        metavar="N",
        help=f"how often to go through all images{recipe}",
    )
    train.add_argument(
        "--batch-size", type=positive_int, metavar="N", help=f"images for each step{recipe}"
    )
    train.add_argument(
        "--lr", type=float, metavar="RATE", help=f"the largest learning rate{recipe}"
    )
    _add_seed(train)
    train.add_argument(
        "--out", metavar="DIR", help="where results go; runs/NETWORK-NAME if not given"
    )
    train.set_defaults(run=_train)

    classify = commands.add_parser("classify", help="say what image files show, by given weights")
    classify.add_argument("weights", metavar="WEIGHTS", help="a .safetensors or .npz file")
    classify.add_argument("images", metavar="IMAGE", nargs="+", help="PNG, JPEG and the like")
    classify.add_argument("--labels", metavar="FILE", help="the classes' names, one a line")
    classify.add_argument(
        "--top", type=positive_int, default=5, metavar="N", help="how many classes; 5 if not given"
    )
    classify.add_argument(
        "--image-size", type=positive_int, metavar="N", help="positions are interpolated to it"
    )
    classify.add_argument(
        "--heads", type=positive_int, metavar="N", help="where neither config nor sizes tell"
    )
    for name, what in (("--mean", "subtracted from the pixels"), ("--std", "dividing them")):
        classify.add_argument(
            name, type=numbers, metavar="R,G,B", help=f"{what} (0 to 1); one number or three"
        )
    classify.add_argument(
        "--config", metavar="FILE", help="Hugging Face's config.json; that beside WEIGHTS if any"
    )
    classify.add_argument(
        "--pictures", metavar="DIR", help="draw patches, attention and rollout of each image there"
    )
    classify.set_defaults(run=_classify)
    return parser


def _add_seed(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seed",
        type=natural_int,
        default=0,
        metavar="N",
        help="where random numbers start: the same seed, the same results; 0 if not given",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; what it returns is the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign it cannot show is no reason to fail
    try:
        parser = build_parser()
        options = parser.parse_args(argv)
        if options.command is None:
            parser.print_help()
            return 0
        return options.run(options)
    except BrokenPipeError:  # whoever read our output has enough
        # Python writes out what is left at its end, and would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, TypeError, OSError, RuntimeError, ImportError, FloatingPointError) as error:
        print(f"tinyvision: {_one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ntinyvision: interrupted; what was saved before is intact", file=sys.stderr)
        return 130


def _one_line(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, OSError) and error.strerror:  # without the number
        text = error.strerror + (f": {error.filename}" if error.filename else "")
    return " ".join(text.split())


def _verify(options: Any) -> int:
    from .verify import run

    report = run()
    print(report.to_json() if options.json else report.to_text(ascii=not can_show("─✓")))
    return 0 if report.ok else 1


def _gradcheck(options: Any) -> int:
    try:
        from .proofs.run import run, show_list
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ImportError(
            "gradcheck draws its inputs with Hypothesis, which is not installed: "
            "pip install 'tinyvision[proofs]'"
        ) from None
    if options.list:
        return show_list()
    return run(options.operations, options.cases, options.seed, options.json)


def _classify(options: Any) -> int:
    from .classify import run

    return run(options)


def _train(options: Any) -> int:
    from .train import train

    outcome = train(
        options.network,
        options.data,
        data_dir=options.data_dir,
        out=options.out or f"runs/{options.network}-{options.data}",
        seed=options.seed,
        epochs=options.epochs,
        batch_size=options.batch_size,
        lr=options.lr,
    )
    print("written:")
    for path in outcome.files:
        print(f"  {path}")
    return 0


def _tour(options: Any) -> int:
    from .tour import run_tour

    return run_tour(Path(options.out), options.seed)


if __name__ == "__main__":
    sys.exit(main())
