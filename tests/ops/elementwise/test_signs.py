"""Signs: read, copied, and the step where they change."""

import math

import numpy as np
import pytest

import tinyvision as tv

POINTS = [-2.0, -0.0, 0.0, 3.0, math.inf, -math.inf]


def test_sgn_is_sign():
    assert tv.sgn(tv.tensor(POINTS)).tolist() == tv.sign(tv.tensor(POINTS)).tolist()


def test_signbit_tells_the_two_zeros_apart():
    assert tv.signbit(tv.tensor(POINTS)).tolist() == [math.copysign(1, x) < 0 for x in POINTS]


@pytest.mark.parametrize(
    ("dtype", "expected"), [("int64", [True, False]), ("uint8", [False] * 2), ("bool", [False] * 2)]
)
def test_signbit_of_integers_is_true_below_zero(dtype, expected):
    assert tv.signbit(tv.tensor(np.array([-1, 1]).astype(dtype))).tolist() == expected


def test_copysign_is_that_of_python():
    x, y = np.meshgrid(POINTS, POINTS)
    expected = np.vectorize(math.copysign)(x, y)
    found = tv.copysign(tv.tensor(x), tv.tensor(y)).numpy()
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


def test_copysign_of_integers_is_float32():
    found = tv.copysign(tv.tensor([1, 2]), -0.0)
    assert (found.dtype, found.tolist()) == (tv.float32, [-1.0, -2.0])


def test_the_sign_that_is_copied_has_no_slope_and_zero_none_either():
    x = tv.tensor([2.0, -2.0, 0.0], requires_grad=True)
    y = tv.tensor([-1.0, -1.0, 1.0], requires_grad=True)
    tv.copysign(x, y).sum().backward()
    assert x.grad.tolist() == [-1.0, 1.0, 0.0]
    assert y.grad.tolist() == [0.0, 0.0, 0.0]


def test_heaviside_has_the_given_value_at_zero():
    x = tv.tensor([-1.0, -0.0, 0.0, 2.0, math.nan])
    assert tv.heaviside(x, tv.tensor([0.5])).tolist() == [0.0, 0.5, 0.5, 1.0, 0.0]
    assert tv.heaviside(tv.tensor([-1, 0, 1]), tv.tensor([7])).tolist() == [0, 7, 1]


def test_heaviside_has_no_gradient():
    assert not tv.heaviside(tv.ones(1, requires_grad=True), tv.ones(1)).requires_grad


def test_heaviside_refuses_types_that_differ():
    with pytest.raises(RuntimeError, match="heaviside: the two must have the same data type"):
        tv.heaviside(tv.ones(1), tv.tensor([1]))
