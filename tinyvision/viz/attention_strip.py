"""Attention by hand: from one query to its output, each number shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .arrays import as_array
from .grid import cell_side, draw_grid
from .style import (
    COUNTS,
    DIVERGING,
    MUTED,
    factor,
    new_figure,
    number,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)

LARGEST = 8  # keys, and numbers in a vector: more are not read, only looked at
FONT = 12
MARGIN = 0.25  # in inches, like the next four
LABEL = 0.4  # room for k₁, k₂ beside the matrices
SPACE = 0.6  # between two matrices
LINE = 0.235  # the height of a line of text
TOP = 1.15  # of the query
WRITTEN_OUT = 3  # terms of a sum over the keys that are written
DIGITS = 4  # significant digits: the article's example needs them


def attention_numbers(
    query: np.ndarray, keys: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the four steps of attention for one query.

    Args:
        query: (d,).
        keys: (N, d).
        values: (N, D).

    Returns:
        scores q·k (N,), scaled scores q·k / √d (N,), weights softmax(q·k / √d) (N,) and the
        output, the sum of the values by these weights (D,). Vaswani et al., "Attention Is All You
        Need", 2017, arXiv:1706.03762, equation 1.

    >>> keys = np.array([[2.0, 1, 4, 3], [4, 3, 2, 1]])
    >>> for step in attention_numbers(np.array([1.0, 2, 3, 4]), keys, keys):
    ...     print(step.round(3))
    [28. 20.]
    [14. 10.]
    [0.982 0.018]
    [2.036 1.036 3.964 2.964]
    """
    scores = keys @ query  # (N, d) @ (d,) -> (N,)
    scaled = scores / len(query) ** 0.5
    powers = np.exp(scaled - scaled.max())  # the greatest power is 1: none overflows
    weights = powers / powers.sum()
    return scores, scaled, weights, weights @ values  # (N,) @ (N, D) -> (D,)


@dataclass
class _Matrix:
    """A matrix of the picture: its title, its numbers, how they are written and coloured."""

    title: str
    numbers: np.ndarray  # (rows, columns)
    texts: np.ndarray  # (rows, columns), strings
    scale: tuple[str, float, float]  # colour map, and the values at its two ends


@style()
def attention_steps(query: Any, keys: Any, values: Any) -> Figure:
    """Draw scaled dot-product attention for one query, step by step.

    Read it from left to right; a row belongs to one key. The query stands above the keys that it
    is compared with, the output below the values that it is mixed from. The arithmetic is written
    out underneath.

    Args:
        query: (d,) or (1, d), d at most 8.
        keys: (N, d), N at most 8.
        values: (N, D), D at most 8: one for each key.

    Raises:
        TypeError, ValueError: an argument is not an array of finite numbers, the shapes do not
            fit, or one is empty or larger than 8.

    >>> keys = [[2, 1, 4, 3], [4, 3, 2, 1]]
    >>> figure = attention_steps([1, 2, 3, 4], keys, keys)
    >>> [axes.get_title() for axes in figure.axes[2:5]]
    ['scores\\nq · k', 'scaled\\n÷ √4', 'weights\\nsoftmax']
    """
    q, k, v = _check(query, keys, values)
    scores, scaled, weights, output = attention_numbers(q, k, v)
    n, d = k.shape

    signed = min(array.min() for array in (q, k, v, scores)) < 0
    content = _scale(np.concatenate([q, k.ravel(), v.ravel()]), signed)
    strength = _scale(scores, signed)  # before and after, so that the division shows
    above = _Matrix("query q", q[None], _texts(q[None]), content)  # (d,) -> (1, d)
    below = _Matrix("output", output[None], _texts(output[None]), content)  # (D,) -> (1, D)
    strip = [  # a vector of one number a key stands upright: (N,) -> (N, 1)
        _Matrix("keys k", k, _texts(k), content),
        _Matrix("scores\nq · k", scores[:, None], _texts(scores[:, None]), strength),
        _Matrix(f"scaled\n÷ √{d}", scaled[:, None], _texts(scaled[:, None]), strength),
        _Matrix("weights\nsoftmax", weights[:, None], _decimals(weights[:, None]), (COUNTS, 0, 1)),
        _Matrix("values v", v, _texts(v), content),
    ]
    cell = max(cell_side(matrix.texts, FONT) for matrix in (above, *strip, below))
    slots = [max(cell * m.numbers.shape[1], text_width(m.title, 11)) for m in strip]
    lefts = MARGIN + LABEL + np.cumsum([0, *(slot + SPACE for slot in slots)])

    arithmetic = list(_arithmetic(q, k, scores, scaled, weights, output))
    heading = f"Scaled dot-product attention: one query, N = {n}, d = {d}"
    colours = "red = positive, white = 0, blue = negative; weights: " if signed else ""
    caption = f"N keys with N values, d numbers in a key; {colours}darker = greater"
    widths = (
        lefts[-1] - SPACE + LABEL,
        text_width("\n".join(arithmetic), 11),
        text_width(caption, 10),
    )
    row_top = TOP + cell + 0.75  # of the strip
    output_top = row_top + n * cell + 0.4
    text_top = output_top + cell + 0.35
    height = text_top + len(arithmetic) * LINE + 0.2
    figure = new_figure(2 * MARGIN + max(*widths, text_width(heading, 13)), height)
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    middle = row_top + n * cell / 2
    starts = [
        left + (slot - cell * m.numbers.shape[1]) / 2
        for left, slot, m in zip(lefts[:-1], slots, strip, strict=True)
    ]
    _draw(figure, starts[0], TOP, cell, above)
    for matrix, start in zip(strip, starts, strict=True):
        _draw(figure, start, row_top, cell, matrix)
    for left, sign in zip(lefts[1:-1], ("→", "→", "→", "×"), strict=True):
        write(figure, left - SPACE / 2, middle, sign, size=16, ha="center", va="center")
    for i in range(n):
        y = row_top + (i + 0.5) * cell
        write(figure, starts[0] - 0.1, y, "k" + _subscript(i), size=FONT, ha="right", va="center")
        right = starts[-1] + cell * v.shape[1] + 0.1
        write(figure, right, y, "v" + _subscript(i), size=FONT, va="center")
    axes = _draw(figure, starts[-1], output_top, cell, below)
    axes.set_title("")
    y = output_top + cell / 2
    write(figure, starts[-1] - 0.15, y, "output  =", size=FONT, ha="right", va="center")
    # Line by line: in one text, a line with a root or an index would stand further off.
    for i, line in enumerate(arithmetic):
        write(figure, MARGIN, text_top + (i + 0.8) * LINE, line, size=11, va="baseline")
    return figure


