"""The bilinear layer: its parameters at first, and what it refuses."""

import pytest

import tinyvision as tv
from tinyvision import nn


def test_parameters_are_drawn_within_the_root_of_the_first_inputs_size():
    layer = nn.Bilinear(16, 5, 20)
    for parameter in layer.parameters():
        assert 0.2 < float(parameter.abs().max()) <= 0.25


def test_without_a_bias_there_is_none():
    layer = nn.Bilinear(3, 4, 2, bias=False, dtype=tv.float64)
    assert list(layer.state_dict()) == ["weight"]
    assert layer(tv.zeros(5, 3, dtype=tv.float64), tv.ones(5, 4, dtype=tv.float64)).sum() == 0


@pytest.mark.parametrize("size", ["in1_features", "in2_features", "out_features"])
def test_a_size_of_zero_is_refused(size):
    sizes = {"in1_features": 1, "in2_features": 1, "out_features": 1, size: 0}
    with pytest.raises(ValueError, match=f"{size} must be a positive integer, got 0"):
        nn.Bilinear(**sizes)
