"""Error functions and the gamma function against Python's own, and closed forms."""

import math
from statistics import NormalDist

import numpy as np
import pytest

import tinyvision as tv

REAL = [-3.0, -0.5, -1e-9, 0.0, 1e-9, 0.7, 4.0]
EULER = 0.5772156649015329


def harmonic(n):
    return sum(1 / k for k in range(1, n))


def inverse_error_function(x):
    return NormalDist().inv_cdf((x + 1) / 2) / math.sqrt(2)


FUNCTIONS = [
    (tv.erf, math.erf, REAL),
    (tv.erfc, math.erfc, [*REAL, 9.0, 20.0]),
    (tv.erfinv, inverse_error_function, [-0.75, -0.25, 0.0, 0.5]),
    (tv.lgamma, math.lgamma, [-1.5, -0.5, 0.5, 1.0, 2.0, 7.5, 100.0]),
    (tv.digamma, lambda n: harmonic(int(n)) - EULER, [1.0, 2.0, 5.0, 20.0]),
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


def test_erfinv_is_infinite_at_one_and_nan_beyond():
    assert tv.erfinv(tv.tensor([-1.0, 1.0])).tolist() == [-math.inf, math.inf]
    assert np.isnan(tv.erfinv(tv.tensor([-1.5, 1.5])).numpy()).all()


def test_the_gamma_function_has_poles_at_zero_and_below():
    assert tv.lgamma(tv.tensor([0.0, -1.0, -math.inf, math.inf])).tolist() == [math.inf] * 4
    assert tv.digamma(tv.tensor([0.0])).tolist() == [-math.inf]
    assert np.isnan(tv.digamma(tv.tensor([-1.0])).item())


def test_polygamma_at_one_is_a_zeta_value():
    x = tv.ones(1, dtype=tv.float64)
    expected = [-EULER, math.pi**2 / 6, -2 * 1.2020569031595942, math.pi**4 / 15]
    for n, value in enumerate(expected):
        np.testing.assert_allclose(tv.polygamma(n, x).item(), value, rtol=1e-14)
        assert x.polygamma(n).item() == tv.polygamma(n, x).item()


def test_polygamma_refuses_a_negative_order():
    with pytest.raises(ValueError, match=r"polygamma: n must be 0, 1, 2, \.\.\., got -1"):
        tv.polygamma(-1, tv.ones(1))


def test_the_names_of_the_package_special_are_the_same_functions():
    assert tv.special.expit is tv.sigmoid
    assert tv.special.gammaln is tv.lgamma
    assert tv.special.psi is tv.digamma
