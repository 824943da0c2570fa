"""nn.Linear against NumPy, and the layers that only move numbers."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 4, 3), (0, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_multiplies_the_last_axis_and_adds_the_bias(shape, bias):
    layer = nn.Linear(3, 2, bias=bias, dtype=tv.float64)
    x = np.random.default_rng(0).normal(size=shape)
    expected = x @ layer.weight.detach().numpy().T + (layer.bias.detach().numpy() if bias else 0)
    np.testing.assert_allclose(
        layer(tv.from_numpy(x)).detach().numpy(), expected, rtol=1e-12, atol=1e-15
    )


def test_linear_refuses_another_width_with_both_numbers():
    with pytest.raises(ValueError, match=re.escape("(5, 4)")) as caught:
        nn.Linear(3, 2)(tv.zeros(5, 4))
    assert "3" in str(caught.value)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 2), "in_features must be a positive integer, got 0"),
        ((2, -1), "out_features must be a positive integer, got -1"),
        ((2.0, 1), "in_features must be a positive integer, got 2.0"),
    ],
)
def test_sizes_that_are_no_sizes_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        nn.Linear(*sizes)


def test_flatten_and_unflatten_undo_each_other():
    x = tv.arange(24.0).reshape(2, 3, 4)
    flat = nn.Flatten()(x)
    assert flat.tolist() == x.reshape(2, 12).tolist()
    assert nn.Unflatten(1, (3, 4))(flat).tolist() == x.tolist()
    assert nn.Flatten(0, 1)(x).shape == (6, 4)


def test_identity_takes_any_arguments_and_gives_back_its_input():
    x = tv.ones(1)
    assert nn.Identity(54, unused=True)(x) is x
