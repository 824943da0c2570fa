"""Slices and windows along one axis."""

import numpy as np
import pytest

import tinyvision as tv

X = np.arange(24.0).reshape(2, 3, 4)


def x():
    return tv.tensor(X)


@pytest.mark.parametrize(("dim", "index"), [(0, 1), (1, -3), (-1, 2)])
def test_select_is_an_index_along_the_axis(dim, index):
    np.testing.assert_array_equal(x().select(dim, index).numpy(), X.take(index, axis=dim))


@pytest.mark.parametrize("start", [1, -3, tv.tensor(1)])
def test_narrow_takes_neighbours(start):
    np.testing.assert_array_equal(tv.narrow(x(), 2, start, 2).numpy(), X[:, :, 1:3])


def test_slices_show_the_memory():
    y = x()
    y.select(0, 1).zero_()
    y.narrow(2, 0, 1).fill_(7.0)
    assert y.sum().item() == X[0, :, 1:].sum() + 6 * 7


def test_what_is_scattered_stands_in_the_slice_and_the_input_stays():
    y = x()
    found = tv.select_scatter(y, tv.zeros(2, 4), 1, -1)
    expected = X.copy()
    expected[:, -1] = 0.0
    np.testing.assert_array_equal(found.numpy(), expected)
    found = tv.slice_scatter(y, tv.zeros(2, 3, 2), 2, start=0, step=2)
    expected = X.copy()
    expected[:, :, ::2] = 0.0
    np.testing.assert_array_equal(found.numpy(), expected)
    np.testing.assert_array_equal(y.numpy(), X)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize(("size", "step"), [(1, 1), (2, 1), (2, 2), (0, 1)])
def test_windows_are_taken_step_by_step(dim, size, step):
    count = (X.shape[dim] - size) // step + 1
    rows = [np.moveaxis(X, dim, 0)[i * step : i * step + size] for i in range(count)]
    expected = np.moveaxis(np.moveaxis(np.stack(rows), 1, -1), 0, dim % 3)
    np.testing.assert_array_equal(x().unfold(dim, size, step).numpy(), expected)


def test_windows_show_the_memory():
    y = tv.zeros(4)
    y.unfold(0, 2, 2)[1].fill_(7.0)
    assert y.tolist() == [0.0, 0.0, 7.0, 7.0]


def test_a_number_has_one_window():
    assert tv.tensor(3.0).unfold(0, 1, 1).tolist() == [3.0]


def test_the_gradients_of_windows_add_up_where_they_overlap():
    y = tv.zeros(4, requires_grad=True)
    y.unfold(0, 2, 1).sum().backward()
    assert y.grad.tolist() == [1.0, 2.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tv.select(x(), 0, 2), IndexError, r"index 2 is out of range for dim 0.*-2\.\.1"),
        (lambda: tv.select(tv.tensor(1.0), 0, 0), IndexError, "at least one axis"),
        (lambda: tv.narrow(x(), 0, 3, 1), IndexError, "start 3 is out of range"),
        (lambda: tv.narrow(x(), 0, 1, 2), RuntimeError, "start 1 and length 2 do not lie within"),
        (lambda: tv.narrow(x(), 0, 0, -1), RuntimeError, "length -1 do not lie within"),
        (lambda: tv.narrow(tv.tensor(1.0), 0, 0, 1), RuntimeError, "at least one axis"),
        (lambda: tv.narrow(x(), 0, tv.tensor(1.0), 1), RuntimeError, "start must be one integer"),
        (lambda: tv.select_scatter(x(), tv.zeros(2), 0, 0), RuntimeError, "src has shape"),
        (lambda: tv.slice_scatter(x(), tv.zeros(2)), RuntimeError, "they must be equal"),
        (lambda: tv.slice_scatter(x(), x(), step=0), RuntimeError, "step must be at least 1"),
        (lambda: x().unfold(0, 3, 1), RuntimeError, "windows of 3 do not fit dim 0"),
        (lambda: x().unfold(0, 1, 0), RuntimeError, "step must be above 0, got 0"),
    ],
)
def test_slices_that_do_not_exist_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
