"""Unpooling layers undo the pooling layers beside them."""

import tinyvision as tv
from tinyvision import nn


def test_pooled_and_unpooled_only_the_maxima_are_left():
    x = tv.arange(1.0, 25.0).reshape(1, 1, 4, 6)
    pool, unpool = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
    back = unpool(*pool(x))
    assert back.shape == x.shape
    assert bool(((back == 0) | (back == x)).all())
    assert int((back != 0).sum()) == 6


def test_options_reach_the_function():
    values, places = nn.MaxPool2d(3, 2, 1, return_indices=True)(tv.randn(1, 2, 6, 7))
    layer = nn.MaxUnpool2d(3, 2, 1)
    assert layer(values, places, output_size=(6, 7)).shape == (1, 2, 6, 7)
    values, places = nn.MaxPool1d(3, 2, 1, return_indices=True)(tv.randn(1, 2, 6))
    assert nn.MaxUnpool1d(3, 2, 1)(values, places, (6,)).shape == (1, 2, 6)
