"""Indexing against NumPy, whose rules it follows, and what a gradient makes of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinyvision as tv
from tinyvision.ops.base import index as index_module

X = np.arange(60.0).reshape(3, 4, 5)
S = np.s_

INDICES = {
    "an integer": S[1],
    "an integer from the end": S[-1],
    "several integers": S[1, -1, 2],
    "a slice": S[1:3],
    "a slice with a step": S[:, ::2],
    "a slice backwards": S[::-1, :, 4:1:-2],
    "an empty slice": S[2:2],
    "a slice past the end": S[:, 2:99],
    "an ellipsis": S[..., 1],
    "an ellipsis in the middle": S[0, ..., 2],
    "an ellipsis that stands for nothing": S[0, 1, ..., 2],
    "nothing": S[()],
    "a new axis": S[:, None, :, 1],
    "new axes around": S[None, ..., None],
    "a list": S[[2, 0]],
    "a list after a slice": S[:, [3, 0, 3]],
    "an array": S[np.array([[0, 2], [1, 1]])],
    "a negative array": S[np.array([-1, -3])],
    "an empty list": S[[]],
    "an empty array": S[np.zeros((0, 2), int)],
    "two arrays": S[np.array([0, 1, 2]), np.array([3, 0, 3])],
    "two arrays that broadcast": S[np.array([[0], [2]]), np.array([1, 3])],
    "two arrays apart": S[np.array([0, 1]), :, np.array([4, 2])],
    "an array and an integer": S[np.array([0, 2]), 1],
    "an array and a new axis": S[np.array([0, 2]), None, 1],
    "arrays after an ellipsis": S[..., np.array([0, 1]), np.array([1, 0])],
    "a mask": X > 30,
    "a mask of nothing": X > 99,
    "a mask of the first axis": np.array([True, False, True]),
    "a mask of the first two axes": X[..., 0] > 20,
    "a mask and a slice": S[np.array([True, False, True]), 1:3],
    "a mask in the middle": S[:, np.array([True, False, True, True])],
    "a mask and an array": S[np.array([True, False, True]), np.array([1, 2])],
    "a mask and an integer": S[np.array([True, False, True]), 2],
    "True": True,
    "False": False,
    "a small unsigned integer type": S[np.array([2, 0], np.uint8)],
    "a NumPy integer": np.int64(2),
    "an array without axes": S[np.array(1), 2],
}


def as_tensors(index):
    """The index with tensors in place of arrays."""
    if isinstance(index, tuple):
        return tuple(as_tensors(part) for part in index)
    return tv.tensor(index) if isinstance(index, np.ndarray) else index


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES.keys())
def test_every_kind_of_index_picks_what_numpy_picks(index):
    for spelled in (index, as_tensors(index)):
        found = tv.tensor(X)[spelled]
        np.testing.assert_array_equal(found.numpy(), X[index])
        assert found.shape == X[index].shape


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES.keys())
def test_every_kind_of_index_takes_the_gradient_back_to_its_place(index):
    x = tv.tensor(X, requires_grad=True)
    y = x[as_tensors(index)]
    g = 1.0 + np.arange(y.numel()).reshape(y.shape)
    y.backward(tv.tensor(g))
    # Which place each element came from, found by picking the places' own numbers.
    places = np.arange(X.size).reshape(X.shape)[index]
    expected = np.zeros(X.size)
    for place, value in zip(np.ravel(places), np.ravel(g), strict=True):
        expected[place] += value
    np.testing.assert_array_equal(x.grad.numpy(), expected.reshape(X.shape))


@given(st.data())
def test_indices_drawn_at_random_pick_what_numpy_picks(data):
    shape = data.draw(hnp.array_shapes(max_dims=4, max_side=4))
    x = np.arange(float(np.prod(shape))).reshape(shape)
    index = data.draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True),
            hnp.integer_array_indices(shape),
            hnp.arrays(bool, shape),
        )
    )
    np.testing.assert_array_equal(tv.tensor(x)[index].numpy(), x[index])


def test_repeated_indices_add_up_in_the_gradient():
    x = tv.zeros(3, requires_grad=True)
    x[[0, 2, 0, 0]].backward(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    assert x.grad.tolist() == [8.0, 0.0, 2.0]


def test_float16_gradients_of_many_repeats_are_added_up_in_float32():
    x = tv.zeros(2, dtype=tv.float16, requires_grad=True)
    x[np.zeros(5000, int)].sum().backward()  # float16 counts no further than 2048 by ones
    assert x.grad.tolist() == [5000.0, 0.0]


def test_slices_are_views_and_arrays_are_copies():
    x = tv.zeros(4)
    with tv.no_grad():
        x[1:3].add_(1)
        x[tv.tensor(0)].add_(5)  # a tensor without axes counts as an integer
        x[[3]].add_(7)
    assert x.tolist() == [5.0, 1.0, 1.0, 0.0]


def test_an_index_changed_afterwards_does_not_change_the_gradient():
    x, index = tv.zeros(3, requires_grad=True), np.array([0, 0])
    y = x[index]
    index[:] = 2
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 0.0]


def test_tensors_may_stand_in_lists():
    assert tv.tensor(X)[[tv.tensor(2), tv.tensor(0)]].tolist() == X[[2, 0]].tolist()


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (S[3], r"index 3 is out of bounds for axis 0 with size 3.*shape \(3, 4, 5\)"),
        (S[-4], "index -4 is out of bounds"),
        (S[:, [4]], "index 4 is out of bounds for axis 1"),
        (S[0, 0, 0, 0], r"too many indices.*shape \(3, 4, 5\)"),
        (np.array([True, False]), r"boolean index did not match.*shape \(3, 4, 5\)"),
        (S[np.array([0, 1]), np.array([0, 1, 2])], r"shape mismatch.*shape \(3, 4, 5\)"),
        (1.5, r"an index must be an integer, got 1\.5"),
        (np.array([0.0]), r"indices must be integers or booleans, got float64; use x\.long\(\)"),
        ("a", "valid indices"),
    ],
)
def test_an_index_that_is_not_there_is_named_with_the_shape(index, message):
    with pytest.raises(IndexError, match=message):
        tv.tensor(X)[as_tensors(index)]


# -- places of what is not zero ---------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 0, 3), (2, 2, 2)])
def test_nonzero_names_the_places_in_order(shape):
    x = np.random.default_rng(0).integers(0, 2, shape)
    expected = [place for place in np.ndindex(shape) if x[place]]
    assert [tuple(row) for row in tv.nonzero(tv.tensor(x)).tolist()] == expected
    assert tv.nonzero(tv.tensor(x)).shape == (len(expected), len(shape))
    for axis, places in enumerate(tv.nonzero(tv.tensor(x), as_tuple=True)):
        assert places.tolist() == [place[axis] for place in expected]


def test_nonzero_of_a_number_is_a_row_without_columns():
    assert tv.nonzero(tv.tensor(3.0)).shape == (1, 0)
    assert tv.nonzero(tv.tensor(0.0)).shape == (0, 0)
    assert [places.tolist() for places in tv.nonzero(tv.tensor(3.0), as_tuple=True)] == [[0]]


# -- one-hot ----------------------------------------------------------------------------------

one_hot = tv.nn.functional.one_hot


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)])
def test_one_hot_rows_have_a_one_at_the_place_named(shape):
    labels = np.random.default_rng(0).integers(0, 5, shape)
    found = one_hot(tv.tensor(labels), 6)
    assert (found.shape, found.dtype) == ((*shape, 6), tv.int64)
    for place in np.ndindex(shape):
        assert found.numpy()[place].tolist() == [int(c == labels[place]) for c in range(6)]


def test_one_hot_finds_the_number_of_classes():
    assert one_hot(tv.tensor([0, 4])).shape == (2, 5)


@pytest.mark.parametrize(
    ("labels", "classes", "error", "message"),
    [
        ([0.0], 3, TypeError, r"one_hot needs integers, got float32; use labels\.long\(\)"),
        ([-1], 3, ValueError, "the label -1 is below 0"),
        ([3], 3, ValueError, "the label 3 needs num_classes of at least 4, got 3"),
        (np.zeros(0, int), -1, ValueError, "no labels to find num_classes from"),
        ([0], 0, ValueError, "num_classes must be at least 1, got 0"),
        (np.zeros(0, int), -2, ValueError, "num_classes must be at least 1"),
    ],
)
def test_labels_that_do_not_fit_are_named(labels, classes, error, message):
    with pytest.raises(error, match=message):
        one_hot(tv.tensor(labels), classes)


# -- integers beside arrays ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (S[1, :, np.array([4, 2])], X[1][:, [4, 2]]),
        (S[np.array([2, 0]), :, 1], X[[2, 0]][:, :, 1]),
        (S[1, None, np.array([3, 0])], X[1][None, [3, 0]]),
        (S[0, ..., np.array([[0, 1], [2, 3]])], X[0][:, [[0, 1], [2, 3]]]),
        (S[1, :, np.array([True, False, False, False, True])], X[1][:, [0, 4]]),
    ],
)
def test_an_integer_picks_a_slice_before_an_array_apart_from_it_is_looked_at(index, expected):
    """As in torch; NumPy would put the array's axis in front."""
    np.testing.assert_array_equal(tv.tensor(X)[as_tensors(index)].numpy(), expected)


def test_such_an_index_stores_and_takes_the_gradient_back():
    x = tv.tensor(X, requires_grad=True)
    y = x.clone()
    y[1, :, [4, 2]] = tv.zeros(4, 2, dtype=tv.float64)
    expected = X.copy()
    expected[1][:, [4, 2]] = 0.0
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), (expected != 0) | (X == 0))


@pytest.mark.parametrize(
    "index",
    [np.array([0, 2, 0]), np.array([[0, 1], [1, 0]]), S[:, np.array([1, 1, 0])], S[..., [2, 2]]],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_both_ways_of_adding_at_an_index_agree(index, dtype):
    """Many values are added by numbering the places, few by NumPy alone."""
    x = np.zeros((3, 2, 3), dtype)
    g = np.random.default_rng(0).integers(-9, 9, x[index].shape).astype(dtype)
    expected = x.copy()
    np.add.at(expected, index, g)
    np.testing.assert_array_equal(index_module.added_at(x.shape, index, g), expected)


def test_argwhere_is_nonzero_by_rows():
    assert tv.argwhere(tv.tensor([[0, 3], [2, 0]])).tolist() == [[0, 1], [1, 0]]
