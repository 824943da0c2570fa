from fractions import Fraction

import pytest

from tinyvision.verify.draws import draw_problems
from tinyvision.verify.problems import Attention, Convolution


@pytest.mark.parametrize("seed", range(1, 16))
def test_the_operators_agree_with_both_routes_on_whatever_is_drawn(seed):
    failed = [check for p in draw_problems(seed) for check in p.check() if not check.agrees]
    assert failed == []


def test_a_convolution_is_checked_by_both_routes_in_both_types():
    checks = Convolution("", [[[[1, 2]]]], [[[[3]]]]).check()
    assert {(check.operator, check.route, check.dtype) for check in checks} == {
        ("conv2d", route, dtype)
        for route in ("exact arithmetic", "scipy.signal.correlate2d")
        for dtype in ("float64", "float32")
    }


def test_attention_is_checked_step_by_step_and_as_a_whole():
    checks = Attention("", [[[1, 2]]], [[[3, 4], [1, 1]]], [[[5], [6]]]).check()
    found = {(check.operator, check.route) for check in checks if check.dtype == "float32"}
    assert found == {
        ("matmul", "exact arithmetic"),
        ("matmul", "scipy.signal.correlate2d"),
        ("softmax", "exact arithmetic"),
        ("softmax", "scipy.special.softmax"),
        ("attention", "exact arithmetic"),
    }


def test_whole_numbers_must_agree_exactly_in_float64():
    for check in Convolution("", [[[[1, 2]]]], [[[[3]]]]).check():
        assert check.allowed == (0 if check.dtype == "float64" else 1e-6)


def test_fractions_that_no_float_holds_agree_within_rounding():
    third = Fraction(1, 3)
    convolution = Convolution("", [[[[third, 2], [3, 4]]]], [[[[third, -third]]]], bias=[third])
    assert all(check.agrees for check in convolution.check())


@pytest.mark.parametrize("far", [40, 800, 10**4])
def test_weights_too_small_for_a_float_are_no_disagreement(far):
    problem = Attention(
        "", [[[1, 0]]], [[[0, 5], [far, 1], [-far, 2]]], [[[1, -2], [3, 4], [5, 6]]]
    )
    assert [check for check in problem.check() if not check.agrees] == []
