"""GELU and its slope against SciPy, and what is kept for the way back."""

import numpy as np
import pytest
from scipy import stats

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.autograd import registry

EVERYWHERE = np.linspace(-12.0, 12.0, 200_001)


def exact(x):
    return x * stats.norm.cdf(x), stats.norm.cdf(x) + x * stats.norm.pdf(x)


@pytest.mark.parametrize(("dtype", "atol"), [("float32", 8e-7), ("float64", 1e-14)])
def test_the_value_is_scipys_whether_its_slope_is_worked_out_or_not(dtype, atol):
    x = EVERYWHERE.astype(dtype)
    value, _ = exact(x.astype(float))
    alone = F.gelu(tv.tensor(x)).numpy()
    with_slope = F.gelu(tv.tensor(x, requires_grad=True)).detach().numpy()
    np.testing.assert_allclose(alone, value, rtol=1e-6, atol=atol)
    np.testing.assert_array_equal(with_slope, alone)


@pytest.mark.parametrize(("dtype", "atol"), [("float32", 5e-7), ("float64", 1e-14)])
def test_the_slope_is_scipys_whether_it_was_kept_or_not(dtype, atol):
    x = EVERYWHERE.astype(dtype)
    _, slope = exact(x.astype(float))
    leaf = tv.tensor(x, requires_grad=True)
    F.gelu(leaf).sum().backward()
    np.testing.assert_allclose(leaf.grad.numpy(), slope, rtol=1e-6, atol=atol)
    np.testing.assert_array_equal(registry["gelu_slope"](x), leaf.grad.numpy())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_no_bit(threads):
    x = np.random.default_rng(0).normal(size=(3, 300_001)).astype(np.float32)
    expected = registry["gelu"](x)
    before = tv.get_num_threads()
    tv.set_num_threads(threads)
    try:
        np.testing.assert_array_equal(registry["gelu"](x), expected)
    finally:
        tv.set_num_threads(before)
