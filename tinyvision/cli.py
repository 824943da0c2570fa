"""The `tinyvision` command. Exit codes: 0 done, 1 a check failed, 2 wrong use, 130 interrupted."""

from __future__ import annotations

import argparse
import difflib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import __version__
from .terminal import can_show


class _Parser(argparse.ArgumentParser):
    """Errors in one line, with a guess at what was meant."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}{self._guess(message)} (see {self.prog} --help)")

    def _guess(self, message: str) -> str:
        if "invalid choice: " not in message:
            return ""
        wrong, _, choices = message.partition("invalid choice: ")[2].partition(" (choose from ")
        names = [choice.strip("'\" )") for choice in choices.split(",")]
        close = difflib.get_close_matches(wrong.strip("'\""), names, n=1)
        return f"; did you mean {close[0]!r}?" if close else ""


class UsageError(ValueError):
    """The command was called with words it does not know."""


def _positive_int(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def _numbers(text: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be numbers like 0.5,0.5,0.5, got {text}") from None


def build_parser() -> argparse.ArgumentParser:
    """The command's words and options."""
    parser = _Parser(
        prog="tinyvision",
        description="A deep-learning framework for vision, written from scratch in NumPy.",
    )
    parser.add_argument("--version", action="version", version=f"tinyvision {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    tour = commands.add_parser(
        "tour", help="see everything once: verify, gradient checks, training, pictures"
    )
    tour.add_argument("--out", default="runs/tour", metavar="DIR", help="where results go")
    tour.add_argument("--seed", type=int, default=0)
    tour.set_defaults(run=_tour)

    verify = commands.add_parser(
        "verify",
        help="recompute the article's worked examples and show where its numbers are wrong",
    )
    verify.add_argument("--json", action="store_true", help="print JSON instead of tables")
    verify.set_defaults(run=_verify)

    train = commands.add_parser("train", help="train a network on real images")
    train.add_argument("network", metavar="NETWORK", help="cnn (the article's) or vit")
    train.add_argument(
        "--data", default="digits", metavar="NAME", help="digits, mnist, fashion-mnist or cifar10"
    )
    train.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA if not given (digits need none)",
    )
    train.add_argument("--epochs", type=_positive_int, metavar="N")
    train.add_argument("--batch-size", type=_positive_int, metavar="N")
    train.add_argument("--lr", type=float, metavar="RATE", help="the largest learning rate")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument(
        "--out", metavar="DIR", help="where results go; runs/NETWORK-NAME if not given"
    )
    train.set_defaults(run=_train)

    classify = commands.add_parser("classify", help="say what image files show, by given weights")
    classify.add_argument("weights", metavar="WEIGHTS", help="a .safetensors or .npz file")
    classify.add_argument("images", metavar="IMAGE", nargs="+", help="PNG, JPEG and the like")
    classify.add_argument("--labels", metavar="FILE", help="the classes' names, one a line")
    classify.add_argument("--top", type=_positive_int, default=5, metavar="N", help="how many")
    classify.add_argument(
        "--image-size", type=_positive_int, metavar="N", help="positions are interpolated to it"
    )
    classify.add_argument(
        "--heads", type=_positive_int, metavar="N", help="where neither config nor sizes tell"
    )
    for name, what in (("--mean", "subtracted from the pixels"), ("--std", "dividing them")):
        classify.add_argument(
            name, type=_numbers, metavar="R,G,B", help=f"{what} (0 to 1); one number or three"
        )
    classify.add_argument(
        "--config", metavar="FILE", help="Hugging Face's config.json; that beside WEIGHTS if any"
    )
    classify.add_argument(
        "--pictures", metavar="DIR", help="draw patches, attention and rollout of each image there"
    )
    classify.set_defaults(run=_classify)
    return parser


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
