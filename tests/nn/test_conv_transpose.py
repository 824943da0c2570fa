"""Transposed convolution layers: their options reach the function, and the size asked for."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn


def test_the_layers_compute_what_the_functions_do():
    layer = nn.ConvTranspose2d(4, 6, (2, 3), (3, 2), 1, (2, 1), 2, dilation=(1, 2))
    x = tv.randn(2, 4, 3, 4)
    expected = F.conv_transpose2d(
        x, layer.weight, layer.bias, (3, 2), 1, (2, 1), groups=2, dilation=(1, 2)
    )
    assert bool((layer(x) == expected).all())
    layer = nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, 2)
    expected = F.conv_transpose1d(x[:, :, 0], layer.weight, layer.bias, 2, 1, 1, 2)
    assert bool((layer(x[:, :, 0]) == expected).all())


@pytest.mark.parametrize("size", [(7, 9), (8, 10), (2, 5, 7, 10)], ids=str)
def test_the_size_can_be_asked_for_at_the_call(size):
    layer = nn.ConvTranspose2d(3, 5, 3, stride=2, padding=1)
    x = tv.randn(2, 3, 4, 5)
    out = layer(x, output_size=size)
    assert out.shape == (2, 5, *size[-2:])
    extra = tuple(wanted - least for wanted, least in zip(size[-2:], (7, 9), strict=True))
    expected = F.conv_transpose2d(x, layer.weight, layer.bias, 2, 1, extra)
    assert bool((out == expected).all())


def test_of_signals_too():
    layer = nn.ConvTranspose1d(3, 5, 2, stride=3)
    assert layer(tv.zeros(1, 3, 4), (13,)).shape == (1, 5, 13)
    assert layer(tv.zeros(3, 4), [5, 13]).shape == (5, 13)


def test_parameters_are_uniform_within_the_bound_of_the_kernel():
    layer = nn.ConvTranspose2d(8, 20, 3, groups=2)
    bound = 1.0 / np.sqrt(20 / 2 * 9)
    for parameter in (layer.weight, layer.bias):
        assert 0.8 * bound < float(parameter.abs().max()) <= bound


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((9, 9), "can make 7 to 8 pixels where 9 are asked for"),
        ((6, 9), "can make 7 to 8 pixels where 6 are asked for"),
        ((9,), "output_size must have 2 or 4 numbers, got (9,)"),
    ],
)
def test_a_size_that_cannot_be_made_is_refused(size, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        nn.ConvTranspose2d(3, 5, 3, stride=2, padding=1)(tv.zeros(2, 3, 4, 5), size)


@pytest.mark.parametrize("layer", [nn.ConvTranspose1d, nn.ConvTranspose2d])
def test_other_borders_than_zeros_are_refused(layer):
    with pytest.raises(ValueError, match="has padding_mode 'zeros' only"):
        layer(2, 2, 3, padding_mode="reflect")
