"""Activation layers: their options reach the function; in place inside a network."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn

X = tv.linspace(-9.0, 9.0, 24).reshape(4, 6)

PAIRS = [
    (nn.ReLU(), F.relu),
    (nn.ReLU6(), F.relu6),
    (nn.LeakyReLU(0.3), lambda x: F.leaky_relu(x, 0.3)),
    (nn.ELU(0.5), lambda x: F.elu(x, 0.5)),
    (nn.GELU(), F.gelu),
    (nn.GELU("tanh"), lambda x: F.gelu(x, "tanh")),
    (nn.SiLU(), F.silu),
    (nn.Softplus(0.5, 2.0), lambda x: F.softplus(x, 0.5, 2.0)),
    (nn.Hardtanh(-0.5, 3.0), lambda x: F.hardtanh(x, -0.5, 3.0)),
    (nn.Sigmoid(), F.sigmoid),
    (nn.LogSigmoid(), F.logsigmoid),
    (nn.Tanh(), F.tanh),
    (nn.Softmax(0), lambda x: F.softmax(x, 0)),
    (nn.LogSoftmax(1), lambda x: F.log_softmax(x, 1)),
]


@pytest.mark.parametrize(("layer", "function"), PAIRS, ids=lambda value: repr(value)[:20])
def test_the_layer_computes_what_the_function_does(layer, function):
    np.testing.assert_array_equal(layer(X).numpy(), function(X).numpy())


IN_PLACE = [
    lambda inplace: nn.ReLU(inplace),
    lambda inplace: nn.ReLU6(inplace),
    lambda inplace: nn.LeakyReLU(0.2, inplace),
    lambda inplace: nn.ELU(1.0, inplace),
    lambda inplace: nn.SiLU(inplace),
    lambda inplace: nn.Hardtanh(-1.0, 1.0, inplace),
]
each_in_place = pytest.mark.parametrize("make", IN_PLACE, ids=lambda make: repr(make(True)))


@each_in_place
@pytest.mark.parametrize("normalised", [False, True])
def test_in_place_inside_a_network_gives_the_same_gradients(make, normalised):
    """After a convolution, whose output nothing else needs, as in most networks."""
    norm = nn.BatchNorm2d(4) if normalised else nn.Identity()
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), norm, make(False), nn.MaxPool2d(2), nn.Conv2d(4, 1, 2)
    ).double()
    x = tv.randn(3, 2, 6, 5, dtype=tv.float64)
    found = []
    for inplace in (False, True):
        network[2] = make(inplace)
        network.zero_grad()
        out = network(x)
        (out * out).sum().backward()
        found.append([out.detach().numpy(), *(p.grad.numpy() for p in network.parameters())])
    for plain, stored in zip(*found, strict=True):
        np.testing.assert_array_equal(plain, stored)


def test_in_place_stores_the_activation_in_the_output_of_the_convolution():
    conv = nn.Conv2d(1, 2, 3)
    before = conv(tv.randn(1, 1, 5, 5))
    assert nn.ReLU(inplace=True)(before) is before
    assert bool((before >= 0).all())


@each_in_place
def test_in_place_shows_itself(make):
    assert repr(make(True)).endswith("inplace=True)")


def test_softmax_without_an_axis_is_refused():
    with pytest.raises(ValueError, match="softmax needs dim"):
        nn.Softmax()(X)
