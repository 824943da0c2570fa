"""Which rows of a gradient count."""

import numpy as np
import pytest

from tinyvision.ops.base.rows import last_row_that_counts, rows_that_count

NAN_IS_SOMETHING = np.array([[0.0], [np.nan], [0.0], [0.0], [0.0]])


def slope_of(*marks):
    """Rows of two numbers, (P, 2), of which the marked ones have one that is not 0."""
    slope = np.zeros((len(marks), 2))
    slope[:, 1] = marks
    return slope


def test_the_rows_that_are_not_all_zero_are_numbered():
    np.testing.assert_array_equal(rows_that_count(slope_of(0, 1, 0, -1, 0)), [1, 3])
    np.testing.assert_array_equal(rows_that_count(NAN_IS_SOMETHING), [1])


@pytest.mark.parametrize(
    "slope",
    [slope_of(0, 0, 1), slope_of(1, 1, 0), np.zeros((0, 2))],
    ids=["the last one counts", "most count", "no rows"],
)
def test_where_most_rows_count_or_the_last_one_nothing_is_looked_for(slope):
    assert rows_that_count(slope) is None


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_beside_something_infinite_every_row_counts(value):
    slope, other = slope_of(1, 0, 0, 0), np.array([1.0, value])
    assert rows_that_count(slope, np.ones(3), other) is None
    assert last_row_that_counts(slope, np.ones(3), other) == 4


def test_the_last_row_that_counts_is_that_of_any_matrix():
    slope = np.stack([slope_of(0, 1, 0, 0), slope_of(1, 0, 0, 0)])
    assert last_row_that_counts(slope) == 2
    assert last_row_that_counts(slope_of(0, 0, 1)) == 3
    assert last_row_that_counts(slope_of(0, 0, 0)) == 0
    assert last_row_that_counts(np.zeros((3, 0, 2))) == 0
