"""Determinants against Leibniz's sum over permutations."""

import itertools
import math

import numpy as np
import pytest

import tinyvision as tv

rng = np.random.default_rng(0)


def leibniz(matrix):
    total = 0.0
    for order in itertools.permutations(range(len(matrix))):
        swaps = sum(a > b for a, b in itertools.combinations(order, 2))
        total += (-1) ** swaps * math.prod(matrix[i][j] for i, j in enumerate(order))
    return total


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_determinants_are_leibniz_sums(size):
    x = rng.normal(size=(2, size, size))
    expected = [leibniz(matrix) for matrix in x]
    np.testing.assert_allclose(tv.det(tv.tensor(x)).numpy(), expected, rtol=1e-10)
    sign, logarithm = tv.linalg.slogdet(tv.tensor(x))
    np.testing.assert_array_equal(sign.numpy(), np.sign(expected))
    np.testing.assert_allclose(logarithm.numpy(), np.log(np.abs(expected)), atol=1e-10)


def cofactors(matrix):
    """Minors with their signs, each from its own smaller matrix."""
    out = np.zeros(matrix.shape)
    for i, j in np.ndindex(matrix.shape):
        minor = np.delete(np.delete(matrix, i, 0), j, 1)
        out[i, j] = (-1) ** (i + j) * leibniz(minor)
    return out


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_the_derivative_is_right_also_for_singular_matrices(rank):
    x = rng.normal(size=(3, rank)) @ rng.normal(size=(rank, 3))
    a = tv.tensor(x, requires_grad=True)
    tv.linalg.det(a).backward()
    np.testing.assert_allclose(a.grad.numpy(), cofactors(x), atol=1e-12)


def test_the_second_derivative_at_a_singular_matrix_is_refused():
    a = tv.zeros(2, 2, requires_grad=True)
    (g,) = tv.autograd.grad(tv.det(a), a, create_graph=True)
    with pytest.raises(RuntimeError, match="a matrix is singular"):
        g.sum().backward()


def test_logarithms_of_zero_and_of_negative_determinants():
    x = tv.tensor([[[2.0, 0.0], [0.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]])
    assert tv.logdet(x)[0].item() == pytest.approx(math.log(4))
    assert math.isnan(tv.logdet(x)[1].item())
    assert tv.logdet(x)[2].item() == -math.inf
    assert x.slogdet().sign.tolist() == [1, -1, 0]


def test_a_determinant_that_overflows_has_a_finite_logarithm():
    x = tv.eye(2) * 1e30
    assert tv.det(x).item() == math.inf
    assert x.slogdet().logabsdet.item() == pytest.approx(2 * math.log(1e30), rel=1e-6)


@pytest.mark.parametrize("function", [tv.det, tv.logdet, tv.slogdet])
def test_only_square_matrices_have_one(function):
    with pytest.raises(ValueError, match=r"square matrices .* got shape \(2, 3\)"):
        function(tv.ones(2, 3))
