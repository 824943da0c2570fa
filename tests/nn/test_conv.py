"""nn.Conv2d: its options reach the operation, and those that do not fit are refused."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn


@pytest.mark.parametrize(
    "options",
    [
        {"stride": (2, 1)},
        {"padding": (0, 2)},
        {"padding": "same"},
        {"padding": "valid"},
        {"dilation": 2},
        {"groups": 2},
        {"bias": False},
    ],
    ids=str,
)
def test_the_layer_computes_what_the_function_does(options):
    layer = nn.Conv2d(4, 6, (2, 3), **options)
    x = tv.randn(2, 4, 7, 8)
    options.pop("bias", None)
    expected = F.conv2d(x, layer.weight, layer.bias, **options)
    assert bool((layer(x) == expected).all())


@pytest.mark.parametrize(
    ("mode", "numpys"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
)
@pytest.mark.parametrize("padding", [(2, 1), "same"])
def test_a_border_can_be_made_from_the_image(mode, numpys, padding):
    layer = nn.Conv2d(2, 3, (2, 4), padding=padding, padding_mode=mode)
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 6)).astype(np.float32)
    borders = [(0, 1), (1, 2)] if padding == "same" else [(2, 2), (1, 1)]
    padded = np.pad(x, [(0, 0), (0, 0), *borders], mode=numpys)
    expected = F.conv2d(tv.from_numpy(padded), layer.weight, layer.bias)
    np.testing.assert_array_equal(
        layer(tv.from_numpy(x)).detach().numpy(), expected.detach().numpy()
    )


def test_the_type_can_be_chosen():
    layer = nn.Conv2d(1, 1, 1, dtype=tv.float64)
    assert {p.dtype for p in layer.parameters()} == {np.dtype("float64")}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels must be a positive integer, got 0"),
        ({"out_channels": 2.0}, ValueError, "out_channels must be a positive integer, got 2.0"),
        ({"groups": True}, ValueError, "groups must be a positive integer, got True"),
        ({"groups": 3}, ValueError, "groups=3 must divide in_channels=4 and out_channels=6"),
        ({"kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0"),
        ({"padding": "full"}, ValueError, "padding must be numbers, 'same' or 'valid', got 'full'"),
        ({"padding": "same", "stride": 2}, ValueError, "padding='same' needs stride 1, got (2, 2)"),
        ({"padding_mode": "mirror"}, ValueError, "padding_mode must be one of ['zeros', 'reflect'"),
    ],
)
def test_options_that_do_not_fit_are_refused_when_the_layer_is_made(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        nn.Conv2d(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, **options})


@pytest.mark.parametrize(
    "options",
    [{"stride": 2}, {"padding": 2}, {"padding": "same"}, {"dilation": 2}, {"groups": 2}],
    ids=str,
)
def test_a_layer_of_signals_computes_what_the_function_does(options):
    layer = nn.Conv1d(4, 6, 3, **options)
    x = tv.randn(2, 4, 9)
    assert bool((layer(x) == F.conv1d(x, layer.weight, layer.bias, **options)).all())


@pytest.mark.parametrize(("padding", "borders"), [(2, (2, 2)), ("same", (1, 2))])
def test_the_border_of_a_signal_can_be_made_from_it(padding, borders):
    layer = nn.Conv1d(2, 3, 4, padding=padding, padding_mode="circular")
    x = np.random.default_rng(0).normal(size=(1, 2, 5)).astype(np.float32)
    padded = np.pad(x, [(0, 0), (0, 0), borders], mode="wrap")
    expected = F.conv1d(tv.from_numpy(padded), layer.weight, layer.bias)
    np.testing.assert_array_equal(
        layer(tv.from_numpy(x)).detach().numpy(), expected.detach().numpy()
    )


def test_a_signals_kernel_is_one_number():
    with pytest.raises(TypeError, match="kernel_size must be an integer or a tuple of one"):
        nn.Conv1d(1, 1, (3, 3))
