"""A trained batch normalisation folded into the layer before it: one layer that does both."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from .module import Module
from .parameter import Parameter


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A convolution that does what it and the batch normalisation after it do in evaluation.

    Args:
        conv: the convolution; it stays as it is.
        bn: the batch normalisation, with running averages.
        transpose: whether the convolution is a transposed one.

    Raises:
        ValueError: one of them is in training mode, or there are no running averages.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> conv, bn = nn.Conv2d(3, 4, 3).eval(), nn.BatchNorm2d(4).eval()
    >>> x = tv.randn(1, 3, 5, 5)
    >>> fused = nn.utils.fuse_conv_bn_eval(conv, bn)
    >>> tv.allclose(fused(x), bn(conv(x)), atol=1e-5)
    True
    """
    return _fused("fuse_conv_bn_eval", conv, bn, transpose)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """The same for a linear layer.

    Raises:
        ValueError: one of them is in training mode, there are no running averages, or the features
            differ in number.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> linear, bn = nn.Linear(3, 4).eval(), nn.BatchNorm1d(4).eval()
    >>> x = tv.randn(2, 3)
    >>> tv.allclose(nn.utils.fuse_linear_bn_eval(linear, bn)(x), bn(linear(x)), atol=1e-5)
    True
    """
    if bn.num_features not in (1, linear.out_features):
        raise ValueError(
            f"fuse_linear_bn_eval: the linear layer makes {linear.out_features} features, the "
            f"normalisation takes {bn.num_features}; they must be as many"
        )
    return _fused("fuse_linear_bn_eval", linear, bn, False)


def _fused(name: str, layer: Any, bn: Any, transpose: bool) -> Module:
    for part in (layer, bn):
        if part.training:
            raise ValueError(
                f"{name}: {type(part).__name__} is in training mode; call eval() on both first"
            )
    if bn.running_mean is None or bn.running_var is None:
        raise ValueError(
            f"{name}: the normalisation keeps no running averages; make and train it with "
            "track_running_stats=True"
        )
    fused = deepcopy(layer)
    statistics = (bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        layer.weight, layer.bias, *statistics, transpose=transpose
    )
    return fused


@no_grad
def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """The weight and the bias of the fused layer.

    Args:
        conv_w, conv_b: weight (O, I, ...) and bias (O,) of the layer.
        bn_rm, bn_rv, bn_eps, bn_w, bn_b: running mean and variance, eps, weight and bias.
        transpose: whether the weight is (I, O, ...).
    """
    scale = (bn_rv + bn_eps).rsqrt() * (1.0 if bn_w is None else bn_w)
    axes = (1, -1) if transpose else (-1, 1)
    by_output = scale.reshape(*axes, *(1,) * (conv_w.ndim - 2))
    bias = ((0.0 if conv_b is None else conv_b) - bn_rm) * scale
    if bn_b is not None:
        bias = bias + bn_b
    return (
        Parameter((conv_w * by_output).to(conv_w.dtype), conv_w.requires_grad),
        Parameter(
            bias.to(conv_w.dtype), conv_w.requires_grad if conv_b is None else conv_b.requires_grad
        ),
    )
