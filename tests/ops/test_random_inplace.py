"""Tensors filled in place: moments and quantiles of what is drawn, and refusals."""

import math

import numpy as np
import pytest

import tinyvision as tv


@pytest.fixture(autouse=True)
def _seeded():
    tv.manual_seed(0)


def filled(name, *args, dtype=tv.float64):
    x = tv.zeros(20000, dtype=dtype)
    assert getattr(x, name)(*args) is x
    return x.numpy()


def test_the_moments_are_those_of_the_distributions():
    assert filled("exponential_", 4.0).mean() == pytest.approx(0.25, abs=0.02)
    assert filled("geometric_", 0.25).mean() == pytest.approx(4, abs=0.2)
    assert filled("bernoulli_", 0.3).mean() == pytest.approx(0.3, abs=0.02)
    logarithms = np.log(filled("log_normal_", 1.0, 2.0))
    assert logarithms.mean() == pytest.approx(1, abs=0.1)
    assert logarithms.std() == pytest.approx(2, abs=0.1)
    quartiles = np.quantile(filled("cauchy_", 5.0, 2.0), [0.25, 0.5, 0.75])
    np.testing.assert_allclose(quartiles, [3, 5, 7], atol=0.2)


def test_integers_lie_within_their_bounds():
    assert set(filled("random_", 2, 5)) == {2, 3, 4}
    assert set(filled("random_", 3, dtype=tv.int8)) == {0, 1, 2}
    assert set(filled("random_", dtype=tv.bool)) == {False, True}
    assert filled("random_", dtype=tv.uint8).max() == 255
    whole = filled("random_", dtype=tv.float16)
    assert whole.max() <= 2**11
    assert (whole == np.round(whole)).all()


def test_each_element_may_have_a_chance_of_its_own():
    x = tv.zeros(2, 2).bernoulli_(tv.tensor([0.0, 1.0]))
    assert x.tolist() == [[0, 1], [0, 1]]


def test_exponential_numbers_are_never_zero():
    assert (filled("exponential_", 1e30, dtype=tv.float16) > 0).all()


def test_a_generator_may_be_given():
    draws = [tv.empty(3).exponential_(generator=tv.Generator().manual_seed(5)) for _ in range(2)]
    assert draws[0].tolist() == draws[1].tolist()


def test_the_change_is_counted():
    x = tv.ones(2, requires_grad=True)
    y = x * 1.0
    z = y * y
    y.exponential_()
    with pytest.raises(RuntimeError, match=r"in place|in-place"):
        z.sum().backward()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("exponential_", (0,), "lambd must be above 0, got 0"),
        ("geometric_", (1.0,), r"p must lie between 0 and 1, got 1\.0"),
        ("cauchy_", (0, 0), "sigma must be above 0, got 0"),
        ("log_normal_", (0, -1), "std must be above 0, got -1"),
        ("bernoulli_", (2,), r"p must lie in 0\.\.1, got 2"),
        ("normal_", (0, -1), "std must be at least 0, got -1"),
        ("uniform_", (2, 1), r"a must not lie above b, got \(2, 1\)"),
        ("random_", (5, 2), "no integer lies between 5 and 2"),
    ],
)
def test_parameters_without_a_distribution_are_refused(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(tv.zeros(2), name)(*arguments)


@pytest.mark.parametrize("name", ["exponential_", "cauchy_", "log_normal_", "uniform_", "normal_"])
def test_integers_cannot_hold_what_is_continuous(name):
    with pytest.raises(TypeError, match=f"{name} draws floats, the tensor is int64"):
        getattr(tv.tensor([1]), name)()


def test_bounds_outside_the_type_are_refused():
    with pytest.raises(RuntimeError, match="299 lies outside the range of uint8"):
        tv.zeros(2, dtype=tv.uint8).random_(0, 300)
    assert math.isfinite(tv.zeros(1000, dtype=tv.float16).log_normal_(5, 9).max().item())
