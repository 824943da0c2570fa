"""Rounding: to integers, to decimals, and what is cut off."""

import math

import numpy as np
import pytest

import tinyvision as tv

NAN, INF = math.nan, math.inf
STEPS = [tv.floor, tv.ceil, tv.trunc, tv.round]


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


@pytest.mark.parametrize(
    ("function", "oracle"),
    [
        (tv.floor, math.floor),
        (tv.ceil, math.ceil),
        (tv.trunc, math.trunc),
        (tv.round, round),  # Python too rounds halves to the even number
        (tv.frac, lambda x: math.fmod(x, 1.0)),
    ],
)
def test_steps_are_those_of_python(function, oracle):
    points = [-2.5, -1.5, -1.2, -0.5, 0.0, 0.4, 0.5, 1.5, 2.5, 2.7, 1e10]
    assert function(t(points)).tolist() == [oracle(point) for point in points]


def test_round_takes_decimals():
    np.testing.assert_allclose(tv.round(t([1.234, -5.678]), decimals=2).numpy(), [1.23, -5.68])
    assert tv.round(t([1249.0, -1251.0]), decimals=-2).tolist() == [1200.0, -1300.0]


@pytest.mark.parametrize("function", STEPS)
@pytest.mark.parametrize("dtype", ["int64", "uint8", "float16", "float32"])
def test_steps_keep_the_type(function, dtype):
    assert function(tv.ones(2, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize("function", STEPS)
def test_steps_of_integers_are_copies_not_the_same_memory(function):
    x = tv.tensor([1, 2])
    function(x).fill_(9)
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("function", STEPS)
def test_steps_have_slope_zero_even_under_an_infinite_gradient(function):
    x = t([1.3, NAN], requires_grad=True)
    function(x).backward(t([INF, NAN]))
    assert x.grad.tolist() == [0.0, 0.0]


def test_the_slope_of_what_is_cut_off_is_one():
    x = t([1.3, -0.7], requires_grad=True)
    tv.frac(x).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("function", STEPS)
def test_booleans_are_refused(function):
    with pytest.raises(RuntimeError, match=r"is not defined for booleans; .*x\.int\(\)"):
        function(tv.tensor([True]))


def test_integers_have_no_decimals():
    with pytest.raises(RuntimeError, match=r"no decimals to round to \(decimals=-1\)"):
        tv.round(tv.tensor([15]), decimals=-1)
    with pytest.raises(RuntimeError, match="frac is not defined for integers"):
        tv.frac(tv.tensor([15]))
