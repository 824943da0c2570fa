"""Pooling layers: every option reaches the function of the same name."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn

X = tv.randn(2, 3, 9, 8, generator=tv.Generator().manual_seed(0))

PAIRS = [
    (
        nn.MaxPool2d((3, 2), 4, 1, (2, 1), ceil_mode=True),
        lambda x: F.max_pool2d(x, (3, 2), 4, 1, (2, 1), ceil_mode=True),
    ),
    (
        nn.AvgPool2d((3, 2), 3, 1, True, False),
        lambda x: F.avg_pool2d(x, (3, 2), 3, 1, True, False),
    ),
    (nn.AvgPool2d(2, divisor_override=3), lambda x: F.avg_pool2d(x, 2, divisor_override=3)),
    (nn.AdaptiveAvgPool2d((None, 3)), lambda x: F.adaptive_avg_pool2d(x, (None, 3))),
    (nn.AdaptiveMaxPool2d(3), lambda x: F.adaptive_max_pool2d(x, 3)),
    (nn.LPPool2d(2, 3, 2, True), lambda x: F.lp_pool2d(x, 2, 3, 2, True)),
]

PAIRS_OF_SIGNALS = [
    (
        nn.MaxPool1d(3, 4, 1, 2, ceil_mode=True),
        lambda x: F.max_pool1d(x, 3, 4, 1, 2, ceil_mode=True),
    ),
    (nn.AvgPool1d(3, 2, 1, True, False), lambda x: F.avg_pool1d(x, 3, 2, 1, True, False)),
    (nn.AdaptiveAvgPool1d(3), lambda x: F.adaptive_avg_pool1d(x, 3)),
    (nn.AdaptiveMaxPool1d(3), lambda x: F.adaptive_max_pool1d(x, 3)),
    (nn.LPPool1d(2, 3, 2, True), lambda x: F.lp_pool1d(x, 2, 3, 2, True)),
]


@pytest.mark.parametrize(("layer", "function"), PAIRS, ids=lambda value: repr(value)[:20])
def test_the_layer_computes_what_the_function_does(layer, function):
    np.testing.assert_array_equal(layer(X).numpy(), function(X).numpy())


@pytest.mark.parametrize(
    ("layer", "function"), PAIRS_OF_SIGNALS, ids=lambda value: repr(value)[:20]
)
def test_a_layer_of_signals_computes_what_the_function_does(layer, function):
    np.testing.assert_array_equal(layer(X[:, 0]).numpy(), function(X[:, 0]).numpy())


@pytest.mark.parametrize(
    "layer", [nn.MaxPool1d(2, return_indices=True), nn.AdaptiveMaxPool1d(2, return_indices=True)]
)
def test_indices_say_where_the_maxima_of_signals_stand(layer):
    values, indices = layer(X[:, 0])
    assert bool((X[:, 0].gather(2, indices) == values).all())


@pytest.mark.parametrize(
    "layer", [nn.MaxPool2d(2, return_indices=True), nn.AdaptiveMaxPool2d(2, return_indices=True)]
)
def test_indices_say_where_the_maxima_stand(layer):
    values, indices = layer(X)
    flat = X.reshape(2, 3, 72)
    picked = flat.gather(2, indices.reshape(2, 3, -1)).reshape(*values.shape)
    assert bool((picked == values).all())
