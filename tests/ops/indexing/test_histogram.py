"""Counting and searching against NumPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


def test_integers_are_counted():
    assert tv.bincount(t([1, 3, 3])).tolist() == [0, 1, 0, 2]
    assert tv.bincount(t(np.zeros(0, int)), minlength=2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("dtype", "answer"), [("float32",) * 2, ("float64",) * 2, ("int64", "float64")]
)
def test_weights_are_added_up(dtype, answer):
    found = tv.bincount(t([0, 2, 2]), t([1, 2, 3], dtype=dtype))
    assert found.tolist() == [1.0, 0.0, 5.0]
    assert found.dtype == answer


@pytest.mark.parametrize("bounds", [(-1.0, 2.0), (0.0, 0.0), (5.0, 5.0)])
def test_histograms_are_numpys(bounds):
    x = np.random.default_rng(0).normal(size=500)
    span = (x.min(), x.max()) if bounds[0] == bounds[1] else bounds
    found = tv.histc(t(x), 7, *bounds)
    np.testing.assert_array_equal(found.numpy(), np.histogram(x, 7, span)[0])


def test_nan_falls_into_no_bin_and_the_last_bin_holds_the_largest():
    assert tv.histc(t([0.0, math.nan, 1.0]), 2, 0, 1).tolist() == [1.0, 1.0]


def test_equal_numbers_have_a_histogram_around_them():
    assert tv.histc(t([3.0, 3.0]), 4).tolist() == [0.0, 0.0, 2.0, 0.0]


numbers = st.lists(st.integers(-3, 3).map(float), max_size=6)


@given(numbers, numbers, st.booleans())
def test_insertion_places_are_numpys(sequence, wanted, right):
    ordered = np.sort(np.asarray(sequence, float))
    found = tv.searchsorted(t(ordered), t(np.asarray(wanted, float)), right=right)
    expected = np.searchsorted(ordered, wanted, "right" if right else "left")
    np.testing.assert_array_equal(found.numpy(), expected)
    np.testing.assert_array_equal(
        tv.bucketize(t(np.asarray(wanted, float)), t(ordered), right=right).numpy(), expected
    )


def test_each_row_is_searched_in_its_own_sequence():
    rng = np.random.default_rng(0)
    rows, wanted = np.sort(rng.normal(size=(2, 3, 8))), rng.normal(size=(2, 3, 5))
    found = tv.searchsorted(t(rows), t(wanted)).numpy()
    for place in np.ndindex(2, 3):
        np.testing.assert_array_equal(found[place], np.searchsorted(rows[place], wanted[place]))


def test_a_sorter_stands_for_the_sorted_sequence():
    x = np.random.default_rng(0).normal(size=9)
    found = tv.searchsorted(t(x), t([0.0, 0.5]), sorter=t(np.argsort(x)))
    np.testing.assert_array_equal(found.numpy(), np.searchsorted(np.sort(x), [0.0, 0.5]))


def test_no_number_is_beyond_nan():
    assert tv.searchsorted(t([1.0, 2.0]), math.nan).item() == 2


def test_places_come_as_int32_if_wanted():
    found = tv.searchsorted(t([1.0, 2.0]), 2.0, out_int32=True, side="right")
    assert (found.dtype, found.item()) == (tv.int32, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.bincount(t([0.5])), "vector of integers not below 0, got float64"),
        (lambda: tv.bincount(t([-1])), "with -1 in it"),
        (lambda: tv.bincount(t([[1]])), r"of shape \(1, 1\)"),
        (lambda: tv.bincount(t([1]), minlength=-1), "minlength must be at least 0, got -1"),
        (lambda: tv.bincount(t([1]), t([1.0, 2.0])), r"weights of shape \(2,\) for \(1,\) numbers"),
        (lambda: tv.histc(t([1])), "histc needs floats, got int64"),
        (lambda: tv.histc(t([1.0]), 0), "bins must be above 0, got 0"),
        (lambda: tv.histc(t([1.0]), 3, 2, 1), "max must be above min, got min=2, max=1"),
        (lambda: tv.histc(t([math.inf])), "is not finite; give min and max"),
        (lambda: tv.searchsorted(t([1.0]), t([1])), "is float64, the input int64"),
        (lambda: tv.searchsorted(t([1.0]), 1.0, side="up"), "must be 'left' or 'right', got 'up'"),
        (
            lambda: tv.searchsorted(t([1.0]), 1.0, side="left", right=True),
            "contradicts right=True",
        ),
        (lambda: tv.searchsorted(tv.tensor(1.0), 1.0), "at least one axis"),
        (lambda: tv.searchsorted(t([[1.0]]), t([1.0])), "must agree in all axes but the last"),
        (lambda: tv.searchsorted(t([1.0]), 1.0, sorter=t([0, 1])), "sorter must be int64 of"),
        (lambda: tv.searchsorted(t([1.0]), 1.0, sorter=t([1])), r"names places 1\.\.1"),
        (lambda: tv.bucketize(t([1.0]), t([[1.0]])), "boundaries must have one axis"),
    ],
)
def test_what_cannot_be_counted_or_searched_is_named(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()
