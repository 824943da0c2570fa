"""Attention step by step: the scores, scaled, as weights, and the values mixed by them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import as_array
from ..attention_strip import DIGITS, LARGEST, attention_numbers
from ..style import number
from .blocks import aligned, beside, bracketed, readable, sum_of

WIDTH = 78
WRITTEN_OUT = 3  # keys: of more, only the arithmetic of the weightiest is written


def attention(queries: Any, keys: Any, values: Any, query: int = 0) -> str:
    """Show scaled dot-product attention step by step: softmax(Q·Kᵀ / √d)·V.

    Args:
        queries: (T, d), or one, (d,).
        keys: (N, d).
        values: (N, D): one for each key.
        query: the row whose arithmetic is written out under the matrices.

    Returns:
        A text: the matrices of all four steps, a row for each query, and the arithmetic of one; of
        more than three keys, with the one that weighs most.

    Raises:
        TypeError, ValueError: not arrays of finite numbers, the shapes do not fit, one is empty or
            larger than 8, or there is no such query.

    >>> print(attention([[1, 2, 3, 4]], [[2, 1, 4, 3], [4, 3, 2, 1]], [[1, 0], [0, 1]]))
        Q·Kᵀ       ÷ √4 = 2         softmax        · V = output
         k1  k2     k1  k2           k1      k2
     q1  28  20  →  14  10    →  0.9820  0.0180  →  0.9820  0.0180
    <BLANKLINE>
    q1·k1 = 1·2 + 2·1 + 3·4 + 4·3 = 28,  28 / 2 = 14
    q1·k2 = 1·4 + 2·3 + 3·2 + 4·1 = 20,  20 / 2 = 10
    exp(14) / (exp(14) + exp(10)) = 0.9820
    exp(10) / (exp(14) + exp(10)) = 0.0180
    output = 0.9820·v1 + 0.0180·v2
           = (0.9820, 0.0180)
    """
    q, k, v = _check(queries, keys, values)
    if not 0 <= query < len(q):
        raise ValueError(f"there is no query {query}: there are {len(q)}, the first is 0")
    steps = [attention_numbers(row, k, v) for row in q]
    scores, scaled, weights, output = (np.array(step) for step in zip(*steps, strict=True))
    root = number(k.shape[1] ** 0.5, DIGITS)

    texts = (
        aligned(scores, DIGITS),
        aligned(scaled, DIGITS),
        _weights(weights),
        aligned(output, DIGITS),
    )
    names = [f"k{i + 1}" for i in range(len(k))]
    blocks = [
        ["", "", *(f" q{i + 1}" for i in range(len(q)))],
        _step("Q·Kᵀ", names, texts[0]),
        _step(f"÷ √{k.shape[1]} = {root}", names, texts[1]),
        _step("softmax", names, texts[2]),
        _step("· V = output", [], texts[3]),
    ]
    written = _arithmetic(query, (q, k), tuple(text[query] for text in texts), root)
    return readable("\n".join([*_strip(blocks), "", *written]))


def _check(queries: Any, keys: Any, values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    q = as_array(queries, "queries", ndim=(1, 2)).astype(np.float64)
    k = as_array(keys, "keys", ndim=2).astype(np.float64)
    v = as_array(values, "values", ndim=2).astype(np.float64)
    q = q[None] if q.ndim == 1 else q  # (d,) -> (1, d)
    for name, array in (("queries", q), ("keys", k), ("values", v)):
        if not 1 <= min(array.shape) <= max(array.shape) <= LARGEST:
            raise ValueError(
                f"{name} has shape {array.shape}, expected from 1 to {LARGEST} rows and columns, "
                "as many as can be read: cut out a part"
            )
    if q.shape[1] != k.shape[1]:
        raise ValueError(
            f"queries have {q.shape[1]} numbers and keys {k.shape[1]}, expected as many: their dot "
            "product is the score"
        )
    if len(k) != len(v):
        raise ValueError(f"values has {len(v)} rows and keys {len(k)}, expected one for each")
    return q, k, v


def _weights(array: np.ndarray) -> np.ndarray:
    """As many decimals each, so that one sees that they sum to 1."""
    return np.vectorize(lambda value: f"{value:.4f}", otypes=[object])(array)


def _step(title: str, names: list[str], texts: np.ndarray) -> list[str]:
    """A matrix under its title and the names of its columns."""
    width = max(2, *(len(text) for text in texts.flat))
    heads = "  ".join(name.rjust(width) for name in names)
    rows = ["  ".join(text.rjust(width) for text in row) for row in texts]
    indent = len(heads) - len(heads.lstrip())
    return [" " * indent + title, heads.rstrip(), *rows]


def _strip(blocks: list[list[str]]) -> list[str]:
    """The steps side by side with arrows between them; where that is too wide, in several rows."""
    names, *steps = blocks
    arrow = ["", "", *["→"] * (len(names) - 2)]
    parts = [beside(names, steps[0], gap=2)]
    for step in steps[1:]:
        wider = beside(parts[-1], arrow, step, gap=2)
        if max(map(len, wider)) <= WIDTH:
            parts[-1] = wider
        else:
            parts.append(beside(names, arrow, step, gap=2))
    return [line for part in parts for line in ("", *part)][1:]


def _arithmetic(row: int, given: tuple[Any, ...], texts: tuple[Any, ...], root: str) -> list[str]:
    """The steps of one query, written out."""
    (q, k), (scores, scaled, weights, output) = given, texts
    q_texts, k_texts = aligned(q, DIGITS)[row], aligned(k, DIGITS)
    shown = list(range(len(k)))
    if len(k) > WRITTEN_OUT:
        shown = [int(np.argmax([float(text) for text in weights]))]
    lines = []
    for i in shown:
        pairs = zip(q_texts, k_texts[i], strict=True)
        terms = [f"{bracketed(a)}·{bracketed(b)}" for a, b in pairs]
        end = f"= {scores[i]},  {bracketed(scores[i])} / {root} = {scaled[i]}"
        lines += _sum(f"q{row + 1}·k{i + 1} = ", terms, end)
    powers = [f"exp({text})" for text in scaled]
    for i in shown:
        lines += _sum(f"{powers[i]} / (", [*powers[:-1], powers[-1] + ")"], f"= {weights[i]}")
    mixed = [f"{text}·v{i + 1}" for i, text in enumerate(weights)]
    return lines + _sum("output = ", mixed, f"= ({', '.join(output)})", broken=True)


def _sum(start: str, terms: list[str], end: str, broken: bool = False) -> list[str]:
    """A sum with what stands before and after it, in lines that are not too wide."""
    first, *others = sum_of(terms, WIDTH - len(start))
    lines = [start + first, *(" " * len(start) + line for line in others)]
    if len(lines[-1] + end) < WIDTH and not broken:
        lines[-1] += f" {end}"
    else:
        lines.append(" " * (len(start) - 2) + end)
    return lines
