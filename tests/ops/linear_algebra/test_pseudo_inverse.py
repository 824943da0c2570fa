"""Pseudo-inverses by Penrose's four conditions; ranks and least squares against SciPy."""

import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

rng = np.random.default_rng(0)


def of_rank(rank, rows, columns):
    return rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns))


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (0, 2), (2, 0)])
@pytest.mark.parametrize("rank", [0, 1, 2])
def test_penroses_conditions_hold(shape, rank):
    a = of_rank(rank, *shape)
    for p in (tv.linalg.pinv(tv.tensor(a)).numpy(), tv.pinverse(tv.tensor(a), 1e-12).numpy()):
        np.testing.assert_allclose(a @ p @ a, a, atol=1e-11)
        np.testing.assert_allclose(p @ a @ p, p, atol=1e-11)
        np.testing.assert_allclose(a @ p, (a @ p).T, atol=1e-11)
        np.testing.assert_allclose(p @ a, (p @ a).T, atol=1e-11)


def test_of_a_symmetric_matrix_the_lower_triangle_is_read():
    a = rng.normal(size=(3, 3))
    symmetric = np.tril(a) + np.tril(a, -1).T
    found = tv.linalg.pinv(tv.tensor(a), hermitian=True).numpy()
    np.testing.assert_allclose(found, linalg.pinv(symmetric), rtol=1e-9)
    assert tv.linalg.matrix_rank(tv.tensor([[1.0, 1.0], [0.0, 0.0]]), hermitian=True).item() == 1


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_ranks(rank):
    a = np.stack([of_rank(rank, 3, 4), of_rank(1, 3, 4)])
    found = tv.linalg.matrix_rank(tv.tensor(a))
    assert (found.tolist(), found.dtype) == ([rank, 1], tv.int64)


def test_tolerances_say_what_counts_as_zero():
    a = tv.tensor([[4.0, 0.0], [0.0, 1.0]])
    assert tv.linalg.matrix_rank(a, 2.0).item() == tv.linalg.matrix_rank(a, atol=2.0).item() == 1
    assert tv.linalg.matrix_rank(a, rtol=0.5).item() == 1
    assert tv.linalg.matrix_rank(a, atol=tv.tensor(5.0), rtol=0.1).item() == 0
    assert tv.linalg.pinv(a, atol=2.0).tolist() == [[0.25, 0], [0, 0]]
    assert tv.linalg.pinv(a, 0.5).tolist() == [[0.25, 0], [0, 0]]


@pytest.mark.parametrize("shape", [(4, 2), (3, 3), (2, 4)])
@pytest.mark.parametrize("driver", [None, "gels", "gelsd"])
def test_least_squares_are_scipys(shape, driver):
    a, b = rng.normal(size=shape), rng.normal(size=(shape[0], 2))
    found = tv.linalg.lstsq(tv.tensor(a), tv.tensor(b), driver=driver)
    x, residuals, rank, s = linalg.lstsq(a, b)
    np.testing.assert_allclose(found.solution.numpy(), x, rtol=1e-9)
    if driver == "gelsd":
        np.testing.assert_allclose(found.residuals.numpy(), residuals, rtol=1e-9)
        np.testing.assert_allclose(found.singular_values.numpy(), s, rtol=1e-9)
    if driver != "gels":
        assert found.rank.item() == rank


def test_least_squares_of_vectors():
    a, b = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 4))
    found = tv.linalg.lstsq(tv.tensor(a), tv.tensor(b)).solution.numpy()
    for i in range(2):
        np.testing.assert_allclose(found[i], linalg.lstsq(a[i], b[i])[0], rtol=1e-9)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="driver must be gels, gelsy, gelsd or gelss, got 'qr'"):
        tv.linalg.lstsq(tv.ones(2, 2), tv.ones(2, 2), driver="qr")
    with pytest.raises(ValueError, match="has 2 rows, B of shape"):
        tv.linalg.lstsq(tv.ones(2, 2), tv.ones(3, 2))
    with pytest.raises(RuntimeError, match="pinv did not converge"):
        tv.linalg.pinv(tv.full((2, 2), float("nan")))
    with pytest.raises(RuntimeError, match="pinv needs float32 or float64, got float16"):
        tv.linalg.pinv(tv.ones(2, 2).half())
