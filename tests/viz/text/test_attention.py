"""Attention as text: every number against SciPy's softmax."""

import numpy as np
import pytest
from scipy.special import softmax

from tinyvision.viz.text import attention

QUERY = [1, 2, 3, 4]
KEYS = [[2, 1, 4, 3], [4, 3, 2, 1]]


def numbers(line):
    """The numbers in a line."""
    words = line.replace("−", "-").replace("→", " ").split()
    return [float(word) for word in words if word.lstrip("-").replace(".", "").isdigit()]


def test_the_articles_example_is_written_out():
    assert attention(QUERY, KEYS, KEYS).split("\n") == [
        "     Q·Kᵀ       ÷ √4 = 2         softmax        · V = output",
        "     k1  k2     k1  k2           k1      k2",
        " q1  28  20  →  14  10    →  0.9820  0.0180  →  2.036  1.036  3.964  2.964",
        "",
        "q1·k1 = 1·2 + 2·1 + 3·4 + 4·3 = 28,  28 / 2 = 14",
        "q1·k2 = 1·4 + 2·3 + 3·2 + 4·1 = 20,  20 / 2 = 10",
        "exp(14) / (exp(14) + exp(10)) = 0.9820",
        "exp(10) / (exp(14) + exp(10)) = 0.0180",
        "output = 0.9820·v1 + 0.0180·v2",
        "       = (2.036, 1.036, 3.964, 2.964)",
    ]


def test_the_matrices_are_the_formula():
    rng = np.random.default_rng(3)
    q, k, v = rng.normal(size=(2, 4)), rng.normal(size=(2, 4)), rng.normal(size=(2, 2))
    rows = attention(q, k, v).splitlines()
    rows = [row for row in rows if row.lstrip().startswith(("q1 ", "q2 "))]
    scores = q @ k.T
    steps = np.hstack([scores, scores / 2, softmax(scores / 2, axis=1), softmax(scores / 2, 1) @ v])
    shown = np.array([numbers(row) for row in rows])
    np.testing.assert_allclose(shown, steps, atol=6e-4)


def test_the_arithmetic_is_that_of_the_query_asked_for():
    text = attention([[1, 0], [0, 1]], [[1, 2], [3, 4]], [[1, 0], [0, 1]], query=1)
    assert "q2·k1 = 0·1 + 1·2 = 2," in text
    assert "q1·k1" not in text


def test_of_many_keys_the_weightiest_is_written_out():
    keys = np.eye(5) * [1, 2, 9, 4, 3]
    text = attention(np.ones(5), keys, np.eye(5))
    assert "q1·k3 = " in text
    assert "q1·k1" not in text


@pytest.mark.parametrize(("queries", "keys", "width"), [(1, 1, 1), (3, 3, 4), (5, 5, 4), (8, 8, 8)])
def test_no_line_is_wider_than_a_terminal(queries, keys, width):
    rng = np.random.default_rng(width)
    q, k = rng.normal(size=(queries, width)), rng.normal(size=(keys, width))
    text = attention(q, k, rng.normal(size=(keys, width)))
    assert max(map(len, text.splitlines())) <= 78


def test_great_scores_do_not_overflow():
    assert "1.0000" in attention([1e4], [[1e4], [0.0]], [[1], [0]])


@pytest.mark.parametrize(
    ("q", "k", "v", "query", "pattern"),
    [
        ([1, 2], [[1, 2, 3]], [[1]], 0, "queries have 2 numbers and keys 3"),
        ([1, 2], [[1, 2]], [[1], [2]], 0, "values has 2 rows and keys 1"),
        ([1, 2], np.ones((9, 2)), np.ones((9, 2)), 0, r"keys has shape \(9, 2\)"),
        ([1, 2], [[1, 2]], [[1]], 1, "no query 1: there are 1"),
        ([1, 2], [1, 2], [[1]], 0, "keys has shape"),
    ],
)
def test_what_does_not_fit_is_refused(q, k, v, query, pattern):
    with pytest.raises(ValueError, match=pattern):
        attention(q, k, v, query)
