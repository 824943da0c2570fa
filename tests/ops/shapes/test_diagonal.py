"""Diagonals against NumPy."""

import numpy as np
import pytest

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4, 5))
OFFSETS = range(-5, 6)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("dims", [(0, 1), (2, 0), (-1, 1)])
def test_diagonals_are_numpys(offset, dims):
    found = tv.diagonal(tv.tensor(X), offset, *dims)
    np.testing.assert_array_equal(found.numpy(), np.diagonal(X, offset, *dims))


def test_a_diagonal_shows_the_memory_of_its_matrix():
    x = tv.zeros(3, 3)
    x.diagonal(1).fill_(7.0)
    assert x.tolist() == [[0, 7, 0], [0, 0, 7], [0, 0, 0]]


@pytest.mark.parametrize("offset", [-2, 0, 1])
@pytest.mark.parametrize("dims", [(-2, -1), (0, 2), (2, 0)])
def test_what_was_put_on_a_diagonal_is_there_and_nothing_else(offset, dims):
    x = tv.tensor(X[0])
    matrices = tv.diag_embed(x, offset, *dims)
    np.testing.assert_array_equal(tv.diagonal(matrices, offset, *dims).numpy(), X[0])
    assert matrices.count_nonzero().item() == X[0].size


@pytest.mark.parametrize("offset", OFFSETS)
def test_diag_goes_both_ways_as_numpys(offset):
    for x in (X[0, 0], X[0]):
        np.testing.assert_array_equal(tv.diag(tv.tensor(x), offset).numpy(), np.diag(x, offset))


def test_diag_of_a_matrix_is_a_copy():
    x = tv.zeros(2, 2)
    tv.diag(x).fill_(7.0)
    assert x.sum().item() == 0.0


def test_diagflat_takes_all_elements():
    np.testing.assert_array_equal(tv.diagflat(tv.tensor(X[0]), 1).numpy(), np.diagflat(X[0], 1))


def test_diagonal_scatter_leaves_the_rest_and_the_input():
    x = tv.tensor(X[0])
    found = tv.diagonal_scatter(x, tv.zeros(4), 1)
    expected = X[0].copy()
    expected[range(4), range(1, 5)] = 0.0
    np.testing.assert_array_equal(found.numpy(), expected)
    np.testing.assert_array_equal(x.numpy(), X[0])


@pytest.mark.parametrize(
    ("shape", "wrap"), [((3, 3), False), ((7, 3), True), ((7, 3), False), ((2, 2, 2), False)]
)
def test_filling_the_diagonal_is_numpys(shape, wrap):
    expected = np.zeros(shape)
    np.fill_diagonal(expected, 5.0, wrap=wrap)
    np.testing.assert_array_equal(tv.zeros(*shape).fill_diagonal_(5.0, wrap).numpy(), expected)


def test_what_was_filled_over_gets_no_gradient():
    x = tv.ones(2, 2, requires_grad=True)
    (x * 2.0).fill_diagonal_(0.0).sum().backward()
    assert x.grad.tolist() == [[0.0, 2.0], [2.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.diagonal(tv.zeros(2, 2), 0, 1, -1), "two different axes, got dim 1 and -1"),
        (lambda: tv.diag_embed(tv.zeros(2), 0, 0, 0), "diag_embed needs two different axes"),
        (lambda: tv.diag(tv.tensor(1.0)), r"one axis or two, got shape \(\)"),
        (lambda: tv.diagonal_scatter(tv.zeros(2, 2), tv.zeros(3)), "src has shape"),
        (lambda: tv.zeros(2).fill_diagonal_(1.0), "needs two axes"),
        (lambda: tv.zeros(2, 2, 3).fill_diagonal_(1.0), "or more of the same size"),
    ],
)
def test_diagonals_that_do_not_exist_are_refused(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()
