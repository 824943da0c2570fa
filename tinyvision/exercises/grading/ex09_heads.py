"""Exercise 09: heads by slices, one head against one attention, SciPy's softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.special import softmax

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any, heads: int | None = None) -> dict[str, Any]:
    """Features of some places, all different, and a number of heads that divides them."""
    heads = draw(st.integers(1, 3)) if heads is None else heads
    places, each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    x = np.arange(float(places * heads * each)).reshape(places, -1)
    return {"x": x, "heads": heads}


@st.composite
def triples(draw: Any, heads: int | None = None) -> dict[str, Any]:
    """Queries, keys, values, and heads."""
    heads = draw(st.integers(1, 3)) if heads is None else heads
    shape = draw(st.integers(1, 3)), heads * draw(st.integers(1, 2))
    given = {name: draw(numbers(*shape, low=-2, high=2)) for name in "qkv"}
    return {**given, "heads": heads}


def _slices(x: Any, heads: int) -> Any:
    each = x.shape[1] // heads
    return np.stack([x[:, h * each : (h + 1) * each] for h in range(heads)])


def _one(q: Any, k: Any, v: Any) -> Any:
    return softmax(q @ k.T / q.shape[1] ** 0.5, axis=1) @ v


def _right(q: Any, k: Any, v: Any, heads: int) -> Any:
    parts = zip(*(_slices(x, heads) for x in (q, k, v)), strict=True)
    return np.concatenate([_one(*part) for part in parts], axis=1)


# -- mistakes ---------------------------------------------------------------------------------


def _in_order(x: Any, heads: int, order: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """x cut in three axes of the sizes places, heads, features, in an order, and transposed."""
    sizes = len(x), heads, x.shape[1] // heads
    return x.reshape([sizes[number] for number in order]).transpose(axes)


SPLITS = mistakes(
    "split_heads",
    ("split_heads: reshape alone gives head 0 the first places, with all their features. Cut the "
     "features first, (T, heads, D / heads), then transpose: a second reshape swaps no axes.",
     lambda x, heads: x.reshape(heads, len(x), -1)),
    ("split_heads: the heads are not moved to the front: (T, heads, D / heads) still needs a "
     "transpose.", lambda x, heads: x.reshape(len(x), heads, -1)),
    ("split_heads: each head takes every second (third, ...) feature; it should take neighbours: "
     "cut into (heads, D / heads), in this order.",
     lambda x, heads: _in_order(x, heads, (0, 2, 1), (2, 0, 1))),
    ("split_heads: features and places are swapped: the order of the axes is heads, T, D / heads.",
     lambda x, heads: _in_order(x, heads, (0, 1, 2), (1, 2, 0))),
    ("split_heads: the features are cut before the places: x is (T, D), so T comes first in the "
     "reshape.", lambda x, heads: x.reshape(heads, -1, len(x)).swapaxes(1, 2)),
    ("split_heads: the whole array is transposed before it is cut.",
     lambda x, heads: x.T.reshape(heads, len(x), -1)),
    ("split_heads: the heads come in the wrong order, the last first.",
     lambda x, heads: _slices(x, heads)[::-1]),
)  # fmt: skip
MERGES = mistakes(
    "merge_heads",
    ("merge_heads: reshape alone puts one head below the other. First move the heads back behind "
     "the places: (T, heads, D / heads).", lambda x: x.reshape(x.shape[1], -1)),
    ("merge_heads: features are moved before the heads: the order is T, heads, D / heads.",
     lambda x: x.transpose(1, 2, 0).reshape(x.shape[1], -1)),
    ("merge_heads: the heads are added up; their features should stand side by side.",
     lambda x: x.sum(axis=0)),
    ("merge_heads: the heads are averaged; their features should stand side by side.",
     lambda x: x.mean(axis=0)),
    ("merge_heads: only the first head is left.", lambda x: x[0]),
    ("merge_heads: places and features are swapped.",
     lambda x: x.transpose(2, 0, 1).reshape(x.shape[1], -1)),
    ("merge_heads: the heads come in the wrong order, the last first.",
     lambda x: np.concatenate(list(x[::-1]), axis=1)),
    ("merge_heads: the heads stand below each other.", lambda x: np.concatenate(list(x))),
)  # fmt: skip
WHOLES = mistakes(
    "multi_head_attention",
    ("multi_head_attention: all features attend together; heads must be split.",
     lambda q, k, v, heads: _one(q, k, v)),
    ("multi_head_attention: the scores are divided by √D; each head has only D / heads features.",
     lambda q, k, v, heads: np.concatenate(
         [softmax(a @ b.T / q.shape[1] ** 0.5, axis=1) @ c
          for a, b, c in zip(*(_slices(x, heads) for x in (q, k, v)), strict=True)], axis=1)),
    ("multi_head_attention: the softmax runs over the wrong axis: over the keys, the last one.",
     lambda q, k, v, heads: np.concatenate(
         [softmax(a @ b.T / a.shape[1] ** 0.5, axis=0) @ c
          for a, b, c in zip(*(_slices(x, heads) for x in (q, k, v)), strict=True)], axis=1)),
)  # fmt: skip

_SPLIT, _MERGE = "split_heads(x, heads)", "merge_heads(x)"
_WHOLE = "multi_head_attention(q, k, v, heads)"
_X = np.arange(8.0).reshape(2, 4)
_HEADS = np.array([[[0.0, 1], [4, 5]], [[2, 3], [6, 7]]])

GRADING = Grading(
    names={
        "split_heads": Promise(
            _SPLIT, lambda x, heads: (heads, len(x), x.shape[1] // heads)
        ),
        "merge_heads": Promise(_MERGE, lambda x: (x.shape[1], x.shape[0] * x.shape[2])),
        "multi_head_attention": Promise(_WHOLE, lambda q, k, v, heads: q.shape),
    },
    checks=(
        Example("split: two places, two heads", Trial(_SPLIT, _HEADS, {"x": _X, "heads": 2})),
        law("split: each head has its slice of the features", drawn(), _SPLIT, _slices, draws=40),
        Example("merge: two places, two heads", Trial(_MERGE, _X, {"x": _HEADS})),
        law(
            "merge: the heads' slices side by side",
            drawn().map(lambda given: {"x": _slices(**given)}),
            _MERGE,
            lambda x: np.concatenate(list(x), axis=1),
            draws=40,
        ),
        law(
            "split, then merge: nothing has changed",
            drawn(),
            "merge_heads(split_heads(x, heads))",
            lambda x, heads: x,
        ),
        law("one head is attention as in exercise 08", triples(1), _WHOLE,
            lambda q, k, v, heads: _one(q, k, v)),
        law("many heads, against SciPy, one by one", triples(), _WHOLE, _right),
    ),
    mistakes=SPLITS + MERGES + WHOLES,
    probes=(
        Trial(_SPLIT, None, {"x": np.arange(36.0).reshape(3, 12), "heads": 2}),
        Trial(_SPLIT, None, {"x": np.arange(24.0).reshape(2, 12), "heads": 3}),
        Trial(_SPLIT, None, {"x": np.arange(12.0).reshape(2, 6), "heads": 3}),
        Trial(_MERGE, None, {"x": np.arange(36.0).reshape(2, 3, 6)}),
        Trial(_MERGE, None, {"x": np.arange(24.0).reshape(3, 2, 4)}),
        Trial(_WHOLE, None, {"q": np.array([[1.0, 0.5, -1.0, 2.0], [0.0, 1.0, 1.0, -0.5]]),
                             "k": np.array([[0.5, 0.5, 1.0, 0.0], [2.0, -1.0, 0.3, 0.7]]),
                             "v": np.array([[1.0, 2.0, 3.0, 4.0], [9.0, 7.0, 5.0, 0.0]]),
                             "heads": 2}),
    ),
)  # fmt: skip
