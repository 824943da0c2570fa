import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

x = np.random.default_rng(0).normal(size=(4, 4))
POSITIVE = x @ x.T + np.eye(4)


@pytest.mark.parametrize("upper", [False, True])
def test_the_factor_is_scipys(upper):
    expected = linalg.cholesky(POSITIVE, lower=not upper)
    for function in (tv.linalg.cholesky, tv.cholesky):
        found = function(tv.tensor(POSITIVE), upper=upper).numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_one_triangle_is_read():
    lower, upper = np.tril(POSITIVE), np.triu(POSITIVE)
    expected = np.linalg.cholesky(POSITIVE)
    np.testing.assert_allclose(tv.linalg.cholesky(tv.tensor(lower)).numpy(), expected)
    np.testing.assert_allclose(tv.cholesky(tv.tensor(upper), upper=True).numpy(), expected.T)


@pytest.mark.parametrize("matrix", [[[-1.0]], [[1.0, 2.0], [2.0, 1.0]], [[0.0]]])
def test_what_is_not_positive_definite_is_refused(matrix):
    with pytest.raises(RuntimeError, match="a matrix is not positive-definite"):
        tv.linalg.cholesky(tv.tensor(matrix))


def test_the_gradient_is_symmetric():
    a = tv.tensor(POSITIVE, requires_grad=True)
    tv.linalg.cholesky(a).sum().backward()
    np.testing.assert_array_equal(a.grad.numpy(), a.grad.numpy().T)


@pytest.mark.parametrize("upper", [False, True])
def test_a_factor_solves_and_inverts(upper):
    factor = tv.cholesky(tv.tensor(POSITIVE), upper=upper)
    noise = np.triu(x, 1) if not upper else np.tril(x, -1)  # in the triangle that is not read
    given = tv.tensor(factor.numpy() + noise)
    b = x[:, :2]
    np.testing.assert_allclose(POSITIVE @ tv.cholesky_solve(tv.tensor(b), given, upper).numpy(), b)
    inverse = given.cholesky_inverse(upper).numpy()
    np.testing.assert_allclose(POSITIVE @ inverse, np.eye(4), atol=1e-12)


def test_a_factor_that_is_not_square_is_refused():
    with pytest.raises(ValueError, match="cholesky_solve needs square matrices"):
        tv.cholesky_solve(tv.ones(2, 1), tv.ones(2, 3))
    with pytest.raises(ValueError, match="cholesky_inverse needs square matrices"):
        tv.cholesky_inverse(tv.ones(2, 3))
