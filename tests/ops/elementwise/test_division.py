"""Division: quotients, rounded or not, and remainders."""

import math

import numpy as np
import pytest

import tinyvision as tv

X = np.array([[-2.5, -1.0, 0.5], [3.0, 0.25, 7.0]])
Y = np.array([[1.5, -2.0, 4.0]])


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (tv.div, lambda x, y: x / y),
        (tv.floor_divide, lambda x, y: math.floor(x / y)),
        (tv.remainder, lambda x, y: x - y * math.floor(x / y)),
        (tv.fmod, math.fmod),
    ],
)
def test_two_operands_give_what_python_gives_number_by_number(function, formula):
    expected = [[formula(x, y) for x, y in zip(row, Y[0], strict=True)] for row in X]
    np.testing.assert_allclose(function(t(X), t(Y)).numpy(), expected, rtol=1e-15)


def test_division_modes_round_to_zero_or_down():
    x = t([7.0, -7.0, 7.0, -7.0])
    y = t([2.0, 2.0, -2.0, -2.0])
    assert tv.div(x, y, rounding_mode="trunc").tolist() == [3, -3, -3, 3]
    assert tv.div(x, y, rounding_mode="floor").tolist() == [3, -4, -4, 3]


def test_truncating_division_of_large_integers_is_exact():
    big = 2**53 + 1  # float64 has no such number
    x = tv.tensor([big, -big, -6])
    assert tv.div(x, tv.tensor([1, 1, 3]), rounding_mode="trunc").tolist() == [big, -big, -2]


def test_truncating_division_of_integers_by_a_float_is_a_float():
    found = tv.div(tv.tensor([7, -7]), 2.5, rounding_mode="trunc")
    assert (found.dtype, found.tolist()) == (tv.float32, [2.0, -2.0])


def test_remainder_has_the_sign_of_the_divisor():
    assert tv.remainder(t([7.0, -7.0, 7.0, -7.0]), t([3.0, 3.0, -3.0, -3.0])).tolist() == [
        1,
        2,
        -2,
        -1,
    ]


def test_floats_divided_by_zero_are_infinite_or_nan():
    for function in (tv.div, tv.floor_divide):
        np.testing.assert_array_equal(
            function(t([1.0, -1.0, 0.0]), 0.0).numpy(), [np.inf, -np.inf, np.nan]
        )
    assert np.isnan(tv.remainder(t([1.0]), 0.0).item())


@pytest.mark.parametrize("function", [tv.floor_divide, tv.remainder, tv.fmod])
def test_integers_divided_by_zero_are_refused(function):
    with pytest.raises(RuntimeError, match="divided by zero"):
        function(tv.tensor([1, 2]), tv.tensor([1, 0]))


def test_an_unknown_rounding_mode_is_refused():
    with pytest.raises(
        ValueError, match="rounding_mode must be None, 'trunc' or 'floor', got 'up'"
    ):
        tv.div(t([1.0]), 2, rounding_mode="up")


def test_fmod_has_the_sign_of_the_dividend():
    for x, y in [(7, 3), (-7, 3), (7, -3), (-7, -3)]:
        assert tv.fmod(tv.tensor([x]), y).tolist() == [math.fmod(x, y)]
        assert tv.fmod(t([x]), y).tolist() == [math.fmod(x, y)]


def test_quotients_are_added():
    x, y, z = t([1.0, 2.0]), t([3.0]), t([4.0, 6.0])
    assert tv.addcdiv(x, y, z, value=2).tolist() == [2.5, 3.0]


def test_quotients_of_integers_are_not_added():
    with pytest.raises(RuntimeError, match=r"addcdiv is not defined for integers.*x\.float\(\)"):
        tv.addcdiv(tv.ones(1), tv.tensor([2]), tv.tensor([3]))
