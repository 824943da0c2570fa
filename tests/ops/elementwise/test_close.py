"""Comparing whole tensors."""

import numpy as np
import pytest

import tinyvision as tv


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (1.0, 1.0),
        (1.0, 1.00002),
        (1e-9, 0.0),
        (np.inf, np.inf),
        (np.inf, -np.inf),
        (np.nan, np.nan),
    ],
)
@pytest.mark.parametrize("equal_nan", [False, True])
def test_isclose_follows_its_formula(x, y, equal_nan):
    if np.isnan(x) and np.isnan(y):
        expected = equal_nan
    elif np.isinf(x) or np.isinf(y):
        expected = x == y
    else:
        expected = abs(x - y) <= 1e-8 + 1e-5 * abs(y)
    a, b = (tv.tensor([v], dtype=tv.float64) for v in (x, y))
    assert tv.isclose(a, b, equal_nan=equal_nan).item() == expected
    assert tv.allclose(a, b, equal_nan=equal_nan) == expected


def test_one_element_that_differs_is_enough():
    assert not tv.allclose(tv.tensor([1.0, 2.0]), tv.tensor([1.0, 2.1]))


def test_equal_wants_the_same_shape():
    assert tv.equal(tv.ones(2), tv.ones(2))
    assert not tv.equal(tv.ones(2), tv.ones(2, 1))
    assert not tv.equal(tv.ones(2), tv.zeros(2))


@pytest.mark.parametrize("name", ["rtol", "atol"])
def test_a_negative_tolerance_is_refused(name):
    with pytest.raises(ValueError, match=rf"isclose: {name} must not be negative, got -0\.1"):
        tv.isclose(tv.ones(1), tv.ones(1), **{name: -0.1})


def test_types_that_differ_are_refused():
    with pytest.raises(RuntimeError, match="isclose: the two must have the same data type"):
        tv.isclose(tv.ones(1), tv.ones(1, dtype=tv.float64))
