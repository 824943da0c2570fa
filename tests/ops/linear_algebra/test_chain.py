"""Products of several matrices, against NumPy."""

import functools

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.ops.linear_algebra import chain

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def t(array):
    return tv.tensor(np.asarray(array))


@pytest.mark.parametrize(
    "shapes",
    [
        [(2, 3), (3, 4)],
        [(2, 3), (3, 4), (4, 5), (5, 1)],
        [(3,), (3, 4), (4, 2)],
        [(2, 3), (3, 4), (4,)],
        [(3,), (3, 4), (4,)],
        [(3,), (3,)],
    ],
)
def test_a_chain_of_products_is_numpys(shapes):
    parts = [draw(*shape) for shape in shapes]
    expected = functools.reduce(np.matmul, parts)
    np.testing.assert_allclose(tv.linalg.multi_dot([t(p) for p in parts]).numpy(), expected)
    if all(len(shape) == 2 for shape in shapes):
        np.testing.assert_allclose(tv.chain_matmul(*[t(p) for p in parts]).numpy(), expected)


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        # the other order would make a million numbers
        ([(1000, 2), (2, 1000), (1000, 2)], [(2, 2), (1000, 2)]),
        # a narrow end: from the right it takes 800 multiplications, from the left 6,300
        ([(10, 20), (20, 30), (30, 1)], [(20, 1), (10, 1)]),
        ([(1, 30), (30, 20), (20, 10)], [(1, 20), (1, 10)]),
    ],
)
def test_a_chain_is_multiplied_in_the_cheapest_order(monkeypatch, shapes, expected):
    made = []

    def watched(x, y):
        made.append((x.shape[0], y.shape[1]))
        return x @ y

    monkeypatch.setattr(chain, "mm", watched)
    tv.linalg.multi_dot([tv.ones(*shape) for shape in shapes])
    assert made == expected


@pytest.mark.parametrize(
    ("multiply", "message"),
    [
        (lambda: tv.linalg.multi_dot([tv.ones(2)]), "at least two tensors, got 1"),
        (
            lambda: tv.linalg.multi_dot([tv.ones(2, 2), tv.ones(2), tv.ones(2, 2)]),
            r"tensor 1 has shape \(2,\); all must be matrices",
        ),
        (lambda: tv.linalg.multi_dot([tv.ones(2, 2), tv.ones(3, 2)]), "they must be equal"),
        (lambda: tv.chain_matmul(tv.ones(2), tv.ones(2, 2)), "tensor 0 has shape"),
    ],
)
def test_what_is_no_chain_is_refused(multiply, message):
    with pytest.raises(ValueError, match=message):
        multiply()
