"""QR and eigenvalues by what defines them."""

import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def assert_orthonormal(columns):
    size = columns.shape[-1]
    products = np.swapaxes(columns, -1, -2) @ columns
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(size), products.shape), atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 3), (0, 3, 2), (3, 0)])
@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_q_is_orthonormal_r_triangular_and_their_product_the_matrix(shape, mode):
    x = draw(*shape)
    q, r = (each.numpy() for each in tv.linalg.qr(tv.tensor(x), mode))
    inside = min(shape[-2:]) if mode == "reduced" else shape[-2]
    assert (q.shape, r.shape) == ((*shape[:-1], inside), (*shape[:-2], inside, shape[-1]))
    assert_orthonormal(q)
    np.testing.assert_array_equal(r, np.triu(r))
    np.testing.assert_allclose(q @ r, x, atol=1e-12)


def test_the_older_qr_and_r_alone():
    x = tv.tensor(draw(3, 2))
    assert tv.qr(x).Q.shape == (3, 2)
    assert x.qr(some=False).Q.shape == (3, 3)
    alone = tv.linalg.qr(x, "r")
    assert (alone.Q.shape, alone.R.tolist()) == ((0,), tv.qr(x).R.tolist())


def test_the_complete_q_has_no_derivative():
    with pytest.raises(RuntimeError, match="its last columns may be turned; use mode='reduced'"):
        tv.linalg.qr(tv.ones(3, 2, requires_grad=True), "complete")
    with pytest.raises(ValueError, match="'complete' or 'r', got 'full'"):
        tv.linalg.qr(tv.ones(3, 2), "full")


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (2, 3, 3), (0, 0)])
@pytest.mark.parametrize("triangle", ["L", "U"])
def test_eigenvectors_are_only_stretched(shape, triangle):
    x = draw(*shape)
    read = np.tril(x) if triangle == "L" else np.triu(x)
    strict = np.tril(x, -1) if triangle == "L" else np.triu(x, 1)
    symmetric = read + np.swapaxes(strict, -1, -2)
    values, vectors = (each.numpy() for each in tv.linalg.eigh(tv.tensor(x), triangle))
    np.testing.assert_allclose(symmetric @ vectors, vectors * values[..., None, :], atol=1e-12)
    assert_orthonormal(vectors)
    assert (np.diff(values) >= 0).all()
    np.testing.assert_array_equal(tv.linalg.eigvalsh(tv.tensor(x), triangle).numpy(), values)


def test_eigenvalues_are_scipys():
    x = draw(4, 4)
    found = tv.linalg.eigvalsh(tv.tensor(x)).numpy()
    np.testing.assert_allclose(found, linalg.eigvalsh(x), rtol=1e-10)


def test_equal_eigenvalues_have_a_derivative_without_their_vectors():
    a = tv.eye(3, requires_grad=True)
    tv.linalg.eigvalsh(a).sum().backward()
    np.testing.assert_allclose(a.grad.numpy(), np.eye(3), atol=1e-6)


def test_equal_eigenvalues_have_none_with_them():
    a = tv.eye(2, requires_grad=True)
    (tv.linalg.eigh(a).eigenvectors * tv.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    assert not np.isfinite(a.grad.numpy()).all()


def test_what_eigh_cannot_do_is_refused():
    with pytest.raises(ValueError, match="UPLO must be 'L' or 'U', got 'X'"):
        tv.linalg.eigh(tv.eye(2), "X")
    with pytest.raises(ValueError, match="square"):
        tv.linalg.eigvalsh(tv.ones(2, 3))
    with pytest.raises(RuntimeError, match="did not converge; does the matrix hold NaN"):
        tv.linalg.eigh(tv.full((2, 2), float("nan")))
