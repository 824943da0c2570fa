"""A fused layer does what two did, and its numbers are those of the formula."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.nn.utils import fuse_conv_bn_eval, fuse_conv_bn_weights, fuse_linear_bn_eval


def trained(bn, seed=0):
    """A normalisation with numbers all of its own."""
    rng = np.random.default_rng(seed)
    for tensor in [*bn.parameters(), bn.running_mean, bn.running_var]:
        tensor.detach().copy_(tv.tensor(rng.uniform(0.5, 2.0, size=tensor.shape)))
    return bn.double().eval()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("affine", [True, False])
def test_a_convolution(bias, affine):
    conv = nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=bias).double().eval()
    bn = trained(nn.BatchNorm2d(6, affine=affine))
    fused = fuse_conv_bn_eval(conv, bn)
    x = tv.randn(2, 4, 5, 7, dtype=tv.float64)
    np.testing.assert_allclose(
        fused(x).detach().numpy(), bn(conv(x)).detach().numpy(), rtol=1e-10, atol=1e-12
    )
    assert fused is not conv
    assert (conv.bias is not None) is bias
    assert isinstance(fused.weight, nn.Parameter)


def test_a_linear_layer():
    linear, bn = nn.Linear(3, 4).double().eval(), trained(nn.BatchNorm1d(4))
    x = tv.randn(5, 3, dtype=tv.float64)
    np.testing.assert_allclose(
        fuse_linear_bn_eval(linear, bn)(x).detach().numpy(),
        bn(linear(x)).detach().numpy(),
        rtol=1e-10,
    )


def test_the_outputs_of_a_transposed_kernel_are_its_second_axis():
    weight = tv.ones(2, 3, 1, 1)
    statistics = tv.zeros(3), tv.tensor([1.0, 4.0, 16.0]), 0.0
    fused, bias = fuse_conv_bn_weights(weight, None, *statistics, None, None, transpose=True)
    assert fused.shape == (2, 3, 1, 1)
    assert fused[1, :, 0, 0].tolist() == [1.0, 0.5, 0.25]
    assert bias.tolist() == [0.0, 0.0, 0.0]


def test_what_is_frozen_stays_frozen():
    conv = nn.Conv2d(1, 1, 1).eval().requires_grad_(False)
    fused = fuse_conv_bn_eval(conv, nn.BatchNorm2d(1).eval())
    assert not any(parameter.requires_grad for parameter in fused.parameters())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fuse_conv_bn_eval(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1).eval()),
            "fuse_conv_bn_eval: Conv2d is in training mode; call eval() on both first",
        ),
        (
            lambda: fuse_conv_bn_eval(
                nn.Conv2d(1, 1, 1).eval(), nn.BatchNorm2d(1, track_running_stats=False).eval()
            ),
            "the normalisation keeps no running averages; make and train it with",
        ),
        (
            lambda: fuse_linear_bn_eval(nn.Linear(1, 2).eval(), nn.BatchNorm1d(3).eval()),
            "the linear layer makes 2 features, the normalisation takes 3",
        ),
    ],
)
def test_what_cannot_be_fused_is_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
