"""Exponentials of matrices against SciPy."""

import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

x = np.random.default_rng(0).normal(size=(2, 4, 4))


@pytest.mark.parametrize("scale", [0.0, 1e-8, 0.1, 1.0, 10.0])
def test_exponentials_are_scipys(scale):
    found = tv.linalg.matrix_exp(tv.tensor(x * scale)).numpy()
    np.testing.assert_allclose(found, linalg.expm(x * scale), rtol=1e-10)


def test_of_a_nilpotent_matrix_the_series_ends():
    assert tv.matrix_exp(tv.tensor([[0.0, 3.0], [0.0, 0.0]])).tolist() == [[1, 3], [0, 1]]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_type_is_kept(dtype):
    found = tv.tensor(x, dtype=dtype).matrix_exp()
    assert found.dtype == dtype
    rounded = x.astype(dtype).astype(np.float64)
    np.testing.assert_allclose(found.numpy(), linalg.expm(rounded), rtol=2e-3)


def test_what_has_no_exponential_is_refused():
    with pytest.raises(ValueError, match="matrix_exp needs square matrices"):
        tv.matrix_exp(tv.ones(2, 3))
    with pytest.raises(RuntimeError, match="needs finite numbers, got NaN or infinity"):
        tv.matrix_exp(tv.full((1, 1), float("inf")))
    with pytest.raises(RuntimeError, match="got int64"):
        tv.matrix_exp(tv.tensor([[1]]))
