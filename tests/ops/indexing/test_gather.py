"""Picking along one axis, and by a mask, against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4, 2))


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


def at(place, axis, i):
    """The place with another number along one axis."""
    return (*place[:axis], i, *place[axis + 1 :])


def naive_gather(x, axis, index):
    out = np.empty(index.shape)
    for place in np.ndindex(index.shape):
        out[place] = x[at(place, axis, index[place])]
    return out


def naive_scatter_add(x, axis, index, src):
    out = x.copy()
    for place in np.ndindex(index.shape):
        out[at(place, axis, index[place])] += src[place]
    return out


@st.composite
def axes_and_indices(draw):
    """An axis, and places along it in an index no larger than X elsewhere."""
    axis = draw(st.integers(0, 2))
    sizes = [draw(st.integers(0, size)) for size in X.shape]
    sizes[axis] = draw(st.integers(0, 6))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    return axis, rng.integers(0, X.shape[axis], sizes)


@given(axes_and_indices())
def test_gather_picks_along_the_axis(drawn):
    axis, index = drawn
    expected = naive_gather(X, axis, index)
    for dim in (axis, axis - 3):
        np.testing.assert_array_equal(tv.gather(t(X), dim, t(index)).numpy(), expected)


@given(axes_and_indices())
def test_scatter_add_adds_up_what_meets_at_one_place(drawn):
    axis, index = drawn
    src = np.random.default_rng(0).normal(size=tuple(size + 1 for size in index.shape))
    found = tv.scatter_add(t(X), axis, t(index), t(src)).numpy()
    np.testing.assert_allclose(found, naive_scatter_add(X, axis, index, src), rtol=1e-12)


def test_scatter_add_leaves_its_input_as_it_is():
    x = tv.zeros(3)
    tv.scatter_add(x, 0, t([0, 0]), tv.ones(2))
    assert x.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("index", [[0, 1, 1], [], 1])
def test_index_select_takes_whole_slices(axis, index):
    expected = np.take(X, np.atleast_1d(np.asarray(index, int)), axis)
    found = tv.index_select(t(X), axis, t(np.asarray(index, int)))
    np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize("shape", [(3, 5, 2), (1, 5, 2), (3, 5, 1), (1, 1, 1)])
def test_take_along_dim_broadcasts_the_other_axes(shape):
    index = np.random.default_rng(0).integers(0, 4, shape)
    wide = np.broadcast_to(index, (3, shape[1], 2))
    expected = naive_gather(X, 1, wide)
    np.testing.assert_array_equal(tv.take_along_dim(t(X), t(index), 1).numpy(), expected)


def test_take_along_dim_broadcasts_the_input_too():
    x, index = X[:1], np.random.default_rng(0).integers(0, 4, (5, 2, 2))
    expected = naive_gather(np.broadcast_to(x, (5, 4, 2)), 1, index)
    np.testing.assert_array_equal(tv.take_along_dim(t(x), t(index), 1).numpy(), expected)


def test_take_along_dim_without_an_axis_takes_from_the_flat_tensor():
    found = tv.take_along_dim(t(X), t([[5, 0], [23, 5]]))
    assert found.tolist() == X.ravel()[[5, 0, 23, 5]].tolist()


def test_the_index_of_a_sort_takes_the_sorted():
    x = t(X)
    found = tv.take_along_dim(x, x.argsort(1), 1).numpy()
    np.testing.assert_array_equal(found, np.sort(X, axis=1))


# -- by a mask --------------------------------------------------------------------------------


@pytest.mark.parametrize("mask_shape", [(3, 4, 2), (4, 2), (2,), (3, 1, 1), ()])
def test_masked_select_takes_in_order_and_broadcasts(mask_shape):
    mask = np.asarray(np.random.default_rng(1).integers(0, 2, mask_shape), bool)
    wide = np.broadcast_to(mask, X.shape)
    expected = [X[place] for place in np.ndindex(X.shape) if wide[place]]
    assert tv.masked_select(t(X), t(mask)).tolist() == expected


def test_masked_select_broadcasts_the_input_too():
    assert tv.masked_select(t([7.0]), t([True, False, True])).tolist() == [7.0, 7.0]


@pytest.mark.parametrize("value", [-1.5, float("-inf"), 3, np.float64(2.0), "tensor"])
def test_masked_fill_fills_and_keeps_the_type(value):
    mask = X[0] > 0
    fill = tv.tensor(4.0, dtype=tv.float64) if value == "tensor" else value
    found = tv.masked_fill(t(X.astype(np.float32)), t(mask), fill)
    number = 4.0 if value == "tensor" else value
    assert found.dtype == tv.float32
    np.testing.assert_array_equal(found.numpy(), np.where(mask, number, X).astype(np.float32))


def test_masked_fill_leaves_exactly_no_gradient_where_it_fills():
    x = t([np.inf, 2.0], requires_grad=True)
    tv.masked_fill(x, t([True, False]), 0.0).backward(t([np.nan, 3.0]))
    assert x.grad.tolist() == [0.0, 3.0]


# -- errors -----------------------------------------------------------------------------------

ALONG = [
    lambda x, dim, index: tv.gather(x, dim, index),
    lambda x, dim, index: tv.scatter_add(x, dim, index, tv.zeros(*index.shape)),
    lambda x, dim, index: tv.index_select(x, dim, index.reshape(-1)),
    lambda x, dim, index: tv.take_along_dim(x, index, dim),
]


@pytest.mark.parametrize("function", ALONG[:-1])
@pytest.mark.parametrize("place", [3, -1])
def test_a_place_outside_the_axis_is_named(function, place):
    with pytest.raises(IndexError, match=rf"names places {place}\.\.{place}.*has 3 \(0\.\.2\)"):
        function(tv.zeros(2, 3), 1, t([[place]]))


@pytest.mark.parametrize("function", ALONG)
def test_an_index_of_floats_is_refused(function):
    with pytest.raises(TypeError, match=r"must hold integers, got float64; use x\.long\(\)"):
        function(tv.zeros(2, 3), 1, t([[0.0]]))


@pytest.mark.parametrize("function", ALONG)
def test_an_axis_that_is_not_there_is_named(function):
    with pytest.raises(IndexError, match="dim 2 is out of range for a tensor of 2 axes"):
        function(tv.zeros(2, 3), 2, t([[0]]))


def test_take_along_dim_counts_from_the_end_but_not_beyond():
    assert tv.take_along_dim(tv.tensor([5.0, 7.0]), t([-1, 0]), 0).tolist() == [7.0, 5.0]
    with pytest.raises(IndexError, match=r"names places -3\.\.1, but the axis has 2 \(-2\.\.1\)"):
        tv.take_along_dim(tv.zeros(2), t([-3, 1]), 0)


@pytest.mark.parametrize("function", [tv.gather, tv.index_select])
def test_a_number_counts_as_one_element(function):
    assert function(tv.tensor(5.0), 0, t(0)).tolist() == 5.0


def test_take_along_dim_needs_an_axis():
    with pytest.raises(ValueError, match=r"needs a tensor with at least one axis, got shape \(\)"):
        tv.take_along_dim(tv.tensor(1.0), t(0), 0)


def test_masked_fill_takes_one_number_only():
    with pytest.raises(RuntimeError, match=r"must be one number, got shape \(1,\); use where"):
        tv.masked_fill(tv.zeros(2), t([True, False]), tv.ones(1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.gather(tv.zeros(2, 3), 0, t([0])), "index has 1 axes, the tensor 2"),
        (
            lambda: tv.gather(tv.zeros(2, 3), 0, t(np.zeros((1, 4), int))),
            "index has size 4 along dim 1, the tensor only 3",
        ),
        (
            lambda: tv.scatter_add(tv.zeros(2, 3), 0, t(np.zeros((2, 3), int)), tv.zeros(1, 3)),
            "index has size 2 along dim 0, the tensor only 1",
        ),
        (lambda: tv.index_select(tv.zeros(3), 0, t([[0]])), "the index must have one axis"),
        (lambda: tv.take_along_dim(tv.zeros(2, 3), t([0]), 0), "indices have 1 axes, the tensor 2"),
        (
            lambda: tv.take_along_dim(tv.zeros(2, 3), t(np.zeros((1, 2), int)), 0),
            "cannot be combined",
        ),
        (lambda: tv.masked_select(tv.zeros(3), t([True, False])), "cannot be combined"),
        (lambda: tv.masked_fill(tv.zeros(3), t([True, False]), 0.0), "cannot be combined"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("function", [tv.masked_select, lambda x, m: tv.masked_fill(x, m, 0.0)])
def test_a_mask_must_be_boolean(function):
    with pytest.raises(TypeError, match=r"needs a boolean mask, got int64; use mask\.bool\(\)"):
        function(tv.zeros(2), t([0, 1]))


def test_a_value_outside_the_type_is_refused():
    with pytest.raises(RuntimeError, match=r"300 lies outside the range of uint8, 0\.\.255"):
        tv.tensor([1], dtype=tv.uint8).masked_fill(tv.tensor([True]), 300)
