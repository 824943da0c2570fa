"""Activation layers of all files: their options reach the function; in place inside a network."""

import re

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
    (nn.CELU(0.5), lambda x: F.celu(x, 0.5)),
    (nn.SELU(), F.selu),
    (nn.PReLU(), lambda x: F.prelu(x, tv.tensor([0.25])).detach()),
    (nn.PReLU(6, 0.5), lambda x: F.leaky_relu(x, 0.5)),
    (nn.RReLU(0.1, 0.3).eval(), lambda x: F.rrelu(x, 0.1, 0.3)),
    (nn.Mish(), F.mish),
    (nn.Softsign(), F.softsign),
    (nn.Tanhshrink(), F.tanhshrink),
    (nn.GLU(1), lambda x: F.glu(x, 1)),
    (nn.Threshold(0.5, -2.0), lambda x: F.threshold(x, 0.5, -2.0)),
    (nn.Hardsigmoid(), F.hardsigmoid),
    (nn.Hardswish(), F.hardswish),
    (nn.Hardshrink(2.0), lambda x: F.hardshrink(x, 2.0)),
    (nn.Softshrink(2.0), lambda x: F.softshrink(x, 2.0)),
    (nn.Softmin(0), lambda x: F.softmin(x, 0)),
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
    np.testing.assert_array_equal(layer(X).detach().numpy(), function(X).numpy())


IN_PLACE = [
    lambda inplace: nn.ReLU(inplace),
    lambda inplace: nn.ReLU6(inplace),
    lambda inplace: nn.LeakyReLU(0.2, inplace),
    lambda inplace: nn.ELU(1.0, inplace),
    lambda inplace: nn.SiLU(inplace),
    lambda inplace: nn.Hardtanh(-1.0, 1.0, inplace),
    lambda inplace: nn.CELU(1.5, inplace),
    lambda inplace: nn.SELU(inplace),
    lambda inplace: nn.RReLU(0.2, 0.2, inplace),
    lambda inplace: nn.Mish(inplace),
    lambda inplace: nn.Threshold(0.1, -0.5, inplace),
    lambda inplace: nn.Hardsigmoid(inplace),
    lambda inplace: nn.Hardswish(inplace),
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


def test_a_softmax_over_channels_adds_up_to_one_at_every_pixel():
    for shape in [(2, 3, 4, 5), (3, 4, 5)]:
        weights = nn.Softmax2d()(tv.randn(*shape))
        np.testing.assert_allclose(weights.sum(-3).numpy(), 1.0, rtol=1e-6)
    with pytest.raises(ValueError, match=re.escape("(N, C, H, W) or (C, H, W), got (2, 3)")):
        nn.Softmax2d()(tv.zeros(2, 3))


def test_rrelu_draws_only_while_training():
    layer, x = nn.RReLU(0.1, 0.9), tv.full((1000,), -1.0)
    assert float(layer(x).std()) > 0.1
    assert float(layer.eval()(x).std()) == 0.0


def test_the_slope_of_a_prelu_is_trained_and_reset():
    layer = nn.PReLU(init=0.5)
    layer(tv.tensor([-3.0, 2.0])).sum().backward()
    assert layer.weight.grad.tolist() == [-3.0]
    with tv.no_grad():
        layer.weight.zero_()
    layer.reset_parameters()
    assert layer.weight.tolist() == [0.5]


def test_a_prelu_without_parameters_is_refused():
    with pytest.raises(ValueError, match="num_parameters must be a positive integer, got 0"):
        nn.PReLU(0)


def test_softmax_without_an_axis_is_refused():
    with pytest.raises(ValueError, match="softmax needs dim"):
        nn.Softmax()(X)
