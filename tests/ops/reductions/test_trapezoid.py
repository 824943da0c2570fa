"""The trapezoid rule against SciPy."""

import numpy as np
import pytest
import scipy.integrate

import tinyvision as tv

Y = np.random.default_rng(0).normal(size=(3, 5, 2))


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("kind", ["dx", "line", "whole"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (tv.trapezoid, scipy.integrate.trapezoid),
        (tv.cumulative_trapezoid, scipy.integrate.cumulative_trapezoid),
    ],
)
def test_integrals_are_scipys(ours, theirs, kind, dim):
    if kind == "dx":
        found, expected = ours(tv.tensor(Y), dx=0.3, dim=dim), theirs(Y, dx=0.3, axis=dim)
    else:
        shape = Y.shape if kind == "whole" else (Y.shape[dim],)
        x = np.random.default_rng(1).normal(size=shape)
        found, expected = ours(tv.tensor(Y), tv.tensor(x), dim=dim), theirs(Y, x, axis=dim)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_a_constant_integrates_to_its_width():
    x = tv.tensor([0.0, 0.5, 2.0, 3.0, 4.0])
    assert tv.trapezoid(tv.full((2, 5), 3.0), x).tolist() == [12.0, 12.0]


def test_one_point_has_no_area_under_it():
    assert tv.trapezoid(tv.ones(1)).item() == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.trapezoid(tv.ones(2), tv.ones(2), dx=1), "x and dx both say"),
        (lambda: tv.trapezoid(tv.ones(2), tv.ones(3)), "3 points x for 2 values y along dim -1"),
        (lambda: tv.trapezoid(tv.tensor([True, True])), "trapezoid is not defined for booleans"),
    ],
)
def test_points_that_do_not_fit_are_named(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()
