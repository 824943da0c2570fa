"""The same elements in another shape, repeated or copied."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

X = np.arange(24.0).reshape(2, 3, 4)


def t(values=X):
    return tv.tensor(np.asarray(values))


@given(st.permutations((2, 3, 4, 1)), st.integers(0, 4))
def test_reshape_keeps_the_order_of_the_elements(sizes, unknown):
    wanted = [-1 if i == unknown else size for i, size in enumerate(sizes)]
    for found in (
        t().reshape(*wanted),
        t().reshape(wanted),
        tv.reshape(t(), wanted),
        t().view(wanted),
    ):
        assert found.shape == tuple(sizes)
        assert found.numpy().ravel().tolist() == list(range(24))


@pytest.mark.parametrize(
    ("shape", "sizes", "message"),
    [
        ((2, 3), (4,), r"reshape: shape \(2, 3\) has 6 elements, \(4,\) would have 4"),
        ((2, 3), (4, -1), "6 is not a multiple of 4"),
        ((2, 3), (-1, -1), "only one size may be -1"),
        ((2, 3), (-2, 3), "sizes must be at least 0"),
        ((0, 3), (0, -1), "0 is not a multiple of 0"),
    ],
)
def test_reshapes_that_do_not_come_out_are_refused(shape, sizes, message):
    with pytest.raises(ValueError, match=message):
        tv.zeros(*shape).reshape(*sizes)


@pytest.mark.parametrize("sizes", [(2.0, 3), ("6",), (None,)])
def test_sizes_must_be_integers(sizes):
    with pytest.raises(TypeError, match="sizes and axes must be integers"):
        tv.zeros(2, 3).reshape(*sizes)


def test_reshape_shares_memory_where_it_can_and_copies_where_it_must():
    x = t()
    x.reshape(6, 4)[0, 0] = 99
    assert x[0, 0, 0].item() == 99
    x.permute(2, 0, 1).reshape(24)[0] = -1
    assert x[0, 0, 0].item() == 99


def test_sizes_may_be_given_by_keyword():
    assert tv.reshape(t(), shape=(4, 6)).shape == (4, 6)
    assert tv.zeros(size=(2, 3)).shape == (2, 3)


def test_view_as_takes_the_shape_of_another():
    assert t().view_as(tv.zeros(8, 3)).shape == (8, 3)


@pytest.mark.parametrize(
    ("start", "end", "shape"),
    [(0, -1, (24,)), (1, -1, (2, 12)), (0, 1, (6, 4)), (-2, -1, (2, 12)), (1, 1, (2, 3, 4))],
)
def test_flatten_joins_neighbouring_axes(start, end, shape):
    found = tv.flatten(t(), start, end)
    assert found.shape == shape
    assert found.numpy().ravel().tolist() == list(range(24))


def test_flatten_gives_a_number_an_axis():
    assert tv.flatten(tv.tensor(3.0)).shape == (1,)


def test_flatten_refuses_axes_in_the_wrong_order():
    with pytest.raises(ValueError, match="flatten: start_dim 2 comes after end_dim 0"):
        tv.flatten(t(), 2, 0)


def test_unflatten_undoes_flatten():
    assert tv.unflatten(t().flatten(), 0, (2, -1, 4)).numpy().tolist() == X.tolist()
    assert t().unflatten(-1, (2, 2)).shape == (2, 3, 2, 2)


def test_unflatten_refuses_sizes_that_do_not_come_out():
    with pytest.raises(ValueError, match="unflatten: 4 elements"):
        t().unflatten(2, (3, -1))
    with pytest.raises(ValueError, match="has none to cut"):
        tv.tensor(3.0).unflatten(0, (1, 1))


@pytest.mark.parametrize(
    ("dim", "shape"),
    [
        (None, (3,)),
        (0, (3, 1)),
        (-1, (1, 3)),
        (1, (1, 3, 1)),
        ((0, 2), (3,)),
        ((0, 1), (3, 1)),
        ((), (1, 3, 1)),
    ],
)
def test_squeeze_drops_axes_of_size_one(dim, shape):
    assert tv.squeeze(tv.zeros(1, 3, 1), dim).shape == shape


@pytest.mark.parametrize(
    ("dim", "shape"),
    [(0, (1, 2, 3)), (1, (2, 1, 3)), (2, (2, 3, 1)), (-1, (2, 3, 1)), (-3, (1, 2, 3))],
)
def test_unsqueeze_inserts_an_axis_of_size_one(dim, shape):
    assert tv.unsqueeze(tv.zeros(2, 3), dim).shape == shape


@pytest.mark.parametrize("dim", [3, -4])
def test_unsqueeze_names_a_place_that_is_not_there(dim):
    with pytest.raises(IndexError, match=f"dim {dim} is out of range"):
        tv.unsqueeze(tv.zeros(2, 3), dim)


@pytest.mark.parametrize("times", [(2,), (2, 3), (3, 1, 2), (0, 2)])
def test_repeat_lays_copies_side_by_side(times):
    x = np.arange(6).reshape(2, 3)
    if len(times) < 2:
        x = x[0]
    np.testing.assert_array_equal(t(x).repeat(*times).numpy(), np.tile(x, times))


def test_repeating_once_makes_a_copy():
    x = tv.zeros(2, 3)
    for copied in (x.repeat(1, 1), tv.tile(x, (1,))):
        copied.add_(1)
    assert x.sum().item() == 0.0


def test_tile_counts_missing_numbers_as_one():
    np.testing.assert_array_equal(tv.tile(t(X), (2,)).numpy(), np.tile(X, (2,)))
    np.testing.assert_array_equal(tv.tile(t(X), (2, 1, 1, 3)).numpy(), np.tile(X, (2, 1, 1, 3)))


def test_repeat_refuses_too_few_or_negative_numbers():
    with pytest.raises(ValueError, match=r"repeat\(2,\): 1 numbers for 3 axes"):
        t().repeat(2)
    with pytest.raises(ValueError, match="must be at least 0"):
        t().repeat(1, -1, 1)


def test_a_clone_shares_nothing():
    x = tv.zeros(2)
    x.clone().add_(1)
    assert x.tolist() == [0.0, 0.0]


def test_a_clone_of_an_expanded_tensor_can_be_written_to():
    assert tv.zeros(1, 2).expand(3, 2).clone().add_(1).sum().item() == 6.0


def test_contiguous_copies_only_what_does_not_lie_row_by_row():
    x = t()
    assert x.contiguous() is x
    turned = x.permute(2, 1, 0)
    assert not turned.is_contiguous()
    assert turned.contiguous().is_contiguous()
    np.testing.assert_array_equal(turned.contiguous().numpy(), X.transpose(2, 1, 0))


def test_expand_as_takes_the_shape_of_another():
    assert tv.ones(3, 1).expand_as(tv.zeros(2, 3, 4)).shape == (2, 3, 4)


def test_reshape_as_and_ravel():
    assert t().reshape_as(tv.zeros(6, 4)).shape == (6, 4)
    assert tv.ravel(t()).tolist() == X.ravel().tolist()
    assert tv.ravel(t().permute(2, 0, 1)).tolist() == X.transpose(2, 0, 1).ravel().tolist()


def test_several_axes_may_be_dropped():
    assert tv.zeros(1, 2, 1, 1).squeeze((0, 1, -1)).shape == (2, 1)
