"""Exercise 08: the article's example, SciPy's softmax, and what attention must do."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.special import softmax

from ..checks import Example, Grading, Mistake, law, mistakes, numbers, permutations
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any, large: bool = False) -> dict[str, Any]:
    """Queries, keys and values."""
    queries, keys, d, e = (draw(st.integers(1, 3)) for _ in range(4))
    high = 40 if large else 2
    return {
        "q": draw(numbers(queries, d, low=-high, high=high)),
        "k": draw(numbers(keys, d, low=-high, high=high)),
        "v": draw(numbers(keys, e, low=-3, high=3)),
    }


@st.composite
def equal_keys(draw: Any) -> dict[str, Any]:
    """The same, all keys the same."""
    given = draw(drawn())
    return {**given, "k": np.repeat(given["k"][:1], len(given["v"]), axis=0)}


@st.composite
def shuffled(draw: Any) -> dict[str, Any]:
    """The same, and an order of the keys."""
    given = draw(drawn())
    return {**given, "order": draw(permutations(len(given["k"])))}


def _right(q: Any, k: Any, v: Any) -> Any:
    return softmax(np.einsum("ld,sd->ls", q, k) / q.shape[1] ** 0.5, axis=1) @ v


# -- mistakes ---------------------------------------------------------------------------------


def _attention(scale: Any, weigh: Any) -> Any:
    return lambda q, k, v: weigh(scale(q @ k.T, q, k)) @ v


_SCALES: tuple[tuple[str, Any], ...] = (
    ("", lambda s, q, k: s / np.sqrt(q.shape[1])),
    ("The scores are not divided by √d.", lambda s, q, k: s),
    ("The scores are divided by d, not by its square root.", lambda s, q, k: s / q.shape[1]),
    ("The scores are multiplied by √d; they should be divided by it.",
     lambda s, q, k: s * np.sqrt(q.shape[1])),
    ("The scores are divided by the root of the number of keys; d is the length of a query.",
     lambda s, q, k: s / np.sqrt(len(k))),
    ("The scores are divided by the root of the number of queries; d is the length of a query, "
     "q.shape[1].", lambda s, q, k: s / np.sqrt(len(q))),
    ("The scores are divided by the square of d, not by its root.",
     lambda s, q, k: s / q.shape[1] ** 2),
)  # fmt: skip
_WEIGHTS: tuple[tuple[str, Any], ...] = (
    ("", lambda s: softmax(s, axis=1)),
    ("The softmax runs over the wrong axis: the weights of one query, a row, must add up to 1, and "
     "here those of one key do.", lambda s: softmax(s, axis=0)),
    ("The softmax runs over all scores together: each row must add up to 1.", softmax),
    ("The softmax is without exp: the scores themselves are divided by their sum.",
     lambda s: s / s.sum(axis=1, keepdims=True)),
    ("The weights are never divided by their sum, so a row does not add up to 1.",
     lambda s: np.exp(s)),
    ("The weights are never divided by their sum, so a row does not add up to 1.",
     lambda s: np.exp(s - s.max(axis=1, keepdims=True))),
    ("There is no softmax: the scores are used as weights.", lambda s: s),
    ("exp is of -score: the least similar key gets the largest weight.",
     lambda s: softmax(-s, axis=1)),
    ("Only the most similar key counts: that is a maximum, not a softmax.",
     lambda s: (s == s.max(axis=1, keepdims=True)) / 1.0),
    ("Only the most similar key counts: that is a maximum, not a softmax.",
     lambda s: np.eye(s.shape[1])[s.argmax(axis=1)]),
    ("The softmax's largest score is looked for along one axis and the sum along the other: both "
     "belong on axis 1.", lambda s: _mixed(s)),
)  # fmt: skip


def _mixed(scores: Any) -> Any:
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=0, keepdims=True)


def _mixed_too(scores: Any) -> Any:
    weights = np.exp(scores - scores.max(axis=0, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def _of_all(scores: Any) -> Any:
    weights = np.exp(scores - scores.max())
    return weights / weights.sum(axis=1, keepdims=True)


def _overflows(scores: Any) -> Any:
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)


def _all_mistakes() -> tuple[Mistake, ...]:
    """Each alone, then one of the scores with one of the weights."""
    pairs = sorted(product(_SCALES, _WEIGHTS), key=lambda p: bool(p[0][0]) + bool(p[1][0]))
    return mistakes(
        "attention",
        *(
            (scale[0] + weigh[0], _attention(scale[1], weigh[1]))
            for scale, weigh in pairs[1:]
            if not (scale[0] and weigh[0])
        ),
        ("The weights themselves are returned; the answer is their product with v.",
         lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[1]), axis=1)),
        ("The division by √d comes after the softmax; it belongs before it.",
         lambda q, k, v: softmax(q @ k.T, axis=1) / np.sqrt(q.shape[1]) @ v),
        ("The keys take the place of the values.",
         lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[1]), axis=1) @ k),
        ("Each query is compared with the queries; it should be compared with the keys.",
         lambda q, k, v: softmax(q @ q.T / np.sqrt(q.shape[1]), axis=1) @ v),
    ) + mistakes(
        "attention",
        ("Without taking the largest score of the row away first, exp overflows.",
         _attention(_SCALES[0][1], _overflows)),
        ("The largest score is taken away along axis 0: a row whose scores are all small then "
         "comes out as 0 / 0. It belongs on axis 1.", _attention(_SCALES[0][1], _mixed_too)),
        ("The largest of all scores is taken away: a row whose scores are all small then comes out "
         "as 0 / 0. Take each row's own.", _attention(_SCALES[0][1], _of_all)),
        *(
            (f"{scale[0]} {weigh[0]}", _attention(scale[1], weigh[1]))
            for scale, weigh in pairs
            if scale[0] and weigh[0]
        ),
        certain=False,
    )  # fmt: skip


_CALL = "attention(q, k, v)"
_KEYS = np.array([[2.0, 1.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0]])
_E4 = np.exp(-4.0)  # the weights of the example are 1 and exp(-4), over their sum

GRADING = Grading(
    names={"attention": Promise(_CALL, lambda q, k, v: (len(q), v.shape[1]))},
    checks=(
        Example(
            "the article's example (section 4.2)",
            Trial(
                "attention(q, k, k)",
                ((_KEYS[0] + _E4 * _KEYS[1]) / (1 + _E4))[None],
                {"q": np.array([[1.0, 2.0, 3.0, 4.0]]), "k": _KEYS},
            ),
        ),
        Example(
            "a query of zeros: the mean of the values",
            Trial(
                _CALL,
                np.array([[2.0]]),
                {
                    "q": np.zeros((1, 1)),
                    "k": np.array([[5.0], [7.0]]),
                    "v": np.array([[1.0], [3.0]]),
                },
            ),
        ),
        law(
            "the weights of each query add up to 1",
            drawn(),
            "attention(q, k, np.ones((len(k), 1)))",
            lambda q, k, v: np.ones((len(q), 1)),
            "With all values 1, the answer is the sum of the weights.",
        ),
        law(
            "equal keys: the mean of the values",
            equal_keys(),
            _CALL,
            lambda q, k, v: np.repeat(v.mean(axis=0)[None], len(q), axis=0),
            "Keys that are the same get the same weight.",
        ),
        law(
            "the order of keys and values does not matter",
            shuffled(),
            "attention(q, k[order], v[order])",
            lambda q, k, v, order: _right(q, k, v),
        ),
        law("any queries, keys and values, against SciPy", drawn(), _CALL, _right, draws=40),
        law(
            "large scores",
            drawn(large=True),
            _CALL,
            _right,
            "exp of a large score overflows: take the largest score of the row away first.",
        ),
    ),
    mistakes=_all_mistakes(),
    probes=(
        Trial(_CALL, None, {
            "q": np.array([[1.0, -0.5, 2.0], [0.3, 1.0, -1.0]]),
            "k": np.array([[0.5, 1, 1.5], [-1, 0.4, 0.2], [0.7, -0.3, 0.1], [1, 1, -2]]),
            "v": np.array([[1, 2, 0], [-3, 0.5, 1], [4, -1, 3], [2, 2, -2]])}),
    ),
)  # fmt: skip
