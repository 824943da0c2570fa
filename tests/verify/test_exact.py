import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from tinyvision.verify import exact, scipys

GEOMETRIES = [
    {},
    {"stride": (2, 3)},
    {"padding": (2, 1)},
    {"dilation": (2, 1)},
    {"stride": (3, 1), "padding": (0, 2), "dilation": (1, 2)},
]


def series(x, terms=120):
    """e to the power of a fraction: the sum of x^n / n!."""
    return sum(Fraction(x) ** n / math.factorial(n) for n in range(terms))


def arrays(seed, groups):
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, size=(2, 2 * groups, 6, 9))
    w = rng.integers(-9, 10, size=(3 * groups, 2, 3, 2))
    return x, w, rng.integers(-9, 10, size=3 * groups)


@pytest.mark.parametrize("route", [exact, scipys], ids=["fractions", "scipy"])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("how", GEOMETRIES, ids=str)
def test_both_routes_are_the_formula(route, groups, how, naive_correlate):
    x, w, bias = arrays(len(how), groups)
    expected = naive_correlate(x, w, bias, groups=groups, **how)
    given = [part.tolist() for part in (x, w, bias)]
    np.testing.assert_array_equal(route.correlate(*given, groups=groups, **how), expected)


@pytest.mark.parametrize("route", [exact, scipys], ids=["fractions", "scipy"])
def test_without_a_bias_nothing_is_added(route, naive_correlate):
    x, w, _ = arrays(0, 1)
    y = route.correlate(x.tolist(), w.tolist())
    np.testing.assert_array_equal(y, naive_correlate(x, w))


@pytest.mark.parametrize("route", [exact, scipys], ids=["fractions", "scipy"])
@pytest.mark.parametrize(("m", "k", "n"), [(1, 1, 1), (3, 4, 2), (2, 1, 5)])
def test_both_matrix_products_are_the_formula(route, m, k, n):
    rng = np.random.default_rng(3)
    a, b = rng.integers(-9, 10, size=(m, k)), rng.integers(-9, 10, size=(k, n))
    expected = (a[:, :, None] * b).sum(axis=1)  # (M, K, 1) * (K, N) -> (M, K, N) -> (M, N)
    np.testing.assert_array_equal(route.matmul(a.tolist(), b.tolist()), expected)


def test_sums_of_fractions_are_not_rounded():
    tenth = Fraction(1, 10)
    assert exact.correlate([[[[tenth] * 3]]], [[[[1, 1, 1]]]]) == [[[[Fraction(3, 10)]]]]


@pytest.mark.parametrize("x", [0, 1, -1, 10, Fraction(27, 4), Fraction(-19, 3)])
def test_the_exponential_has_fifty_digits_of_its_series(x):
    ratio = Fraction(exact.exponential(Fraction(x))) / series(x)
    assert abs(ratio - 1) < Fraction(1, 10**50)


def test_the_exponential_does_not_overflow():
    assert exact.exponential(Fraction(5000)) * exact.exponential(Fraction(-5000)) - 1 < Decimal(
        "1e-25"
    )


@pytest.mark.parametrize("scores", [[14, 10], [3, -2, 3, Fraction(1, 3)], [0]])
def test_the_softmax_has_fifty_digits_of_its_series(scores):
    powers = [series(score) for score in scores]
    weights = exact.softmax([Fraction(score) for score in scores])
    for weight, power in zip(weights, powers, strict=True):
        assert abs(weight / (power / sum(powers)) - 1) < Fraction(1, 10**50)


def test_the_scipy_softmax_is_along_the_last_axis():
    np.testing.assert_allclose(
        scipys.softmax([[0.0, np.log(3)], [5, 5]]), [[0.25, 0.75], [0.5] * 2]
    )


@pytest.mark.parametrize("root", [1, 2, 8, 1000])
def test_the_root_of_a_square_is_exact(root):
    assert exact.square_root(root**2) == root


@pytest.mark.parametrize("number", [2, 3, 48, 99])
def test_another_root_has_sixty_decimals(number):
    root = exact.square_root(number)
    assert root**2 < number < (root + Fraction(1, 10**60)) ** 2


def test_padding_has_nothing_to_meet():
    pairs = list(exact.meetings([[[5, 6], [7, 8]]], [[[1, 2], [3, 4]]], 0, 0, padding=(1, 1)))
    assert pairs == [(4, 5)]
