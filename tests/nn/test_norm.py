"""nn.BatchNorm1d and nn.BatchNorm2d: running averages, modes, and what has no meaning."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


def batches(count, shape=(5, 3, 2, 4)):
    rng = np.random.default_rng(0)
    return [rng.normal(i, 1.0 + i, shape) for i in range(count)]


def per_channel(x):
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)  # (N, C, ...) -> (C, N * ...)
    return rows.mean(axis=1), rows.var(axis=1, ddof=1)


def test_running_values_move_by_momentum_with_each_batch():
    layer = nn.BatchNorm2d(3, momentum=0.3, dtype=tv.float64)
    mean, variance = np.zeros(3), np.ones(3)
    for x in batches(4):
        layer(tv.from_numpy(x))
        batch_mean, batch_variance = per_channel(x)
        mean = 0.7 * mean + 0.3 * batch_mean
        variance = 0.7 * variance + 0.3 * batch_variance
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), variance, rtol=1e-12)
    assert layer.num_batches_tracked.item() == 4


def test_without_momentum_the_running_values_are_plain_averages():
    layer = nn.BatchNorm2d(3, momentum=None, dtype=tv.float64)
    found = [per_channel(x) for x in batches(4) if layer(tv.from_numpy(x)) is not None]
    means, variances = zip(*found, strict=True)
    np.testing.assert_allclose(layer.running_mean.numpy(), np.mean(means, axis=0), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), np.mean(variances, axis=0), rtol=1e-12)


def test_evaluation_uses_the_running_values_and_does_not_move_them():
    layer = nn.BatchNorm1d(2).eval()
    layer.running_mean.copy_(tv.tensor([1.0, 2.0]))
    layer.running_var.copy_(tv.tensor([4.0, 9.0]))
    out = layer(tv.tensor([[3.0, 5.0]]))  # one example will do in evaluation
    np.testing.assert_allclose(out.detach().numpy(), [[1.0, 1.0]], rtol=1e-5)
    assert layer.running_mean.tolist() == [1.0, 2.0]
    assert layer.num_batches_tracked.item() == 0


def test_without_running_values_evaluation_normalises_by_the_batch_too():
    layer = nn.BatchNorm1d(1, track_running_stats=False).eval()
    np.testing.assert_allclose(
        layer(tv.tensor([[1.0], [3.0]])).detach().numpy(), [[-1.0], [1.0]], rtol=1e-4
    )
    assert layer.running_mean is None


def test_weight_and_bias_can_be_left_out_together_or_the_bias_alone():
    assert list(nn.BatchNorm1d(2, affine=False).parameters()) == []
    assert [n for n, _ in nn.BatchNorm1d(2, bias=False).named_parameters()] == ["weight"]


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.BatchNorm2d(3), (2, 3), "BatchNorm2d expects an input of 4 axes, got shape (2, 3)"),
        (nn.BatchNorm1d(3), (2, 3, 4, 5), "BatchNorm1d expects an input of 2 or 3 axes, got shape"),
        (nn.BatchNorm1d(3), (1, 3), "one value per channel has no variance"),
        (nn.BatchNorm1d(3), (2, 4), "has num_features=3, the input of shape (2, 4) has 4 channels"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, shape, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        layer(tv.zeros(*shape))


def test_no_features_cannot_be_normalised():
    with pytest.raises(ValueError, match="num_features must be a positive integer, got 0"):
        nn.BatchNorm2d(0)


def test_without_parameters_and_running_values_the_number_of_channels_does_not_matter():
    layer = nn.BatchNorm1d(3, affine=False, track_running_stats=False)
    assert layer(tv.randn(4, 7)).shape == (4, 7)
