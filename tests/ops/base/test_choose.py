"""where, maximum, minimum, clamp, sign and abs."""

import math

import numpy as np
import pytest

import tinyvision as tv

NAN, INF = math.nan, math.inf


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


def slopes(function, *values):
    """The gradients of the sum of the answer with respect to each value."""
    leaves = [t(value, requires_grad=True) for value in values]
    function(*leaves).sum().backward()
    return [leaf.grad.tolist() for leaf in leaves]


# -- signs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "oracle"), [(tv.abs, abs), (tv.sign, lambda x: (x > 0) - (x < 0))]
)
def test_signs_and_sizes_are_those_of_python(function, oracle):
    points = [-2.5, -0.5, 0.0, 0.4, 2.7, 1e10]
    assert function(t(points)).tolist() == [oracle(point) for point in points]


@pytest.mark.parametrize("function", [tv.sign, tv.abs])
@pytest.mark.parametrize("dtype", ["int64", "uint8", "float16", "float32"])
def test_signs_and_sizes_keep_the_type(function, dtype):
    assert function(tv.ones(2, dtype=dtype)).dtype == dtype


def test_a_boolean_is_its_own_sign_and_has_no_size():
    assert tv.sign(tv.tensor([True, False])).tolist() == [True, False]
    with pytest.raises(RuntimeError, match=r"abs is not defined for booleans.*x\.int\(\)"):
        tv.abs(tv.tensor([True]))


def test_the_sign_has_slope_zero_even_under_an_infinite_gradient():
    x = t([1.3, NAN], requires_grad=True)
    tv.sign(x).backward(t([INF, NAN]))
    assert x.grad.tolist() == [0.0, 0.0]


def test_the_slope_of_abs_at_zero_is_zero():
    assert slopes(tv.abs, [-3.0, 0.0, 2.0]) == [[-1.0, 0.0, 1.0]]


# -- where ------------------------------------------------------------------------------------


def test_where_chooses_element_by_element_and_broadcasts():
    condition = np.array([[True], [False]])
    x, y = np.array([1.0, 2.0, 3.0]), np.array([[10.0], [20.0]])
    expected = [[1.0, 2.0, 3.0], [20.0, 20.0, 20.0]]
    assert tv.where(tv.tensor(condition), t(x), t(y)).tolist() == expected


def test_where_takes_numbers():
    condition = tv.tensor([True, False])
    assert tv.where(condition, t([1.0, 2.0]), 0.0).tolist() == [1.0, 0.0]
    both = tv.where(condition, 1.0, 0.0)
    assert (both.dtype, both.tolist()) == (tv.float32, [1.0, 0.0])
    assert tv.where(condition, 1, 0).dtype == tv.int64


def test_what_where_does_not_choose_gets_exactly_no_gradient():
    """The usual trap: an infinite slope on the side not chosen."""
    x = t([0.0, 4.0], requires_grad=True)
    tv.where(x > 0, tv.sqrt(tv.where(x > 0, x, 1.0)), 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]


