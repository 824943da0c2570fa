"""Blocks of text: matrices with a frame around a part, titles, and blocks side by side."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..style import number

# What a stream without these signs is given instead.
_ASCII: dict[str, str | int | None] = {
    **dict.fromkeys("─━╌", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict.fromkeys("█▉▊▋▓", "#"),
    **dict.fromkeys("▒▌▍", "+"),
    **dict.fromkeys("░▎▏", "."),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "−": "-", "·": "*", "×": "x", "÷": "/", "→": ">", "↑": "^", "√": "sqrt ", "…": "...", "ᵀ": "'",
}  # fmt: skip


def readable(text: str) -> str:
    """The text, in ASCII if standard output has no signs for frames and arrows.

    >>> readable("3 × 4 → 12")
    '3 × 4 → 12'
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # a StringIO has none: holds all
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return text.translate(str.maketrans(_ASCII))
    return text


def aligned(array: np.ndarray, digits: int = 3) -> np.ndarray:
    """Numbers as texts with the same number of decimals, so that they stand in columns.

    Args:
        array: of any shape.
        digits: how many significant digits the greatest has.

    >>> aligned(np.array([2.0, -31.0])).tolist(), aligned(np.array([0.5, -2.25])).tolist()
    (['2', '−31'], ['0.50', '−2.25'])
    """
    array = np.asarray(array, dtype=np.float64)
    greatest = float(np.abs(array).max(initial=0))
    if not 1e-3 <= greatest < 1e6 and greatest:  # decimals would be zeros only, or endless
        return np.vectorize(lambda value: number(value, digits), otypes=[object])(array)
    decimals = min(max(digits - 1 - math.floor(math.log10(greatest or 1)), 1), 5)
    if np.all(array == np.round(array)):
        decimals = 0
    # Adding 0 takes the sign off a zero.
    return np.vectorize(
        lambda value: f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−"),
        otypes=[object],
    )(array)


def bracketed(text: str) -> str:
    """A number as it stands in a product: in brackets if it is negative.

    >>> bracketed("3"), bracketed("−3")
    ('3', '(−3)')
    """
    return f"({text})" if text.startswith("−") else text


def matrix(
    texts: Any,
    frame: tuple[int, int, int, int] | None = None,
    marked: tuple[int, int] | None = None,
) -> list[str]:
    """Lines with the cells of a matrix, right-aligned.

    Args:
        texts: (H, W) of strings.
        frame: rows and columns ``(top, left, height, width)`` to draw a frame around; the lines
            above and below are there in any case where it is given.
        marked: the row and the column of one cell to put in brackets.

    >>> print(*matrix([["1", "2", "3"], ["4", "5", "6"]], frame=(0, 1, 2, 2)), sep="\\n")
        ┌───────┐
      1 │ 2   3 │
      4 │ 5   6 │
        └───────┘
    """
    texts = np.asarray(texts, dtype=object)
    width = max((len(text) for text in texts.flat), default=0)
    rows = []
    for i, row in enumerate(texts):
        # Between two cells there is room for the side of a frame or a bracket.
        sides = [" "] * (len(row) + 1)
        if frame is not None and frame[0] <= i < frame[0] + frame[2]:
            sides[frame[1]] = sides[frame[1] + frame[3]] = "│"
        if marked is not None and marked[0] == i:
            sides[marked[1] : marked[1] + 2] = "[", "]"
        line = "".join(f"{side} {text:>{width}} " for side, text in zip(sides, row, strict=False))
        rows.append(line + sides[-1])
    if frame is not None:
        step = width + 3
        lid = " " * (step * frame[1]) + "{}" + "─" * (step * frame[3] - 1) + "{}"
        rows.insert(frame[0] + frame[2], lid.format("└", "┘"))
        rows.insert(frame[0], lid.format("┌", "┐"))
    if marked is not None:  # brackets hug their number
        rows = [row.replace("[ ", " [").replace(" ]", "] ") for row in rows]
    return [row.rstrip() for row in rows]


def titled(title: str, lines: Sequence[str]) -> list[str]:
    """A block under its title."""
    return [title, *lines]


def beside(*blocks: Sequence[str], gap: int = 3, middle: bool = False) -> list[str]:
    """Blocks side by side: from the top, or each in the middle of the highest.

    >>> beside(["a", "b"], ["c"], gap=1)
    ['a c', 'b']
    """
    height = max(len(block) for block in blocks)
    columns = []
    for block in blocks:
        above = (height - len(block)) // 2 if middle else 0
        width = max((len(line) for line in block), default=0)
        padded = [""] * above + list(block) + [""] * (height - len(block) - above)
        columns.append([line.ljust(width) for line in padded])
    return [(" " * gap).join(parts).rstrip() for parts in zip(*columns, strict=True)]


def sum_of(terms: Sequence[str], width: int, indent: int = 0) -> list[str]:
    """A sum in lines no wider than `width`, broken before a plus.

    >>> sum_of(["1·2", "3·4", "5·6"], width=11)
    ['1·2 + 3·4', '+ 5·6']
    """
    lines = [terms[0]]
    for term in terms[1:]:
        longer = f"{lines[-1]} + {term}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(f"+ {term}")
    return [lines[0], *(" " * indent + line for line in lines[1:])]
