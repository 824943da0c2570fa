"""Singular values by what defines them."""

import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

rng = np.random.default_rng(0)


def assert_orthonormal(columns):
    products = np.swapaxes(columns, -1, -2) @ columns
    expected = np.broadcast_to(np.eye(columns.shape[-1]), products.shape)
    np.testing.assert_allclose(products, expected, atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2), (0, 3, 2), (2, 0)])
@pytest.mark.parametrize("full", [True, False])
def test_u_and_v_are_orthonormal_and_the_product_is_the_matrix(shape, full):
    x = rng.normal(size=shape)
    u, s, vh = (each.numpy() for each in tv.linalg.svd(tv.tensor(x), full))
    k, (m, n) = min(shape[-2:]), shape[-2:]
    assert u.shape == (*shape[:-1], m if full else k)
    assert vh.shape == (*shape[:-2], n if full else k, n)
    assert_orthonormal(u)
    assert_orthonormal(np.swapaxes(vh, -1, -2))
    np.testing.assert_allclose((u[..., :k] * s[..., None, :]) @ vh[..., :k, :], x, atol=1e-12)
    assert (np.diff(s) <= 0).all()


def test_singular_values_are_scipys():
    x = rng.normal(size=(4, 3))
    np.testing.assert_allclose(tv.linalg.svdvals(tv.tensor(x)).numpy(), linalg.svdvals(x))


def test_the_older_form_answers_with_v_and_without_vectors_with_zeros():
    x = tv.tensor(rng.normal(size=(3, 2)))
    u, s, v = tv.svd(x)
    np.testing.assert_allclose((u * s @ v.T).numpy(), x.numpy(), atol=1e-12)
    assert x.svd(some=False).U.shape == (3, 3)
    u, s, v = tv.svd(x, compute_uv=False)
    assert (u.shape, v.shape, float(u.sum() + v.sum())) == ((3, 3), (2, 2), 0.0)


def test_equal_and_vanishing_values_have_a_derivative_without_vectors():
    for matrix in (tv.eye(3), tv.ones(3, 2), tv.ones(2, 3)):
        a = matrix.clone().requires_grad_()
        tv.linalg.svdvals(a)[0].backward()
        assert np.isfinite(a.grad.numpy()).all()


def test_what_svd_cannot_do_is_refused():
    with pytest.raises(ValueError, match="a driver is chosen on a GPU only, got 'gesvd'"):
        tv.linalg.svd(tv.eye(2), driver="gesvd")
    with pytest.raises(RuntimeError, match="svd did not converge"):
        tv.linalg.svdvals(tv.full((2, 2), float("nan")))