def test_where_alone_gives_the_places():
    rows, columns = tv.where(tv.tensor([[True, False], [False, True]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [0, 1])


def test_where_refuses_a_condition_that_is_not_boolean():
    with pytest.raises(TypeError, match="where needs a boolean condition, got int64; use x != 0"):
        tv.where(tv.tensor([1, 0]), t([1.0, 2.0]), 0.0)


def test_where_names_the_axis_of_a_condition_that_does_not_fit():
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\) cannot be combined"):
        tv.where(tv.tensor([True, False]), tv.ones(3), tv.zeros(3))


# -- the larger and the smaller ---------------------------------------------------------------


def test_maximum_and_minimum_choose_as_python_does():
    x, y = [1.0, 5.0, -2.0], [3.0, 2.0, -2.5]
    assert tv.maximum(t(x), t(y)).tolist() == [max(pair) for pair in zip(x, y, strict=True)]
    assert tv.minimum(t(x), t(y)).tolist() == [min(pair) for pair in zip(x, y, strict=True)]


@pytest.mark.parametrize("function", [tv.maximum, tv.minimum])
def test_nan_wins_on_either_side(function):
    assert np.isnan(function(t([NAN, 1.0]), t([1.0, NAN])).numpy()).all()


@pytest.mark.parametrize("function", [tv.maximum, tv.minimum])
def test_a_tie_shares_the_gradient_by_halves(function):
    assert slopes(function, [1.0], [1.0]) == [[0.5], [0.5]]


@pytest.mark.parametrize("function", [tv.maximum, tv.minimum])
def test_a_tie_with_a_broadcast_operand_still_adds_up_to_one_each(function):
    x, y = slopes(function, [[1.0], [1.0]], [1.0, 1.0])
    assert np.sum(x) + np.sum(y) == 4.0


@pytest.mark.parametrize(
    ("function", "expected"), [(tv.fmax, [3.0, 5.0, 2.0, 2.0]), (tv.fmin, [1.0, 2.0, 2.0, 2.0])]
)
def test_fmax_and_fmin_pass_over_nan(function, expected):
    found = function(t([1.0, 5.0, NAN, 2.0]), t([3.0, 2.0, 2.0, NAN]))
    assert found.tolist() == expected
    assert math.isnan(function(t([NAN]), t([NAN])).item())


@pytest.mark.parametrize("function", [tv.fmax, tv.fmin])
def test_of_a_tie_the_first_has_the_whole_gradient_of_fmax_and_fmin(function):
    assert slopes(function, [1.0], [1.0]) == [[1.0], [0.0]]


# -- clamp ------------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", [(-1.0, 1.0), (None, 0.5), (0, None), (1.0, -1.0)])
def test_clamp_limits_from_below_then_from_above(limits):
    points = np.array([-3.0, -1.0, 0.2, 1.0, 9.0])
    low, high = limits
    expected = [
        min(max(p, -INF if low is None else low), INF if high is None else high) for p in points
    ]
    assert tv.clamp(t(points), *limits).tolist() == expected
    as_tensors = [None if limit is None else t([limit]) for limit in limits]
    assert tv.clamp(t(points), *as_tensors).tolist() == expected


def test_clamp_lets_the_gradient_through_at_the_limits_but_not_beyond():
    points = [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert slopes(lambda x: tv.clamp(x, -1, 1), points) == [[0.0, 1.0, 1.0, 1.0, 0.0]]
    assert slopes(lambda x: tv.clamp(x, t([-1.0]), t([1.0])), points) == [[0.0, 1.0, 1.0, 1.0, 0.0]]


def test_the_limit_gets_the_gradient_of_what_it_limits():
    assert slopes(lambda x, low: tv.clamp(x, min=low), [-2.0, 3.0], [0.0]) == [[0.0, 1.0], [1.0]]


def test_clamp_lets_nan_through_and_gives_it_no_slope():
    x = t([NAN, 0.5], requires_grad=True)
    y = tv.clamp(x, 0, 1)
    assert math.isnan(y[0].item())
    y.backward(t([INF, 1.0]))
    assert x.grad.tolist() == [0.0, 1.0]


def test_clamp_keeps_float32_whatever_kind_of_number_limits_it():
    for low in (0, 0.0, np.float64(0.0), np.float32(0.0)):
        assert tv.clamp(tv.ones(2), low).dtype == tv.float32


def test_clamp_of_integers_by_fractions_is_float32():
    found = tv.clamp(tv.tensor([1, 5]), max=2.5)
    assert (found.dtype, found.tolist()) == (tv.float32, [1.0, 2.5])
    assert tv.clamp(tv.tensor([1, 5]), max=2).dtype == tv.int64


def test_clamp_without_limits_is_refused():
    with pytest.raises(ValueError, match="clamp needs min or max"):
        tv.clamp(tv.ones(2))


def test_clamp_refuses_what_is_no_limit():
    with pytest.raises(TypeError, match="a limit must be a number or a tensor, got 'a'"):
        tv.clamp(tv.ones(2), "a")


def test_clamp_min_and_clamp_max_limit_one_side():
    points = [-3.0, 0.2, 9.0]
    assert tv.clamp_min(t(points), 0).tolist() == [0.0, 0.2, 9.0]
    assert tv.clamp_max(t(points), t([1.0])).tolist() == [-3.0, 0.2, 1.0]


def test_clamp_refuses_what_is_no_tensor():
    with pytest.raises(TypeError, match="clamp needs a tensor, got 2"):
        tv.clamp_min(2, 3)
