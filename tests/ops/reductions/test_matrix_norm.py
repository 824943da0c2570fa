"""Norms by name, against NumPy."""

import math

import numpy as np
import pytest

import tinyvision as tv

x = np.random.default_rng(0).normal(size=(2, 3, 4))
VECTOR_ORDERS = [0, 1, 2, 3, 0.5, -1, math.inf, -math.inf]
MATRIX_ORDERS = ["fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf]


@pytest.mark.parametrize("order", VECTOR_ORDERS)
@pytest.mark.parametrize("keepdim", [False, True])
def test_norms_of_vectors_are_numpys(order, keepdim):
    expected = np.linalg.norm(x, order, axis=1, keepdims=keepdim)
    for function in (tv.linalg.vector_norm, tv.linalg.norm):
        found = function(tv.tensor(x), order, 1, keepdim)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, strict=True)
    flat = tv.linalg.vector_norm(tv.tensor(x), order)
    np.testing.assert_allclose(flat.numpy(), np.linalg.norm(x.ravel(), order), rtol=1e-12)


@pytest.mark.parametrize("order", MATRIX_ORDERS)
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [(-2, -1), (0, 2), (2, 0)])
def test_norms_of_matrices_are_numpys(order, keepdim, dim):
    expected = np.linalg.norm(x, order, axis=dim, keepdims=keepdim)
    for function in (tv.linalg.matrix_norm, tv.linalg.norm):
        found = function(tv.tensor(x), order, dim, keepdim)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, strict=True)


def test_without_an_order_it_is_the_length_of_all_elements():
    assert tv.linalg.norm(tv.tensor(x)).item() == pytest.approx(np.linalg.norm(x))
    np.testing.assert_allclose(tv.linalg.norm(tv.tensor(x[0]), 2).item(), np.linalg.norm(x[0], 2))


@pytest.mark.parametrize("order", [1, math.inf])
def test_the_largest_of_no_magnitudes_is_zero(order):
    empty = tv.zeros(3, 0) if order == 1 else tv.zeros(0, 3)
    assert tv.linalg.matrix_norm(empty, order).item() == 0


@pytest.mark.parametrize("p", [None, 2, -2, 1, "fro", "nuc", math.inf])
def test_conditions_are_numpys(p):
    square = x[:, :, :3]
    found = tv.linalg.cond(tv.tensor(square), p).numpy()
    np.testing.assert_allclose(found, np.linalg.cond(square, p), rtol=1e-9)


def test_a_wider_type_may_be_computed_in():
    assert tv.linalg.vector_norm(tv.ones(2), dtype=tv.float64).dtype == tv.float64
    with pytest.raises(RuntimeError, match="float64 would lose digits as float32"):
        tv.linalg.norm(tv.ones(2).double(), dtype=tv.float32)


@pytest.mark.parametrize(
    ("measure", "error", "message"),
    [
        (lambda n: n.vector_norm(tv.ones(2), "fro"), TypeError, "ord must be a number, got 'fro'"),
        (lambda n: n.vector_norm(tv.tensor([1])), RuntimeError, "vector_norm needs floats"),
        (lambda n: n.matrix_norm(tv.ones(2)), ValueError, r"needs matrices .* got shape \(2,\)"),
        (lambda n: n.matrix_norm(tv.ones(2, 2), 3), ValueError, "2 or -2, got 3"),
        (lambda n: n.matrix_norm(tv.ones(2, 2), dim=1), ValueError, "name the two axes"),
        (lambda n: n.norm(tv.ones(2, 2, 2), 1), ValueError, "needs dim, one axis for vectors"),
        (lambda n: n.norm(tv.ones(2), "fro"), ValueError, "'fro' is a norm of matrices"),
        (lambda n: n.cond(tv.ones(2, 3), 1), ValueError, "cond needs square matrices"),
    ],
)
def test_what_is_no_norm_is_refused(measure, error, message):
    with pytest.raises(error, match=message):
        measure(tv.linalg)


def test_the_nuclear_norm_of_norm():
    expected = np.linalg.norm(x, "nuc", axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(tv.norm(tv.tensor(x), "nuc", (1, 2), True).numpy(), expected)
    with pytest.raises(ValueError, match="'nuc' is a norm of matrices, got 1 axes"):
        tv.norm(tv.ones(2), "nuc")
