"""LayerNorm and GroupNorm: their parameters; what they compute is tested with the functions."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


def names(layer):
    return [name for name, _ in layer.named_parameters()]


@pytest.mark.parametrize("shape", [4, (3, 4)], ids=str)
def test_scales_are_ones_and_shifts_zeros_at_first(shape):
    layer = nn.LayerNorm(shape)
    full = (shape,) if isinstance(shape, int) else shape
    np.testing.assert_array_equal(layer.weight.detach().numpy(), np.ones(full, np.float32))
    np.testing.assert_array_equal(layer.bias.detach().numpy(), np.zeros(full, np.float32))


def test_parameters_can_be_left_out():
    assert names(nn.LayerNorm(4, bias=False)) == ["weight"]
    assert names(nn.LayerNorm(4, elementwise_affine=False)) == []
    assert names(nn.GroupNorm(2, 4, bias=False)) == ["weight"]
    assert names(nn.GroupNorm(2, 4, affine=False)) == []


def test_parameters_scale_and_shift_each_element():
    layer = nn.LayerNorm(2)
    with tv.no_grad():
        layer.weight.copy_(tv.tensor([2.0, 3.0]))
        layer.bias.copy_(tv.tensor([10.0, 20.0]))
    out = layer(tv.tensor([[0.0, 2e4]]))
    np.testing.assert_allclose(out.detach().numpy(), [[8.0, 23.0]], rtol=1e-6)


def test_parameters_scale_and_shift_each_channel():
    layer = nn.GroupNorm(1, 2)
    with tv.no_grad():
        layer.weight.copy_(tv.tensor([2.0, 3.0]))
        layer.bias.copy_(tv.tensor([10.0, 20.0]))
    out = layer(tv.tensor([[0.0, 2e4]]))
    np.testing.assert_allclose(out.detach().numpy(), [[8.0, 23.0]], rtol=1e-6)


def test_training_and_evaluation_compute_the_same():
    layer, x = nn.LayerNorm(4), tv.randn(3, 4)
    trained = layer(x).detach().numpy()
    np.testing.assert_array_equal(layer.eval()(x).detach().numpy(), trained)


@pytest.mark.parametrize(
    ("message", "make"),
    [
        ("normalized_shape must be a positive integer, got 0", lambda: nn.LayerNorm((3, 0))),
        ("num_groups must be a positive integer", lambda: nn.GroupNorm(0, 3)),
        ("num_groups must divide num_channels, got 2 and 3", lambda: nn.GroupNorm(2, 3)),
        ("on the CPU only", lambda: nn.LayerNorm(3, device="cuda")),
        ("on the CPU only", lambda: nn.GroupNorm(1, 3, device="cuda")),
    ],
)
def test_what_does_not_fit_is_refused(message, make):
    with pytest.raises(ValueError, match=message):
        make()
