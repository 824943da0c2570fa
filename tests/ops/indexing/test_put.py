"""Putting values at indices against NumPy's assignments."""

import numpy as np
import pytest

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4))


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("alpha", [1, 2.5])
def test_index_add_adds_slices_also_twice_to_one_place(dim, alpha):
    index = np.array([2, 0, 2])
    source = np.random.default_rng(1).normal(size=np.take(X, index, dim).shape)
    expected = np.moveaxis(X.copy(), dim, 0)
    for place, values in zip(index, np.moveaxis(source, dim, 0), strict=True):
        expected[place] += alpha * values
    found = tv.index_add(t(X), dim, t(index), t(source), alpha=alpha)
    np.testing.assert_allclose(found.numpy(), np.moveaxis(expected, 0, dim), rtol=1e-14)


def test_index_copy_keeps_the_last_of_two_slices():
    found = tv.index_copy(tv.zeros(2, 2), 1, t([1, 1]), tv.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert found.tolist() == [[0.0, 2.0], [0.0, 4.0]]


@pytest.mark.parametrize("value", [7, 7.0, tv.tensor(7)])
def test_index_fill_fills_also_counting_from_the_end(value):
    assert tv.index_fill(tv.zeros(3), 0, t([-1, 0]), value).tolist() == [7.0, 0.0, 7.0]


def test_index_put_broadcasts_and_accumulates():
    rows, columns = np.array([[0], [2]]), np.array([1, 1])
    for accumulate in (False, True):
        expected = X.copy()
        if accumulate:
            np.add.at(expected, (rows, columns), 5.0)
        else:
            expected[rows, columns] = 5.0
        found = tv.index_put(t(X), (t(rows), t(columns)), t(5.0), accumulate)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


def test_take_and_put_count_through_the_flat_tensor():
    index = np.array([[0, -1], [5, 5]])
    np.testing.assert_array_equal(tv.take(t(X), t(index)).numpy(), np.take(X, index))
    expected = X.copy()
    np.put(expected, index, [1.0, 2.0, 3.0, 4.0])
    found = tv.put(t(X), t(index), t([1.0, 2.0, 3.0, 4.0]))
    np.testing.assert_array_equal(found.numpy(), expected)
    assert tv.put(tv.zeros(2), t([1, 1]), tv.ones(2), accumulate=True).tolist() == [0.0, 2.0]


def test_masked_scatter_deals_out_in_order_and_broadcasts():
    mask = np.array([True, False, True, False])
    expected = X.copy()
    expected[:, mask] = np.arange(6.0).reshape(3, 2)
    found = tv.masked_scatter(t(X), t(mask), tv.arange(9.0, dtype=tv.float64))
    np.testing.assert_array_equal(found.numpy(), expected)


def test_the_gradient_goes_to_what_was_put_and_not_to_what_it_replaced():
    x, source = tv.zeros(3, requires_grad=True), tv.ones(2, requires_grad=True)
    tv.masked_scatter(x, t([True, False, False]), source).sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 1.0]
    assert source.grad.tolist() == [1.0, 0.0]


def test_a_number_counts_as_one_element():
    x, index = tv.tensor(5.0), t(0)
    assert tv.index_add(x, 0, index, tv.tensor(2.0)).item() == 7.0
    assert tv.index_copy(x, 0, index, tv.tensor(2.0)).item() == 2.0
    assert tv.index_fill(x, 0, index, 2.0).item() == 2.0


Z = tv.zeros(3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tv.index_add(Z, 0, t([3]), tv.ones(1)), IndexError, r"names places 3\.\.3"),
        (lambda: tv.index_add(Z, 0, t([-1]), tv.ones(1)), IndexError, r"has 3 \(0\.\.2\)"),
        (lambda: tv.index_add(Z, 0, t([[0]]), tv.ones(1)), IndexError, "must have one axis"),
        (lambda: tv.index_add(Z, 0, t([0]), tv.ones(2)), IndexError, r"source of shape \(2,\)"),
        (lambda: tv.index_copy(Z, 0, t([0]), t([1.0])), RuntimeError, "the source is float64"),
        (lambda: tv.index_copy(Z, 0, t([0.0]), tv.ones(1)), TypeError, "must hold integers"),
        (lambda: tv.index_fill(Z, 0, t([0]), tv.ones(1)), RuntimeError, "must be one number"),
        (lambda: tv.index_put(Z, (t([0]),), t([1])), RuntimeError, "the values are int64"),
        (lambda: tv.index_put(Z, (t([5]),), tv.ones(1)), IndexError, r"index_put: .*shape \(3,\)"),
        (lambda: tv.take(Z, t([3])), IndexError, r"\(-3\.\.2\)"),
        (lambda: tv.put(Z, t([0]), tv.ones(2)), ValueError, "2 values for 1 places"),
        (lambda: tv.masked_scatter(Z, t([1, 0, 0]), Z), TypeError, "needs a boolean mask"),
        (lambda: tv.masked_scatter(Z, Z == 0, tv.ones(2)), RuntimeError, "2 elements of source"),
        (lambda: tv.masked_scatter(Z, Z == 0, t([1])), RuntimeError, "the source is int64"),
    ],
)
def test_what_cannot_be_put_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
