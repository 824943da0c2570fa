"""What a learner predicts, held against the answer: numbers, several numbers, words, yes and no."""

from __future__ import annotations

import ast
import math
import operator
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 0.01  # of the answer, where it is no whole number
MOST = 64  # numbers in an answer: nobody types more
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
_OPERATORS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: math.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "log": math.log,
}  # fmt: skip
_SIGNS = {ord("−"): "-", ord("×"): "*", ord("·"): "*", ord("÷"): "/", ord("^"): "**"}
_CONSTANTS = {"pi": math.pi, "e": math.e}


class Unreadable(ValueError):
    """What was typed is not of the kind that was asked for; the text says what is."""


@dataclass(frozen=True)
class Verdict:
    """Whether a prediction is right; if not, a word that helps, or nothing."""

    right: bool
    note: str = ""


def plain(answer: Any) -> Any:
    """An answer as Python's bool, int, float or str, or as an array of numbers.

    Raises:
        TypeError: it is none of these, nor can be made one.
        ValueError: it holds no number, too many, or one that is not finite.

    >>> plain(np.float32(2.0)), plain((1, 2)).tolist(), plain("first")
    (2.0, [1, 2], 'first')
    """
    if isinstance(answer, (bool, str)):
        return answer
    try:
        array = np.asarray(answer.detach().numpy() if hasattr(answer, "detach") else answer)
    except ValueError:  # lists of different lengths
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"an answer is a number, yes or no, a text, or a small array of numbers, got "
            f"{type(answer).__name__}: {answer!r}"
        )
    if not 1 <= array.size <= MOST:
        raise ValueError(
            f"an answer has from 1 to {MOST} numbers, as many as one types, got {array.size}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"an answer is finite, got {answer!r}")
    return array.item() if array.ndim == 0 else array


def shown(answer: Any) -> str:
    """An answer as it is read.

    >>> shown(61706), shown(2 / 3), shown(True), shown((1, 6, 28, 28))
    ('61,706', '0.666667', 'yes', '(1, 6, 28, 28)')
    """
    value = plain(answer)
    if isinstance(value, np.ndarray):
        opening, closing = "()" if isinstance(answer, tuple) else "[]"
        return opening + ", ".join(_shown_part(part) for part in value) + closing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else _shown_number(value)


def _shown_part(part: Any) -> str:
    if isinstance(part, np.ndarray):
        return "[" + ", ".join(_shown_part(inner) for inner in part) + "]"
    return _shown_number(part.item())


def _shown_number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def asked_for(answer: Any, choices: Sequence[Any] | None = None) -> str:
    """What is to be typed, in a few words.

    >>> asked_for(True), asked_for(2.5), asked_for([1, 2]), asked_for("b", ["a", "b"])
    ('yes or no', 'a number', '2 numbers', 'one of: a, b')
    """
    if choices is not None:
        return "one of: " + ", ".join(shown(choice) for choice in choices)
    value = plain(answer)
    if isinstance(value, np.ndarray):
        return f"{value.size} numbers" if value.size > 1 else "a number"
    if isinstance(value, bool):
        return "yes or no"
    return "a word" if isinstance(value, str) and not value.isdecimal() else "a number"


def compare(guess: str, answer: Any, choices: Sequence[Any] | None = None) -> Verdict:
    """Hold what was typed against the answer.

    Whole numbers must be met; others within one per cent, or to the digits given if these are two
    or more. A number may be a piece of arithmetic, such as ``3*3*16 + 16`` or ``exp(-1)``, or a
    percentage. Words are compared without regard to case; of choices the beginning is enough, or
    the letter that stands before it.

    Raises:
        Unreadable: it is not what was asked for.

    >>> compare("0.67", 2 / 3).right, compare("2*3", 6).right, compare("7", 6)
    (True, True, Verdict(right=False, note='it is smaller'))
    >>> compare("1, 2, 4", [1, 2, 3]).note
    '2 of the 3 numbers are right'
    """
    if choices is not None:
        return _compare_choice(guess, answer, choices)
    value = plain(answer)
    if isinstance(value, bool):
        return Verdict(_yes_or_no(guess) == value)
    if isinstance(value, str):
        if value.isdecimal():  # a number as a name: nothing is greater or smaller than a class
            return Verdict(read_number(guess) == float(value))
        return Verdict(_folded(guess) == _folded(value))
    if isinstance(value, np.ndarray):
        return _compare_several(guess, value)
    return _compare_number(guess, value)


def _yes_or_no(guess: str) -> bool:
    word = _folded(guess)
    if word not in _YES | _NO:
        raise Unreadable(f"{guess.strip()!r} is neither yes nor no")
    return word in _YES


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!'\"")


def _compare_choice(guess: str, answer: Any, choices: Sequence[Any]) -> Verdict:
    names = [_folded(shown(choice)) for choice in choices]
    word = _folded(guess)
    matching = [place for place, name in enumerate(names) if name == word]
    if not matching and word and word in string.ascii_lowercase[: len(names)]:
        matching = [string.ascii_lowercase.index(word)]
    if not matching:
        matching = [place for place, name in enumerate(names) if word and name.startswith(word)]
    if len(matching) != 1:
        raise Unreadable(f"{guess.strip()!r} is not {asked_for(answer, choices)}")
    return Verdict(names[matching[0]] == _folded(shown(answer)))


def _compare_number(guess: str, value: float) -> Verdict:
    number = read_number(guess)
    if _near(number, value, _digits(guess)):
        return Verdict(True)
    if value and _near(-number, value, _digits(guess)):
        return Verdict(False, "the size is right, the sign is not")
    return Verdict(False, "it is greater" if value > number else "it is smaller")


def _compare_several(guess: str, values: np.ndarray) -> Verdict:
    text = re.sub(r"(?<=\d)\s*[x×]\s*(?=\d)", " ", guess)  # 3x32x32 is a shape
    if text.strip().startswith("(") and text.strip().endswith(")"):
        text = text.strip()[1:-1]
    words = [word for word in re.split(r"[\s,;\[\]{}]+", text) if word]
    numbers = [(read_number(word), _digits(word)) for word in words]
    if len(numbers) != values.size:
        raise Unreadable(f"{values.size} numbers are asked for, got {len(numbers)}")
    right = sum(
        _near(number, value, digits)
        for (number, digits), value in zip(numbers, values.ravel().tolist(), strict=True)
    )
    if right == values.size:
        return Verdict(True)
    verb = "is" if right == 1 else "are"
    return Verdict(False, f"{right or 'none'} of the {values.size} numbers {verb} right")


def _near(number: float, value: float, digits: int) -> bool:
    if float(value).is_integer():  # float32 leaves a whole number whole to seven digits
        return abs(number - value) <= 1e-6 * max(1.0, abs(value))
    if digits >= 2 and float(f"{value:.{digits}g}") == number:
        return True
    return abs(number - value) <= TOLERANCE * abs(value)


def _digits(text: str) -> int:
    """How many significant digits a plain number was given with; 0 if it is none."""
    match = re.fullmatch(r"[-+−]?(\d*\.?\d*)(?:[eE][-+]?\d+)?", text.strip())
    return len(match[1].replace(".", "").lstrip("0")) if match else 0


def read_number(text: str) -> float:
    """A number, or a piece of arithmetic with numbers.

    Raises:
        Unreadable: it is neither.

    >>> read_number("61,706"), read_number("3*3*2 + 1"), read_number("98 %"), read_number("-√4")
    (61706.0, 19.0, 0.98, -2.0)
    """
    given = text.strip()
    tidy = given.translate(_SIGNS)
    tidy = re.sub(r"√\s*(\d+(?:\.\d+)?)", r"sqrt(\1)", tidy).replace("√", "sqrt")
    tidy = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", tidy).rstrip("=").strip()
    per_cent = tidy.endswith("%")
    try:
        value = _evaluate(ast.parse(tidy.removesuffix("%").strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError):
        raise Unreadable(f"{given!r} is not a number") from None
    if isinstance(value, complex) or not math.isfinite(value):
        raise Unreadable(f"{given!r} is not a finite number")
    return value / 100 if per_cent else value


def _evaluate(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluate(left), _evaluate(right))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluate(operand))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_evaluate(argument))
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
    raise ValueError("not arithmetic")
