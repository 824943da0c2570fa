"""Exponentials, logarithms and trigonometry against Python's and SciPy's own."""

import math

import numpy as np
import pytest
from scipy import special

import tinyvision as tv

REAL = np.array([-3.0, -0.5, -1e-9, 0.0, 1e-9, 0.7, 4.0])
POSITIVE = np.array([1e-9, 0.5, 1.0, 3.0, 1e9])

FUNCTIONS = [
    (tv.exp, math.exp, REAL),
    (tv.exp2, math.exp2, REAL),
    (tv.expm1, math.expm1, REAL),
    (tv.log, math.log, POSITIVE),
    (tv.log2, math.log2, POSITIVE),
    (tv.log10, math.log10, POSITIVE),
    (tv.log1p, math.log1p, POSITIVE),
]


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
def test_values_are_those_of_the_mathematical_library(function, oracle, points):
    expected = [oracle(point) for point in points]
    np.testing.assert_allclose(function(tv.tensor(points)).numpy(), expected, rtol=2e-15)


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
def test_float32_is_as_near_as_float32_can_be(function, oracle, points):
    single = points.astype(np.float32)
    expected = [oracle(float(point)) for point in single]
    found = function(tv.tensor(single))
    assert found.dtype == tv.float32
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(("function", "oracle", "points"), FUNCTIONS)
@pytest.mark.parametrize("dtype", [tv.int64, tv.uint8, tv.bool])
def test_integers_and_booleans_become_float32(function, oracle, points, dtype):
    found = function(tv.ones(1, dtype=dtype))
    assert found.dtype == tv.float32
    assert found.item() == pytest.approx(oracle(1), rel=1e-6)


def derivatives(function, point, order):
    """The derivatives of orders 1 to `order` at a point."""
    x = tv.tensor(np.array(point), requires_grad=True)
    y, found = function(x), []
    for _ in range(order):
        if not y.requires_grad:  # a constant
            y = x * 0.0
        (y,) = tv.autograd.grad(y, x, create_graph=True)
        found.append(y.item())
    return found


a = 0.7
TANH = math.tanh(a)
BELL = 2 / math.sqrt(math.pi) * math.exp(-a * a)


@pytest.mark.parametrize(
    ("function", "closed_forms"),
    [
        (tv.exp, [math.exp(a)] * 4),
        (tv.exp2, [2**a * math.log(2) ** k for k in (1, 2, 3, 4)]),
        (tv.expm1, [math.exp(a)] * 4),
        (tv.log, [1 / a, -1 / a**2, 2 / a**3, -6 / a**4]),
        (tv.log2, [s / math.log(2) for s in (1 / a, -1 / a**2, 2 / a**3, -6 / a**4)]),
        (tv.log10, [s / math.log(10) for s in (1 / a, -1 / a**2, 2 / a**3, -6 / a**4)]),
        (tv.log1p, [1 / (1 + a), -1 / (1 + a) ** 2, 2 / (1 + a) ** 3, -6 / (1 + a) ** 4]),
        (tv.sin, [math.cos(a), -math.sin(a), -math.cos(a), math.sin(a)]),
        (tv.cos, [-math.sin(a), -math.cos(a), math.sin(a), math.cos(a)]),
        (
            tv.tanh,
            [
                1 - TANH**2,
                -2 * TANH * (1 - TANH**2),
                (1 - TANH**2) * (6 * TANH**2 - 2),
                (1 - TANH**2) * (16 * TANH - 24 * TANH**3),
            ],
        ),
        (tv.erf, [BELL, -2 * a * BELL, (4 * a**2 - 2) * BELL, (12 * a - 8 * a**3) * BELL]),
        (tv.sqrt, [a**-0.5 / 2, -(a**-1.5) / 4, 3 * a**-2.5 / 8, -15 * a**-3.5 / 16]),
        (tv.rsqrt, [-(a**-1.5) / 2, 3 * a**-2.5 / 4, -15 * a**-3.5 / 8, 105 * a**-4.5 / 16]),
        (tv.reciprocal, [-(a**-2), 2 * a**-3, -6 * a**-4, 24 * a**-5]),
        (tv.square, [2 * a, 2, 0, 0]),
        (lambda x: x**5, [5 * a**4, 20 * a**3, 60 * a**2, 120 * a]),
        (lambda x: 2.0**x, [2**a * math.log(2) ** k for k in (1, 2, 3, 4)]),
        (lambda x: 1 / x, [-(a**-2), 2 * a**-3, -6 * a**-4, 24 * a**-5]),
    ],
)
def test_derivatives_to_the_fourth_order_have_their_closed_form(function, closed_forms):
    np.testing.assert_allclose(derivatives(function, a, 4), closed_forms, rtol=1e-12, atol=1e-12)


def test_the_logarithm_of_zero_is_minus_infinity_and_below_it_nan():
    for function in (tv.log, tv.log2, tv.log10):
        found = function(tv.tensor([0.0, -1.0])).numpy()
        np.testing.assert_array_equal(found, np.array([-np.inf, np.nan], np.float32))
    np.testing.assert_array_equal(
        tv.log1p(tv.tensor([-1.0, -2.0])).numpy(), np.array([-np.inf, np.nan], np.float32)
    )


def test_the_exponential_of_large_numbers_is_infinite_or_zero_without_a_warning():
    assert tv.exp(tv.tensor([1e4, -1e4])).tolist() == [np.inf, 0.0]
    assert tv.expm1(tv.tensor([1e4, -1e4])).tolist() == [np.inf, -1.0]


def test_the_slope_of_the_logarithm_at_zero_is_infinite():
    x = tv.tensor([0.0], requires_grad=True)
    tv.log(x).backward()
    assert x.grad.item() == np.inf


def test_nan_passes_through_every_function():
    for function, _, _ in FUNCTIONS:
        assert np.isnan(function(tv.tensor([np.nan])).item())


def test_erf_agrees_with_scipy_in_the_tails():
    points = np.linspace(-6, 6, 101)
    np.testing.assert_allclose(tv.erf(tv.tensor(points)).numpy(), special.erf(points), rtol=1e-15)