def _draw(figure: Figure, left: float, top: float, cell: float, matrix: _Matrix) -> Axes:
    rows, columns = matrix.numbers.shape
    axes = panel(figure, left, top, cell * columns, cell * rows)
    cmap, low, high = matrix.scale
    draw_grid(axes, matrix.numbers, matrix.texts, colormaps[cmap], (low, high), FONT)
    axes.set_title(matrix.title, size=11)
    return axes


def _check(query: Any, keys: Any, values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    q = as_array(query, "query", ndim=(1, 2)).astype(np.float64)
    k = as_array(keys, "keys", ndim=2).astype(np.float64)
    v = as_array(values, "values", ndim=2).astype(np.float64)
    if q.ndim == 2 and len(q) != 1:
        raise ValueError(
            f"query has shape {q.shape}, expected one query, (d,) or (1, d): take a row"
        )
    q = q.reshape(-1)  # (1, d) -> (d,)
    if k.shape[1] != len(q):
        raise ValueError(
            f"keys have {k.shape[1]} numbers and query has {len(q)}, expected as many: "
            "their dot product is the score"
        )
    if len(v) != len(k):
        raise ValueError(f"values has {len(v)} rows and keys has {len(k)}, expected one for each")
    for name, array in (("keys", k), ("values", v)):
        if not 1 <= min(array.shape) <= max(array.shape) <= LARGEST:
            raise ValueError(
                f"{name} has shape {array.shape}, expected from 1 to {LARGEST} rows and columns, "
                "as many as can be read: cut out a part"
            )
    return q, k, v


def _scale(array: np.ndarray, signed: bool) -> tuple[str, float, float]:
    limit = symmetric_limit(array)
    return (DIVERGING, -limit, limit) if signed else (COUNTS, 0.0, limit)


def _texts(matrix: np.ndarray) -> np.ndarray:
    return np.vectorize(lambda value: number(value, DIGITS), otypes=[object])(matrix)


def _decimals(weights: np.ndarray) -> np.ndarray:
    """Weights are written with as many decimals each, so that one sees that they sum to 1."""
    return np.vectorize(lambda value: f"{value:.4f}", otypes=[object])(weights)


def _subscript(i: int) -> str:
    return "₁₂₃₄₅₆₇₈"[i]


def _arithmetic(
    q: np.ndarray,
    k: np.ndarray,
    scores: np.ndarray,
    scaled: np.ndarray,
    weights: np.ndarray,
    output: np.ndarray,
) -> Iterator[str]:
    """Yield the steps as lines of text, one for each key and step."""
    n, d = k.shape
    written = np.vectorize(lambda value: number(value, DIGITS), otypes=[object])
    s, t, w = written(scores), written(scaled), [f"{weight:.4f}" for weight in weights]
    for i in range(n):
        pairs = zip(q, k[i], strict=True)
        terms = " + ".join(f"{factor(a, DIGITS)}·{factor(b, DIGITS)}" for a, b in pairs)
        yield f"score{_subscript(i)} = q · k{_subscript(i)} = {terms} = {s[i]}"
    for i in range(n):
        root = number(d**0.5, DIGITS)
        yield f"scaled{_subscript(i)} = {s[i]} / √{d} = {s[i]} / {root} = {t[i]}"
    for i in range(n):
        total = _sum([f"exp({text})" for text in t])
        yield f"weight{_subscript(i)} = exp({t[i]}) / ({total}) = {w[i]}"
    mixed = _sum([f"{text}·v{_subscript(i)}" for i, text in enumerate(w)])
    yield f"output = {mixed} = ({', '.join(written(output))})"


def _sum(terms: list[str]) -> str:
    """Write a sum over the keys, its middle left out if it is long."""
    if len(terms) > WRITTEN_OUT:
        terms = [*terms[: WRITTEN_OUT - 1], "…", terms[-1]]
    return " + ".join(terms)
