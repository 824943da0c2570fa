"""Words and options of a command: errors in one line, with a guess at what was meant."""

from __future__ import annotations

import argparse
import difflib
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Errors in one line, with a guess at what was meant; options are written in full."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        guess = self._guess(message)
        if guess:  # which is shorter than all there is, and nearer
            message = message.partition(" (choose from ")[0]
        raise UsageError(f"{message}{guess} (see {self.prog} --help)")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's, but a command refuses what it does not know itself, and can guess."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown

    def _guess(self, message: str) -> str:
        if message.startswith("unrecognized arguments: -"):
            wrong = message.removeprefix("unrecognized arguments: ").split()[0].partition("=")[0]
            names = list(self._option_string_actions)
        elif "invalid choice: " in message:
            wrong, _, choices = message.partition("invalid choice: ")[2].partition(" (choose from ")
            names = [choice.strip("'\" )") for choice in choices.split(",")]
        else:
            return ""
        close = difflib.get_close_matches(wrong.strip("'\""), names, n=1)
        return f"; did you mean {close[0]!r}?" if close else ""


class UsageError(ValueError):
    """The command was called with words it does not know."""


def _at_least(least: int, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}") from None
    if value < least:
        raise argparse.ArgumentTypeError(f"must be at least {least}, got {value}")
    return value


def positive_int(text: str) -> int:
    """The type of an option that is 1, 2, 3 and so on."""
    return _at_least(1, text)


def natural_int(text: str) -> int:
    """The type of an option that is 0, 1, 2 and so on."""
    return _at_least(0, text)


def numbers(text: str) -> list[float]:
    """The type of an option that is numbers between commas."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be numbers like 0.5,0.5,0.5, got {text}") from None


def add_seed(command: argparse.ArgumentParser, default: int | None = 0) -> None:
    """Give a command its ``--seed``; None as default lets it see whether one was given."""
    command.add_argument(
        "--seed",
        type=natural_int,
        default=default,
        metavar="N",
        help="where random numbers start: the same seed, the same results; 0 if not given",
    )
