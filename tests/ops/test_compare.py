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


@pytest.mark.parametrize("name", ["and_", "or_", "xor"])
def test_bits_are_combined_as_python_does(name):
    combine = getattr(operator, name)
    x, y = [6, 3, 12, 0], [5, 3, 10, 7]
    expected = [combine(a, b) for a, b in zip(x, y, strict=True)]
    assert combine(tv.tensor(x), tv.tensor(y)).tolist() == expected
    assert combine(tv.tensor([True, False]), tv.tensor([True, True])).dtype == tv.bool


def test_the_bits_of_an_integer_are_inverted_and_a_mask_negated():
    assert (~tv.tensor([0, 5])).tolist() == [~0, ~5]
    assert (~tv.tensor([True, False])).tolist() == [False, True]


@pytest.mark.parametrize("combine", [operator.and_, operator.or_, operator.xor])
def test_floats_have_no_bits_to_combine(combine):
    with pytest.raises(TypeError, match="needs integers or booleans, got float32"):
        combine(tv.tensor([1.0]), tv.tensor([1]))
    with pytest.raises(TypeError, match=r"needs integers or booleans, got 1\.5"):
        combine(tv.tensor([1]), 1.5)


def test_floats_cannot_be_inverted():
    with pytest.raises(TypeError, match="bitwise_not needs integers or booleans, got float32"):
        ~tv.tensor([1.0])


def test_nan_and_infinities_are_told_apart():
    x = tv.tensor([math.nan, math.inf, -math.inf, 1.0])
    assert tv.isnan(x).tolist() == [True, False, False, False]
    assert tv.isinf(x).tolist() == [False, True, True, False]
    assert tv.isfinite(x).tolist() == [False, False, False, True]


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
