import math
from fractions import Fraction

import pytest

import tinyvision as tv
from tinyvision.verify.compare import allowance, compare


def one(ours, theirs, size=None, allowed=1e-12, dtype=tv.float64):
    tensor = tv.tensor(ours, dtype=dtype)
    return compare("op", "problem", tensor, {"route": theirs}, size or theirs, allowed)[0]


def test_equal_numbers_differ_by_nothing():
    check = one([[1.0, 2.0]], [[1, 2]], allowed=0.0)
    assert check.difference == 0
    assert check.agrees


def test_the_largest_difference_is_reported_with_its_place_and_both_numbers():
    check = one([[1.0, 2.5], [4.0, 3.0]], [[1, 2], [3, 3]])
    assert (check.ours, check.theirs, check.place) == (4.0, 3.0, "at [1, 0]")
    assert check.difference == pytest.approx(1 / 3)
    assert not check.agrees


def test_a_difference_smaller_than_a_float_can_hold_is_seen():
    assert one([0.1], [Fraction(1, 10)]).difference == pytest.approx(5.6e-17, rel=0.02)


def test_a_difference_is_a_part_of_the_size():
    assert one([1.0], [0], size=[4]).difference == 0.25


@pytest.mark.parametrize("difference", [0.0, 1e-3])
def test_where_the_size_is_zero_the_difference_itself_counts(difference):
    assert one([difference], [0]).difference == difference


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_never_agrees(bad):
    check = one([1.0, bad], [1, 2], allowed=1e300)
    assert not check.agrees
    assert check.theirs == 2


def test_an_answer_of_another_shape_never_agrees():
    check = one([1.0, 2.0], [[1], [2]], allowed=1e300)
    assert not check.agrees
    assert check.place == "an answer of shape (2,) instead of (2, 1)"


def test_a_difference_too_large_for_a_float_is_no_error():
    assert not one([1e300], [Fraction(1, 10**300)]).agrees


@pytest.mark.parametrize(("part", "agrees"), [(0.9e-12, True), (1.1e-12, False)])
def test_the_limit_is_the_limit(part, agrees):
    assert one([1 + part], [1]).agrees is agrees


@pytest.mark.parametrize(
    ("dtype", "number", "allowed"),
    [
        ("float64", Fraction(3), 0.0),
        ("float64", Fraction(1, 2), 1e-12),
        ("float32", Fraction(3), 1e-6),
    ],
)
def test_only_whole_numbers_in_float64_must_be_exact(dtype, number, allowed):
    assert allowance(dtype, [[number], [Fraction(7)]]) == allowed
