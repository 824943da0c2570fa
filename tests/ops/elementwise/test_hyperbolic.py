"""Hyperbolic functions against Python's own."""

import math

import numpy as np
import pytest

import tinyvision as tv

REAL = [-3.0, -0.5, -1e-9, 0.0, 1e-9, 0.7, 4.0]

FUNCTIONS = [
    (tv.sinh, math.sinh, REAL),
    (tv.cosh, math.cosh, REAL),
    (tv.tanh, math.tanh, REAL),
    (tv.asinh, math.asinh, REAL),
    (tv.acosh, math.acosh, [1.0, 1.5, 3.0, 1e9]),
    (tv.atanh, math.atanh, [-0.9, -1e-9, 0.0, 0.5, 0.75]),
]


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
def test_values_are_those_of_the_mathematical_library(function, oracle, points):
    expected = [oracle(point) for point in points]
    found = function(tv.tensor(np.array(points))).numpy()
    np.testing.assert_allclose(found, expected, rtol=4e-15, atol=1e-15)


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
def test_float32_is_as_near_as_float32_can_be(function, oracle, points):
    single = np.array(points, np.float32)
    found = function(tv.tensor(single))
    assert found.dtype == tv.float32
    expected = [oracle(float(point)) for point in single]
    np.testing.assert_allclose(found.numpy(), expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
@pytest.mark.parametrize("dtype", [tv.int64, tv.uint8, tv.bool])
def test_integers_and_booleans_become_float32(function, oracle, points, dtype):
    assert function(tv.ones(1, dtype=dtype)).dtype == tv.float32


@pytest.mark.parametrize("function", [row[0] for row in FUNCTIONS])
def test_nan_passes_through(function):
    assert np.isnan(function(tv.tensor([np.nan])).item())


def test_beyond_their_domain_the_inverses_are_infinite_or_nan_without_a_warning():
    assert tv.atanh(tv.tensor([-1.0, 1.0])).tolist() == [-math.inf, math.inf]
    assert np.isnan(tv.atanh(tv.tensor([-1.5, 1.5])).numpy()).all()
    assert np.isnan(tv.acosh(tv.tensor([0.5, -2.0])).numpy()).all()


def test_what_overflows_is_infinite_without_a_warning():
    assert tv.cosh(tv.tensor([1e3, -1e3])).tolist() == [math.inf, math.inf]
    assert tv.sinh(tv.tensor([1e3, -1e3])).tolist() == [math.inf, -math.inf]


def test_the_slope_of_acosh_is_exact_close_to_one():
    x = tv.tensor(np.array([1 + 2.0**-50]), requires_grad=True)
    tv.acosh(x).backward()
    np.testing.assert_allclose(x.grad.item(), (2.0**-50 * (2 + 2.0**-50)) ** -0.5, rtol=1e-15)
