"""Instance normalisation layers: running values, single images, and what is refused."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn


def test_without_running_values_evaluation_does_what_training_does():
    layer, x = nn.InstanceNorm2d(3), tv.randn(2, 3, 4, 5)
    trained = layer(x)
    assert bool((layer.eval()(x) == trained).all())
    assert not list(layer.parameters())
    assert layer.running_mean is None


def test_with_them_evaluation_uses_what_training_has_seen():
    layer = nn.InstanceNorm1d(3, momentum=0.5, affine=True, track_running_stats=True)
    x = tv.randn(2, 3, 5) + 3.0
    layer(x)
    per_channel = x.mean(2).mean(0).numpy() * 0.5
    np.testing.assert_allclose(layer.running_mean.numpy(), per_channel, rtol=1e-5)
    expected = F.batch_norm(x, layer.running_mean, layer.running_var, layer.weight, layer.bias)
    assert bool((layer.eval()(x) == expected).all())
    assert layer.num_batches_tracked.item() == 0  # as in torch, which counts nothing here


@pytest.mark.parametrize("affine", [False, True])
def test_a_single_image_needs_no_batch(affine):
    x = tv.randn(3, 4, 5)
    layer = nn.InstanceNorm2d(3, affine=affine)
    assert bool((layer(x) == layer(x.unsqueeze(0))[0]).all())
    layer = nn.InstanceNorm1d(3, affine=affine)
    assert layer(x[:, 0]).shape == (3, 5)


def test_without_parameters_the_number_of_channels_does_not_matter():
    assert nn.InstanceNorm1d(3)(tv.randn(2, 7, 5)).shape == (2, 7, 5)


@pytest.mark.parametrize(
    ("make", "shape", "message"),
    [
        (lambda: nn.InstanceNorm2d(3), (3, 4), "InstanceNorm2d expects an input of 3 or 4 axes"),
        (lambda: nn.InstanceNorm1d(3), (3,), "InstanceNorm1d expects an input of 2 or 3 axes"),
        (
            lambda: nn.InstanceNorm2d(3, affine=True),
            (2, 4, 5, 5),
            "InstanceNorm2d has num_features=3, the input of shape (2, 4, 5, 5) has 4 channels",
        ),
        (lambda: nn.InstanceNorm2d(3), (2, 3, 1, 1), "with more than one pixel"),
    ],
)
def test_what_does_not_fit_is_refused(make, shape, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()(tv.zeros(shape))
