"""Different elements against NumPy and loops."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinyvision as tv

small = hnp.arrays(
    np.int64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.integers(0, 2)
)


@given(small)
def test_the_different_elements_are_numpys(x):
    found = tv.unique(tv.tensor(x), return_inverse=True, return_counts=True)
    expected = np.unique(x, return_inverse=True, return_counts=True)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.numpy(), other)


@given(small, st.data())
def test_the_different_slices_are_numpys(x, data):
    dim = data.draw(st.integers(0, x.ndim - 1))
    found = tv.unique(tv.tensor(x), return_inverse=True, return_counts=True, dim=dim)
    expected = np.unique(x, return_inverse=True, return_counts=True, axis=dim)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.numpy(), np.asarray(other).reshape(one.shape))


@given(st.lists(st.integers(0, 2)))
def test_runs_are_those_of_itertools(values):
    runs = [(key, len(list(run))) for key, run in itertools.groupby(values)]
    x = tv.tensor(np.asarray(values, np.int64))
    found, inverse, counts = tv.unique_consecutive(x, return_inverse=True, return_counts=True)
    assert list(zip(found.tolist(), counts.tolist(), strict=True)) == runs
    assert [found.tolist()[place] for place in inverse.tolist()] == values


def test_runs_of_slices_are_found_along_an_axis():
    x = tv.tensor([[1, 1, 2], [3, 3, 3]])
    assert tv.unique_consecutive(x, dim=1).tolist() == [[1, 2], [3, 3]]


def test_nan_differs_from_nan():
    found, counts = tv.unique(tv.tensor([math.nan, 1.0, math.nan]), return_counts=True)
    assert counts.tolist() == [1, 1, 1]
    assert math.isnan(found[2].item())


def test_a_number_is_one_element():
    assert tv.unique(tv.tensor(3.0)).tolist() == [3.0]


@pytest.mark.parametrize("function", [tv.unique, tv.unique_consecutive])
def test_slices_without_elements_are_refused(function):
    with pytest.raises(RuntimeError, match=r"slices of shape \(0,\) have no elements"):
        function(tv.zeros(0, 3), dim=1)
    assert function(tv.zeros(0, 3), dim=0).shape == (0, 3)
