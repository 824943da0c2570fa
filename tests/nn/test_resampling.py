"""Layers that resize or rearrange: every option reaches the function of the same name."""

import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn

X = tv.randn(2, 4, 6, 8, generator=tv.Generator().manual_seed(0))

PAIRS = [
    (nn.PixelShuffle(2), lambda x: F.pixel_shuffle(x, 2)),
    (nn.PixelUnshuffle(2), lambda x: F.pixel_unshuffle(x, 2)),
    (nn.ChannelShuffle(2), lambda x: F.channel_shuffle(x, 2)),
    (nn.UpsamplingNearest2d((9, 5)), lambda x: F.upsample_nearest(x, (9, 5))),
    (nn.UpsamplingBilinear2d(scale_factor=2), lambda x: F.upsample_bilinear(x, None, 2)),
    (
        nn.Upsample(None, (1.5, 2.0), "bicubic", True, True),
        lambda x: F.interpolate(x, None, (1.5, 2.0), "bicubic", True, True),
    ),
]


@pytest.mark.parametrize(("layer", "function"), PAIRS, ids=lambda value: repr(value)[:20])
def test_the_layer_computes_what_the_function_does(layer, function):
    assert bool((layer(X) == function(X)).all())


def test_signals_are_resized_too():
    layer = nn.Upsample(5, mode="linear")
    assert bool((layer(X[:, 0]) == F.interpolate(X[:, 0], 5, mode="linear")).all())
