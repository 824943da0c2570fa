"""Comparison and logic."""

import math
import operator

import numpy as np
import pytest

import tinyvision as tv

X, Y = [1.0, 2.0, 3.0, math.nan, math.inf], [2.0, 2.0, 2.0, math.nan, math.inf]


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_are_those_of_python(name):
    compare = getattr(operator, name)
    expected = [compare(x, y) for x, y in zip(X, Y, strict=True)]
    assert getattr(tv, name)(tv.tensor(X), tv.tensor(Y)).tolist() == expected
    assert compare(tv.tensor(X), tv.tensor(Y)).tolist() == expected
    assert compare(tv.tensor(X), 2).tolist() == [compare(x, 2) for x in X]
    assert compare(2, tv.tensor(X)).tolist() == [compare(2, x) for x in X]


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("logical_and", lambda x, y: bool(x) and bool(y)),
        ("logical_or", lambda x, y: bool(x) or bool(y)),
        ("logical_xor", lambda x, y: bool(x) != bool(y)),
    ],
)
def test_logic_takes_anything_but_zero_for_true(name, oracle):
    x, y = [0.0, 0.5, 0.0, -2.0], [0, 0, 3, 1]
    found = getattr(tv, name)(tv.tensor(x), tv.tensor(y))
    assert found.tolist() == [oracle(a, b) for a, b in zip(x, y, strict=True)]
    assert found.dtype == tv.bool


def test_logical_not_is_true_where_zero():
    assert tv.logical_not(tv.tensor([0.0, -0.0, 0.5])).tolist() == [True, True, False]


def test_comparisons_broadcast():
    assert (tv.arange(3).reshape(3, 1) < tv.arange(3)).tolist() == (
        [[i < j for j in range(3)] for i in range(3)]
    )


def test_comparisons_have_no_gradient():
    assert not (tv.ones(2, requires_grad=True) > 0).requires_grad


def test_a_number_outside_the_type_compares_unequal_rather_than_failing():
    assert (tv.tensor([1], dtype=tv.uint8) == 300).tolist() == [False]
    assert (tv.tensor([1], dtype=tv.uint8) < 300).tolist() == [True]


def test_large_integers_are_compared_exactly():
    assert (tv.tensor([2**53 + 1]) == tv.tensor([2**53])).tolist() == [False]


@pytest.mark.parametrize("name", ["eq", "lt", "logical_and", "bitwise_or"])
def test_shapes_that_cannot_be_combined_are_named(name):
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\) cannot be combined"):
        getattr(tv, name)(tv.ones(2, dtype=tv.int64), tv.ones(3, dtype=tv.int64))


def test_other_things_are_unequal_by_identity():
    assert (tv.ones(1) == "a") is False
    assert (tv.ones(1) != None) is True  # noqa: E711 - the operator is what is tested


def test_numpy_arrays_may_stand_on_either_side():
    assert (np.array([1.0, 3.0]) < tv.tensor([2.0, 2.0])).tolist() == [True, False]


# -- membership -------------------------------------------------------------------------------


@pytest.mark.parametrize("invert", [False, True])
def test_isin_asks_of_every_element_whether_it_is_among_the_others(invert):
    elements, among = [[1, 5], [3, 3]], [3, 1, 7]
    expected = [[(x in among) != invert for x in row] for row in elements]
    found = tv.isin(tv.tensor(elements), tv.tensor(among), invert=invert)
    assert found.tolist() == expected
    assert found.dtype == tv.bool


def test_isin_takes_a_number_on_either_side_in_the_type_of_the_tensor():
    x = tv.tensor([0.1, 0.2])  # 0.1 as float32 is not 0.1 as float64
    assert tv.isin(x, 0.1).tolist() == [True, False]
    assert tv.isin(0.1, x).tolist() is True
    assert tv.isin(tv.tensor([1, 2]), 1.5).tolist() == [False, False]


def test_isin_finds_no_nan():
    assert tv.isin(tv.tensor([math.nan]), tv.tensor([math.nan])).tolist() == [False]


def test_isin_refuses_booleans_and_two_numbers():
    with pytest.raises(RuntimeError, match=r"isin: booleans.*x\.int\(\)"):
        tv.isin(tv.tensor([True]), tv.tensor([True]))
    with pytest.raises(TypeError, match="expected a tensor, got int and int"):
        tv.isin(1, 2)


def test_the_long_names_are_the_short_ones():
    for long, short in {
        "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le", "not_equal": "ne",
    }.items():  # fmt: skip
        assert getattr(tv, long) is getattr(tv, short)
