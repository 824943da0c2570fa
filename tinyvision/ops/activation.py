"""Activations: the bends between the linear layers."""

from __future__ import annotations

import numpy as np
from scipy import special

from ..autograd.primitive import primitive
from ..autograd.tensor import unwrap
from .assign import store
from .blocks import in_blocks
from .choose import clamp, where, zero_where
from .exponential import exp, tanh
from .normal import cdf_of_block, normal_density
from .promote import floating, quiet


@primitive
def _relu(x):
    return np.maximum(x, 0)


_relu.defvjp(x=lambda g, ans: zero_where(g, mask=unwrap(ans) <= 0))


def relu(input, inplace=False):
    """``max(0, x)``; its slope at 0 is 0.

    >>> import tinyvision as tv
    >>> tv.relu(tv.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return store("relu_", input, _relu) if inplace else _relu(input)


@primitive(prepare=floating)
def sigmoid(input):
    """``1 / (1 + exp(-x))``.

    >>> import tinyvision as tv
    >>> tv.sigmoid(tv.tensor([0.0, 100.0]))
    tensor([0.5, 1. ])
    """
    return special.expit(input).astype(input.dtype, copy=False)  # SciPy makes float16 float32


sigmoid.defvjp(input=lambda g, ans: g * (ans * (1.0 - ans)))


@primitive
@quiet
def _log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


_log_sigmoid.defvjp(x=lambda g, x: g * sigmoid(-x))


def logsigmoid(input):
    """``log(sigmoid(x))``, exact also where the sigmoid would round to 0.

    >>> import tinyvision as tv
    >>> tv.nn.functional.logsigmoid(tv.tensor([0.0, -1000.0]))
    tensor([-6.9315e-01, -1.0000e+03])
    """
    return _log_sigmoid(*floating(input))


@primitive(prepare=floating)
@quiet
@in_blocks
def _gelu(x):
    return x * cdf_of_block(x)


@primitive
@in_blocks
def _gelu_slope(x):
    return cdf_of_block(x) + x * normal_density(x)


_gelu.defvjp(x=lambda g, x: g * _gelu_slope(x))
_gelu_slope.defvjp(x=lambda g, x: g * (normal_density(x) * (2.0 - x * x)))


def gelu(input, approximate="none"):
    """``x * P(a standard normal number < x)``, exactly or by the tanh formula.

    Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).

    Raises:
        ValueError: ``approximate`` is neither 'none' nor 'tanh'.

    >>> import tinyvision as tv
    >>> tv.nn.functional.gelu(tv.tensor([-1.0, 1.0]))
    tensor([-0.1587,  0.8413])
    """
    if approximate == "none":
        return _gelu(input)
    if approximate == "tanh":
        inner = 0.7978845608028654 * (input + 0.044715 * (input * input * input))  # sqrt(2 / pi)
        return 0.5 * input * (1.0 + tanh(inner))
    raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")


@primitive(prepare=floating)
@quiet
def _silu(x):
    return x * sigmoid.function(x)


def _silu_rule(g, x):
    s = sigmoid(x)
    return g * (s * (1.0 + x * (1.0 - s)))


_silu.defvjp(x=_silu_rule)


def silu(input, inplace=False):
    """``x * sigmoid(x)``.

    Source: Elfwing, Uchibe and Doya (2017); as "swish", Ramachandran et al. (2017).

    >>> import tinyvision as tv
    >>> tv.nn.functional.silu(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.7311])
    """
    return store("silu_", input, _silu) if inplace else _silu(input)


@primitive(prepare=floating)
@quiet
def _softplus(x, *, beta, threshold):
    scaled = x * beta
    soft = (np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    return np.where(scaled > threshold, x, soft)


_softplus.defvjp(
    x=lambda g, x, *, beta, threshold: where(x * beta > threshold, g, g * sigmoid(x * beta))
)


def softplus(input, beta=1.0, threshold=20.0):
    """``log(1 + exp(beta * x)) / beta``; x itself where ``beta * x`` is above the threshold.

    >>> import tinyvision as tv
    >>> tv.nn.functional.softplus(tv.tensor([0.0, 100.0]))
    tensor([  0.6931, 100.    ])
    """
    return _softplus(input, beta=float(beta), threshold=float(threshold))


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x where positive, ``negative_slope * x`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.functional.leaky_relu(tv.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1,  2. ])
    """
    if inplace:
        return store("leaky_relu_", input, leaky_relu, negative_slope)
    return where(input > 0, input, input * negative_slope)


@primitive(prepare=floating)
@quiet
def _elu(x, *, alpha):
    return np.where(x > 0, x, alpha * np.expm1(x))


_elu.defvjp(x=lambda g, x, *, alpha: where(x > 0, g, g * (alpha * exp(clamp(x, max=0.0)))))


def elu(input, alpha=1.0, inplace=False):
    """x where positive, ``alpha * (exp(x) - 1)`` elsewhere.

    Source: Clevert, Unterthiner and Hochreiter (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.elu(tv.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.    ])
    """
    if inplace:
        return store("elu_", input, elu, alpha)
    return _elu(input, alpha=float(alpha))


@primitive(prepare=floating)
def _hardtanh(x, *, low, high):
    return np.clip(x, low, high)


def _hardtanh_rule(g, ans, *, low, high):
    ans = unwrap(ans)
    return zero_where(g, mask=(ans <= low) | (ans >= high))


_hardtanh.defvjp(x=_hardtanh_rule)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """Limit to ``min_val`` and ``max_val``; at the limits themselves the slope is 0.

    >>> import tinyvision as tv
    >>> tv.nn.functional.hardtanh(tv.tensor([-3.0, 0.5, 3.0]))
    tensor([-1. ,  0.5,  1. ])
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val {min_val} is larger than max_val {max_val}")
    if inplace:
        return store("hardtanh_", input, hardtanh, min_val, max_val)
    return _hardtanh(input, low=min_val, high=max_val)


def relu6(input, inplace=False):
    """``min(max(0, x), 6)``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.relu6(tv.tensor([-1.0, 9.0]))
    tensor([0., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)
