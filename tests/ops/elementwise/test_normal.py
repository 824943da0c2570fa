"""The normal distribution, against SciPy in float64."""

import numpy as np
import pytest
from scipy import special, stats

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.ops.elementwise.normal import normal_cdf, normal_density, plain_normal_cdf

EVERYWHERE = np.concatenate([np.linspace(-12.0, 12.0, 200_001), np.geomspace(1e-30, 1e30, 601)])


def test_in_float32_the_probability_is_exact_to_the_seventh_decimal():
    x = EVERYWHERE.astype(np.float32)
    exact = stats.norm.cdf(x.astype(np.float64))
    assert np.abs(normal_cdf(x) - exact).max() < 1.2e-7


def test_in_float32_a_small_probability_has_four_right_digits():
    x = np.linspace(-7.99, -1.0, 200_001).astype(np.float32)
    np.testing.assert_allclose(normal_cdf(x), stats.norm.cdf(x.astype(np.float64)), rtol=1e-4)


def test_the_fast_and_the_plain_form_agree_to_a_millionth():
    x = EVERYWHERE.astype(np.float32)
    np.testing.assert_allclose(normal_cdf(x), plain_normal_cdf(x), rtol=0, atol=1e-6)


def test_in_float64_the_probability_is_exact_also_in_the_tail():
    x = np.linspace(-35.0, 10.0, 1001)
    np.testing.assert_allclose(normal_cdf(x), stats.norm.cdf(x), rtol=1e-13)
    np.testing.assert_allclose(plain_normal_cdf(x), stats.norm.cdf(x), rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_far_out_the_probability_is_zero_and_one_exactly_and_nan_stays(dtype):
    largest = float(np.finfo(dtype).max)
    x = np.array([-np.inf, -largest, -50.0, 50.0, largest, np.inf, np.nan], dtype)
    expected = np.array([0, 0, 0, 1, 1, 1, np.nan], dtype)
    np.testing.assert_array_equal(normal_cdf(x), expected, strict=True)


def test_the_probability_never_falls_by_more_than_rounding_and_is_symmetric():
    x = np.linspace(-8.0, 8.0, 400_001).astype(np.float32)
    probability = normal_cdf(x)
    assert np.diff(probability).min() > -2e-7
    np.testing.assert_allclose(probability + normal_cdf(-x), 1.0, atol=1.2e-7)
    assert (probability >= 0).all()
    assert (probability <= 1).all()


def test_the_derivative_of_the_probability_is_the_density():
    x = tv.linspace(-4.0, 4.0, 101, dtype=tv.float64).requires_grad_()
    normal_cdf(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), stats.norm.pdf(x.detach().numpy()), rtol=1e-12)
    np.testing.assert_allclose(
        normal_density(x.detach()).numpy(), stats.norm.pdf(x.detach().numpy()), rtol=1e-12
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gelu_and_its_slope_follow_the_probability(dtype):
    values = np.linspace(-10.0, 10.0, 100_001).astype(dtype)  # several blocks
    x = tv.tensor(values, requires_grad=True)
    out = F.gelu(x)
    out.sum().backward()
    wide = values.astype(np.float64)
    atol = 1e-6 if dtype == "float32" else 1e-14
    np.testing.assert_allclose(out.detach().numpy(), wide * stats.norm.cdf(wide), atol=atol)
    slope = stats.norm.cdf(wide) + wide * stats.norm.pdf(wide)
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=atol)
    assert (out.dtype, x.grad.dtype) == (dtype, dtype)


def test_neither_gelu_nor_its_slope_calls_scipy_in_float32(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("SciPy was called")

    for name in ("erf", "erfc", "ndtr"):
        monkeypatch.setattr(special, name, refuse)
    x = tv.ones(3, requires_grad=True)
    F.gelu(x).sum().backward()
