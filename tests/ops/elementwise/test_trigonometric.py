"""Trigonometry against Python's own, and where it has its edges."""

import math

import numpy as np
import pytest

import tinyvision as tv

ANGLES = [-3.0, -0.5, -1e-9, 0.0, 1e-9, 0.7, 4.0]
INSIDE = [-1.0, -0.5, 0.0, 1e-9, 0.3, 1.0]

FUNCTIONS = [
    (tv.sin, math.sin, ANGLES),
    (tv.cos, math.cos, ANGLES),
    (tv.tan, math.tan, ANGLES),
    (tv.asin, math.asin, INSIDE),
    (tv.acos, math.acos, INSIDE),
    (tv.atan, math.atan, ANGLES),
    (tv.sinc, lambda x: math.sin(math.pi * x) / (math.pi * x) if x else 1.0, ANGLES),
    (tv.deg2rad, math.radians, ANGLES),
    (tv.rad2deg, math.degrees, ANGLES),
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


def test_atan2_tells_all_four_quarters_and_both_zeros_apart():
    points = [-2.0, -0.0, 0.0, 1.5, math.inf]
    y, x = np.meshgrid(points, points)
    expected = np.vectorize(math.atan2)(y, x)
    np.testing.assert_allclose(tv.atan2(tv.tensor(y), tv.tensor(x)).numpy(), expected, rtol=1e-15)


def test_there_is_no_angle_of_a_sine_above_one():
    for function in (tv.asin, tv.acos):
        assert np.isnan(function(tv.tensor([1.5, -1.5])).numpy()).all()


def test_the_slope_of_the_arcsine_is_exact_close_to_one():
    x = tv.tensor(np.array([1 - 2.0**-52]), requires_grad=True)
    tv.asin(x).backward()
    np.testing.assert_allclose(x.grad.item(), (2.0**-51 * (1 - 2.0**-53)) ** -0.5, rtol=1e-15)


def test_sinc_has_its_derivatives_at_zero_too():
    """1 - (pi x)^2 / 3! + (pi x)^4 / 5! - ..."""
    x = tv.tensor(np.array(0.0), requires_grad=True)
    y, found = tv.sinc(x), []
    for _ in range(4):
        (y,) = tv.autograd.grad(y, x, create_graph=True)
        found.append(y.item())
    np.testing.assert_allclose(found, [0, -(math.pi**2) / 3, 0, math.pi**4 / 5], atol=1e-14)


def test_the_long_names_are_the_short_ones():
    for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2"):
        assert getattr(tv, f"arc{name}") is getattr(tv, f"a{name}")
