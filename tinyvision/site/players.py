"""What a page needs to play an operation step by step: every number, computed and written here.

The scripts of the page only show it; they do no arithmetic. What is computed step by step is held
against the library's own operation, so that page and library cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..autograd.tensor import tensor
from ..nn.functional import conv2d, scaled_dot_product_attention
from ..viz.arrays import as_array
from ..viz.attention_strip import attention_numbers
from ..viz.style import factor, number

DIGITS = 4  # significant digits
LARGEST_IMAGE, LARGEST_KERNEL = 10, 5  # pixels and weights that fit on a phone
_STAY = "\N{NO-BREAK SPACE}"  # a short vector is not broken into two lines
LARGEST_ATTENTION = 16  # keys; the numbers of one are 8 at most


def convolution(given: Mapping[str, Any]) -> dict[str, Any]:
    """A window slid over an image.

    Args:
        given: the arguments of :func:`tinyvision.viz.text.convolution`: image (H, W), kernel
            (KH, KW), and at, stride, padding, bias, of which the last four may be left out.

    Returns:
        The matrices as texts, and a step for each output: where the window is, and its products.

    Raises:
        ValueError: too large to be read on a page, or more than one channel.

    >>> data = convolution({"image": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "kernel": [[1, 2], [3, 4]]})
    >>> data["steps"][0]
    {'at': [0, 0], 'window': [0, 0], 'terms': ['1·1', '2·2', '4·3', '5·4'], 'products': ['1', '4',
    '12', '20'], 'sum': '37'}
    """
    x = as_array(given["image"], "image", ndim=(2, 3)).astype(np.float64)
    w = as_array(given["kernel"], "kernel", ndim=(2, 3)).astype(np.float64)
    stride, padding = given.get("stride", 1), given.get("padding", 0)
    bias = float(given.get("bias", 0.0))
    if x.ndim == 3 or w.ndim == 3:
        raise ValueError("the player shows one channel")
    x = np.pad(x, padding)
    if max(x.shape) > LARGEST_IMAGE or max(w.shape) > LARGEST_KERNEL:
        raise ValueError(f"the player shows at most {LARGEST_IMAGE} × {LARGEST_IMAGE} pixels")
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    products = windows * w + 0.0  # (OH, OW, KH, KW); 0 · −1 is −0, which nobody writes
    y = products.sum(axis=(2, 3)) + bias  # (OH, OW, KH, KW) -> (OH, OW)
    library = conv2d(tensor(x[None, None]), tensor(w[None, None]), tensor(np.array([bias])), stride)
    _agree("conv2d", y, library.numpy()[0, 0])

    extra = [factor(bias, DIGITS)] if bias else []
    steps = [
        {
            "at": [i, j],
            "window": [i * stride, j * stride],
            "terms": [
                f"{factor(a, DIGITS)}·{factor(b, DIGITS)}"
                for a, b in zip(windows[i, j].flat, w.flat, strict=True)
            ]
            + extra,
            "products": [factor(value, DIGITS) for value in products[i, j].flat] + extra,
            "sum": number(y[i, j], DIGITS),
        }
        for i, j in np.ndindex(*y.shape)
    ]
    i, j = given.get("at", (0, 0))
    return {
        "image": _texts(x),
        "shades": (np.abs(x) / (np.abs(x).max() or 1)).round(3).tolist(),
        "padding": padding,
        "kernel": _texts(w),
        "output": _texts(y),
        "steps": steps,
        "start": int(i * y.shape[1] + j),
    }


def attention(given: Mapping[str, Any]) -> dict[str, Any]:
    """Scaled dot-product attention, query by query.

    Args:
        given: the arguments of :func:`tinyvision.viz.text.attention`: queries (T, d) or (d,), keys
            (N, d), values (N, D), and query, the one to begin with, which may be left out.

    Returns:
        For each query a table for each of the steps: given, scores, scaled, weights, output.

    Raises:
        ValueError: too large to be read on a page.

    >>> data = attention({"queries": [1, 2], "keys": [[2, 1], [0, 3]], "values": [[1], [0]]})
    >>> [step["title"] for step in data["queries"][0]["steps"]]
    ['Given', 'Scores', 'Scaled', 'Weights', 'Output']
    >>> data["queries"][0]["steps"][1]["rows"]
    [['k₁', '1·2 + 2·1', '4'], ['k₂', '1·0 + 2·3', '6']]
    """
    q = np.atleast_2d(as_array(given["queries"], "queries", ndim=(1, 2)).astype(np.float64))
    k = as_array(given["keys"], "keys", ndim=2).astype(np.float64)
    v = as_array(given["values"], "values", ndim=2).astype(np.float64)
    if max(len(q), len(k)) > LARGEST_ATTENTION or max(k.shape[1], v.shape[1]) > 8:
        raise ValueError(f"the player shows at most {LARGEST_ATTENTION} keys of 8 numbers")
    steps = [attention_numbers(row, k, v) for row in q]
    output = scaled_dot_product_attention(tensor(q), tensor(k), tensor(v))
    _agree("attention", np.array([step[3] for step in steps]), output.numpy())
    several = len(q) > 1
    return {
        "queries": [
            {
                "name": f"q{_below(i)}" if several else "q",
                "vector": _vector(q[i]),
                "weights": [f"{weight:.4f}" for weight in steps[i][2]],
                "steps": _tables(f"q{_below(i)}" if several else "q", q[i], k, v, steps[i]),
            }
            for i in range(len(q))
        ],
        "start": int(given.get("query", 0)),
    }


def _tables(
    name: str, q: np.ndarray, k: np.ndarray, v: np.ndarray, numbers: Sequence[np.ndarray]
) -> list[dict[str, Any]]:
    """The five steps of one query, a row for each key."""
    scores, scaled, weights, output = numbers
    d, keys = k.shape[1], range(len(k))
    greatest = scaled.max()
    powers = np.exp(scaled - greatest)
    root = number(d**0.5, DIGITS)
    s, t = _row(scores), _row(scaled)
    names = [f"k{_below(i)}" for i in keys]
    terms = [
        " + ".join(f"{factor(a, DIGITS)}·{factor(b, DIGITS)}" for a, b in zip(q, row, strict=True))
        for row in k
    ]
    return [
        {
            "title": "Given",
            "say": f"{name} = {_vector(q)} asks. Each key says what is there to be found, each "
            "value what is handed over.",
            "head": ["", "key", "value"],
            "rows": [[names[i], _vector(k[i]), _vector(v[i])] for i in keys],
        },
        {
            "title": "Scores",
            "say": f"How well does each key fit? Multiply {name} with it, number by number, and "
            "add up.",
            "head": ["", f"{name} · key", "score"],
            "rows": [[names[i], terms[i], s[i]] for i in keys],
        },
        {
            "title": "Scaled",
            "say": f"A key has d = {d} numbers: divide by √{d} = {root}, so that scores do not "
            "grow with d.",
            "head": ["", f"score / √{d}", "scaled"],
            "rows": [[names[i], f"{s[i]} / {root}", t[i]] for i in keys],
        },
        {
            "title": "Weights",
            "say": "Softmax makes shares of them: e to the power of each (the greatest is taken "
            "off first, which changes nothing), divided by the sum of all.",
            "head": ["", f"exp(scaled − {factor(greatest, DIGITS)})", "weight"],
            "rows": [
                [
                    names[i],
                    number(powers[i], DIGITS),
                    {"text": f"{weights[i]:.4f}", "bar": round(float(weights[i]), 4)},
                ]
                for i in keys
            ],
            "foot": ["sum", number(powers.sum(), DIGITS), f"{weights.sum():.4f}"],
        },
        {
            "title": "Output",
            "say": "Multiply each value with its weight, and add up: mostly the values whose keys "
            "fit.",
            "head": ["", "weight × value", "weighted value"],
            "rows": [
                [names[i], f"{weights[i]:.4f} × {_vector(v[i])}", _vector(weights[i] * v[i], " ")]
                for i in keys
            ],
            "foot": ["sum", "output", _vector(output, " ")],
        },
    ]


class Operation:
    """An operation that can be played: its data, and which data are of the same arrays."""

    def __init__(self, data: Any, title: str) -> None:
        self.data, self.title = data, title

    @staticmethod
    def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether two differ in nothing but where they begin."""
        return {**one, "start": 0} == {**other, "start": 0}


PLAYERS = {
    "convolution": Operation(convolution, "The window, step by step"),
    "attention": Operation(attention, "Attention, step by step"),
}


def _agree(name: str, ours: np.ndarray, librarys: np.ndarray) -> None:
    if not np.allclose(ours, librarys, rtol=1e-6, atol=1e-9):
        raise RuntimeError(
            f"{name} gives {librarys.tolist()}, its steps give {ours.tolist()}: a page would "
            "show what the library does not compute"
        )


def _texts(matrix: np.ndarray) -> list[list[str]]:
    return [_row(row) for row in matrix]


def _row(row: np.ndarray) -> list[str]:
    return [number(value, DIGITS) for value in row]


def _vector(row: np.ndarray, space: str = _STAY) -> str:
    return f"({f',{space}'.join(_row(row))})"


def _below(i: int) -> str:
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(i + 1))
