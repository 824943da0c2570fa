"""Power-average pooling against its formula."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F


def images(low=0.5):
    return np.random.default_rng(0).uniform(low, 2.0, (2, 3, 4, 6))


@pytest.mark.parametrize("p", [1, 2, 3.0, 0.5, 7])
def test_each_window_has_its_norm(p):
    x = images()
    blocks = x.reshape(2, 3, 2, 2, 2, 3)  # windows of 2 by 3
    expected = (blocks**p).sum(axis=(3, 5)) ** (1 / p)
    out = F.lp_pool2d(tv.from_numpy(x), p, (2, 3))
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)


def test_of_signals_each_window_has_its_norm():
    x = images()[:, :, 0]
    out = F.lp_pool1d(tv.from_numpy(x), 2, 3, stride=1)
    expected = np.sqrt(np.lib.stride_tricks.sliding_window_view(x**2, 3, axis=2).sum(axis=-1))
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)


def test_a_power_of_one_is_the_sum_and_a_large_one_nearly_the_maximum():
    x = tv.from_numpy(images())
    np.testing.assert_allclose(
        F.lp_pool2d(x, 1, 2).numpy(), 4 * F.avg_pool2d(x, 2).numpy(), rtol=1e-12
    )
    np.testing.assert_allclose(
        F.lp_pool2d(x, 200, 2).numpy(), F.max_pool2d(x, 2).numpy(), rtol=1e-2
    )


def test_a_negative_sum_has_no_root():
    x = tv.tensor([[[1.0, -2.0]]])
    assert bool(tv.isnan(F.lp_pool1d(x, 3.0, 2)).all())


def test_a_window_of_zeros_has_slope_zero():
    x = tv.zeros(1, 1, 2, 2, requires_grad=True)
    out = F.lp_pool2d(x, 2, 2)
    out.sum().backward()
    assert out.item() == 0.0
    assert x.grad.tolist() == [[[[0.0, 0.0], [0.0, 0.0]]]]


@pytest.mark.parametrize("pool", [F.lp_pool1d, F.lp_pool2d])
@pytest.mark.parametrize("p", [0, "2", True])
def test_what_is_no_power_is_refused(pool, p):
    with pytest.raises(ValueError, match=f"norm_type must be a number other than 0, got {p!r}"):
        pool(tv.ones(1, 2, 2), p, 2)
