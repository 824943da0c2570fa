"""Logarithms of two operands and of odds."""

import math

import numpy as np
import pytest

import tinyvision as tv

INF, NAN = math.inf, math.nan


def t(values, **options):
    return tv.tensor(np.asarray(values, np.float64), **options)


@pytest.mark.parametrize(("function", "base"), [(tv.logaddexp, math.e), (tv.logaddexp2, 2.0)])
def test_powers_are_added_on_the_scale_of_logarithms(function, base):
    x, y = [0.0, 1.0, -3.0, 10.0], [0.0, 2.5, -3.5, -10.0]
    expected = [math.log(base**a + base**b, base) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(function(t(x), t(y)).numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize(("function", "doubled"), [(tv.logaddexp, math.log(2)), (tv.logaddexp2, 1)])
def test_nothing_overflows(function, doubled):
    large = [5000.0, -5000.0, INF, -INF]
    found = function(t(large), t(large)).tolist()
    assert found == [5000.0 + doubled, -5000.0 + doubled, INF, -INF]
    x = t([5000.0], requires_grad=True)
    function(x, t([5000.0])).backward()
    assert x.grad.item() == 0.5


@pytest.mark.parametrize("function", [tv.logaddexp, tv.logaddexp2, tv.hypot])
def test_integers_are_refused(function):
    with pytest.raises(RuntimeError, match=r"is not defined for integers.*x\.float\(\)"):
        function(tv.tensor([3]), tv.tensor([4]))


def test_zero_times_any_logarithm_is_zero_but_nan_stays():
    assert tv.xlogy(t([0.0] * 4), t([0.0, 3.0, INF, -1.0])).tolist() == [0.0] * 4
    assert tv.special.xlog1py(t([0.0, 0.0]), t([-1.0, -2.0])).tolist() == [0.0, 0.0]
    assert math.isnan(tv.xlogy(t([0.0]), t([NAN])).item())


def test_xlogy_takes_a_number_on_either_side():
    np.testing.assert_allclose(tv.xlogy(2, tv.tensor([3.0])).numpy(), [2 * math.log(3)], rtol=1e-6)
    found = tv.xlogy(tv.tensor([2, 0]), 3)
    assert found.dtype == tv.float32
    np.testing.assert_allclose(found.numpy(), [2 * math.log(3), 0.0], rtol=1e-6)


@pytest.mark.parametrize(("function", "shift"), [(tv.xlogy, 0.0), (tv.special.xlog1py, 1.0)])
def test_the_slope_towards_a_number_is_its_logarithm_in_the_same_type(function, shift):
    x = tv.tensor([0.0, 2.0], requires_grad=True)
    function(x, 3).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [math.log(3 + shift)] * 2, rtol=1e-6)
    y = tv.tensor([4.0], requires_grad=True)
    function(2, y).sum().backward()
    np.testing.assert_allclose(y.grad.numpy(), [2 / (4 + shift)], rtol=1e-6)


def test_zero_times_an_infinite_logarithm_has_slope_zero():
    x = t([0.0], requires_grad=True)
    tv.xlogy(x, t([0.0])).backward()
    assert x.grad.item() == 0.0


def test_logit_undoes_the_sigmoid():
    x = t([-30.0, -1.0, 0.0, 1e-9, 3.0])
    np.testing.assert_allclose(tv.logit(tv.sigmoid(x)).numpy(), x.numpy(), rtol=1e-14, atol=3e-16)


def test_logit_is_infinite_at_the_ends_and_nan_beyond():
    assert tv.logit(t([0.0, 1.0])).tolist() == [-INF, INF]
    assert np.isnan(tv.logit(t([-0.5, 1.5])).numpy()).all()


def test_logit_with_eps_limits_first_and_has_no_slope_beyond():
    x = t([-1.0, 0.5, 2.0], requires_grad=True)
    y = tv.logit(x, eps=0.25)
    np.testing.assert_allclose(y.tolist(), [-math.log(3), 0.0, math.log(3)], rtol=1e-15)
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 4.0, 0.0]


def test_integers_become_float32():
    assert tv.logit(tv.tensor([0, 1]), eps=0.1).dtype == tv.float32
