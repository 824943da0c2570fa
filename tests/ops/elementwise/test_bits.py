"""Bits of integers and booleans."""

import operator

import pytest

import tinyvision as tv


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


# -- shifts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [operator.lshift, operator.rshift])
def test_shifts_are_those_of_python(shift):
    x, by = [6, 1, -13, 0], [2, 0, 1, 5]
    expected = [shift(a, b) for a, b in zip(x, by, strict=True)]
    assert shift(tv.tensor(x), tv.tensor(by)).tolist() == expected
    assert shift(tv.tensor(x), 2).tolist() == [shift(a, 2) for a in x]
    assert shift(12, tv.tensor(by)).tolist() == [shift(12, b) for b in by]


def test_bits_shifted_out_are_lost_and_the_sign_shifted_in_stays():
    assert (tv.tensor([4, -4]) << 70).tolist() == [0, 0]
    assert (tv.tensor([4, -4]) >> 70).tolist() == [0, -1]
    assert (tv.tensor([200], dtype=tv.uint8) << 1).tolist() == [144]


@pytest.mark.parametrize("shift", [operator.lshift, operator.rshift])
def test_shifts_refuse_floats_and_two_booleans(shift):
    with pytest.raises(TypeError, match="needs integers or booleans, got float32"):
        shift(tv.tensor([1.0]), tv.tensor([1]))
    with pytest.raises(RuntimeError, match="not defined for two booleans"):
        shift(tv.tensor([True]), tv.tensor([True]))
