"""The largest, the smallest, the sorted."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinyvision as tv

NAN = math.nan
X = np.random.default_rng(0).permutation(24).reshape(2, 3, 4).astype(float)


def t(values, **options):
    return tv.tensor(np.asarray(values, np.float64), **options)


# -- extremes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize(("function", "oracle"), [(tv.max, max), (tv.min, min)])
def test_values_and_places_along_an_axis(function, oracle, dim, keepdim):
    found = function(t(X), dim, keepdim)
    rows = np.moveaxis(X, dim, -1).reshape(-1, X.shape[dim]).tolist()
    assert found.values.numpy().ravel().tolist() == [oracle(row) for row in rows]
    assert found.indices.numpy().ravel().tolist() == [row.index(oracle(row)) for row in rows]
    assert found.values.shape == found.indices.shape
    assert found.values.ndim == (3 if keepdim else 2)
    assert found.indices.dtype == tv.int64


@pytest.mark.parametrize("dim", [None, 0, (0, 2), (-1, -2, 0)])
def test_amax_and_amin_take_several_axes(dim):
    dims = None if dim is None else dim
    np.testing.assert_array_equal(tv.amax(t(X), dim).numpy(), X.max(axis=dims))
    np.testing.assert_array_equal(tv.amin(t(X), dim).numpy(), X.min(axis=dims))


def test_the_extremes_of_all():
    assert (tv.max(t(X)).item(), tv.min(t(X)).item()) == (23.0, 0.0)
    assert tv.argmax(t(X)).item() == X.ravel().tolist().index(23.0)
    assert tv.argmin(t(X)).item() == X.ravel().tolist().index(0.0)


def test_the_first_of_equal_ones_is_named():
    assert tv.argmax(t([1.0, 5.0, 5.0])).item() == 1
    assert tv.max(t([[2.0, 2.0]]), 1).indices.tolist() == [0]


def test_argmax_keeps_axes_on_request():
    assert tv.argmax(t(X), 1, keepdim=True).shape == (2, 1, 4)
    assert tv.argmax(t(X), keepdim=True).shape == (1, 1, 1)


def test_max_of_two_tensors_is_the_larger_of_each_pair():
    assert tv.max(t([1.0, 5.0]), t([3.0, 2.0])).tolist() == [3.0, 5.0]


def test_nan_wins_everywhere():
    x = t([1.0, NAN, 3.0])
    assert math.isnan(tv.max(x).item())
    assert math.isnan(tv.amin(x, 0).item())
    assert math.isnan(tv.max(x, 0).values.item())
    assert (tv.argmax(x).item(), tv.argmin(x).item()) == (1, 1)


def test_numbers_without_axes_are_their_own_extreme():
    x = tv.tensor(3.0)
    values, indices = x.max(0)
    assert (values.item(), indices.item(), x.argmax().item(), x.amin().item()) == (3, 0, 0, 3)


@pytest.mark.parametrize(
    "function", [tv.max, tv.min, tv.amax, tv.amin, tv.argmax, tv.argmin, lambda x: x.max(0)]
)
def test_the_extreme_of_nothing_is_refused(function):
    with pytest.raises(IndexError, match=r"of no elements: the tensor has shape \(0,\)"):
        function(tv.zeros(0))


def test_an_empty_axis_is_no_trouble_if_another_is_reduced():
    assert tv.zeros(0, 3).max(1).values.shape == (0,)
    assert tv.zeros(0, 3).argmax(1).shape == (0,)


@pytest.mark.parametrize("function", [tv.max, tv.amin, tv.argmax, tv.sort, tv.argsort])
def test_an_axis_that_is_not_there_is_named(function):
    with pytest.raises(IndexError, match="dim 1 is out of range for a tensor of 1 axes"):
        function(tv.zeros(3), 1)


# -- gradients of ties ------------------------------------------------------------------------


@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(0, 2)),
    st.data(),
)
def test_the_gradient_over_equal_extremes_adds_up_to_one(x, data):
    axes = tuple(data.draw(st.sets(st.sampled_from(range(x.ndim)), min_size=1)))
    for function in (tv.amax, tv.amin):
        leaf = t(x, requires_grad=True)
        function(leaf, axes).sum().backward()
        shares = leaf.grad.numpy()
        np.testing.assert_allclose(shares.sum(axis=axes), 1.0, rtol=1e-12)
        extreme = (np.max if function is tv.amax else np.min)(x, axis=axes, keepdims=True)
        np.testing.assert_array_equal(shares != 0, x == extreme)


def test_all_equal_maxima_share_evenly_but_a_named_place_gets_all():
    whole, along = t([2.0, 2.0, 1.0, 2.0], requires_grad=True), t([2.0, 2.0], requires_grad=True)
    whole.max().backward()
    np.testing.assert_allclose(whole.grad.numpy(), [1 / 3, 1 / 3, 0, 1 / 3])
    along.max(0).values.backward()
    assert along.grad.tolist() == [1.0, 0.0]


def test_the_gradient_at_nan_goes_to_the_nans():
    x = t([NAN, 1.0, NAN], requires_grad=True)
    x.max().backward()
    assert x.grad.tolist() == [0.5, 0.0, 0.5]


# -- sorting ----------------------------------------------------------------------------------


@given(st.lists(st.integers(-3, 3), max_size=8), st.booleans())
def test_sorting_is_that_of_python_and_keeps_the_order_of_equals(numbers, descending):
    found = tv.sort(t(numbers), descending=descending)
    order = sorted(range(len(numbers)), key=lambda i: numbers[i], reverse=descending)
    assert found.indices.tolist() == order  # Python's sort is stable, also in reverse
    assert found.values.tolist() == [numbers[i] for i in order]
    assert tv.argsort(t(numbers), descending=descending).tolist() == order


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_goes_along_the_axis(dim, descending):
    expected = np.apply_along_axis(lambda row: sorted(row, reverse=descending), dim, X)
    np.testing.assert_array_equal(tv.sort(t(X), dim, descending).values.numpy(), expected)


def test_nan_counts_as_the_largest():
    x = t([NAN, 1.0, math.inf])
    np.testing.assert_array_equal(tv.sort(x).values.numpy(), [1.0, math.inf, NAN])
    np.testing.assert_array_equal(x.sort(descending=True).values.numpy(), [NAN, math.inf, 1.0])


def test_the_gradient_of_a_sort_goes_back_to_where_each_came_from():
    x = t([30.0, 10.0, 20.0], requires_grad=True)
    x.sort().values.backward(t([1.0, 2.0, 3.0]))
    assert x.grad.tolist() == [3.0, 1.0, 2.0]


def test_numbers_without_axes_sort_to_themselves():
    assert [x.item() for x in tv.tensor(3.0).sort()] == [3.0, 0]
    assert [x.item() for x in tv.tensor(3.0).topk(1)] == [3.0, 0]


@pytest.mark.parametrize("k", [0, 1, 3, 4])
@pytest.mark.parametrize("largest", [True, False])
def test_topk_is_the_beginning_of_the_sorted(k, largest):
    found = tv.topk(t(X), k, largest=largest)
    np.testing.assert_array_equal(
        found.values.numpy(), np.sort(X, axis=-1)[..., :: -1 if largest else 1][..., :k]
    )
    np.testing.assert_array_equal(
        np.take_along_axis(X, found.indices.numpy(), -1), found.values.numpy()
    )


def test_topk_takes_an_axis():
    assert tv.topk(t(X), 2, dim=0).values.shape == (2, 3, 4)
    assert tv.topk(t(X), 1, dim=1).indices.shape == (2, 1, 4)


@pytest.mark.parametrize("k", [5, -1])
def test_topk_of_more_than_there_are_is_refused(k):
    with pytest.raises(IndexError, match=f"topk: k={k}, but dim -1 has 4 elements"):
        tv.topk(t(X), k)


def test_topk_of_a_fraction_is_refused():
    with pytest.raises(TypeError, match=r"topk: k must be an integer, got 1\.5"):
        tv.topk(t(X), 1.5)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [None, 1])
def test_aminmax_is_the_smallest_and_the_largest(dim, keepdim):
    x = tv.tensor(np.random.default_rng(0).normal(size=(3, 4)))
    found = tv.aminmax(x, dim=dim, keepdim=keepdim)
    np.testing.assert_array_equal(found.min.numpy(), tv.amin(x, dim, keepdim).numpy())
    np.testing.assert_array_equal(found.max.numpy(), tv.amax(x, dim, keepdim).numpy())


def test_msort_sorts_along_the_first_axis():
    x = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_array_equal(tv.msort(tv.tensor(x)).numpy(), np.sort(x, axis=0))


def test_the_largest_of_two_plain_numbers_is_pythons_affair():
    with pytest.raises(TypeError, match="max needs a tensor, got 2"):
        tv.max(2, 3)
