"""Smooth activations, and relu: the bends between the linear layers."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ..base import scipy_special as special
from ..base.assign import store
from ..base.choose import abs, where, zero_where
from ..base.index import getitem
from ..base.promote import check_dim, floating
from .hyperbolic import tanh


@primitive
def _relu(x):
    # NumPy compares two arrays three times faster than an array and a number; so against zeros,
    # as many as there are in an image or a row.
    rows_are_long = x.ndim > 0 and x[:1].size >= 64
    return np.maximum(x, np.zeros_like(x[:1]) if rows_are_long else 0)


_relu.defvjp(x=lambda g, ans: zero_where(g, mask=unwrap(ans) <= 0))


def relu(input, inplace=False):
    """``max(0, x)``; its slope at 0 is 0.

    >>> import tinyvision as tv
    >>> tv.relu(tv.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return relu_(input) if inplace else _relu(input)


def relu_(input):
    """As :func:`relu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.relu_(tv.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return store("relu_", input, _relu)


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


def mish(input, inplace=False):
    """``x * tanh(log(1 + exp(x)))``.

    Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function" (2019).

    >>> import tinyvision as tv
    >>> tv.nn.functional.mish(tv.tensor([-1.0, 1.0]))
    tensor([-0.3034,  0.8651])
    """
    if inplace:
        return store("mish_", input, mish)
    (input,) = floating(input)
    return input * tanh(softplus(input))


def softsign(input):
    """``x / (1 + |x|)``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.softsign(tv.tensor([-1.0, 3.0]))
    tensor([-0.5 ,  0.75])
    """
    return input / (1 + abs(input))


def tanhshrink(input):
    """``x - tanh(x)``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.tanhshrink(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.2384])
    """
    return input - tanh(input)


def glu(input, dim=-1):
    """One half of the input times the sigmoid of the other, which opens or closes a gate.

    Args:
        input: any shape with an even size along ``dim``.
        dim: the axis that is cut into halves.

    Raises:
        ValueError: the input has no axes, or the size along ``dim`` is odd.

    Source: Dauphin et al., "Language Modeling with Gated Convolutional Networks" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.functional.glu(tv.tensor([1.0, 2.0, 0.0, 100.0]))
    tensor([0.5, 2. ])
    """
    if input.ndim == 0:
        raise ValueError("glu: a tensor without axes has no halves; give it an even size along dim")
    axis = check_dim(dim, input.ndim)
    size = input.shape[axis]
    if size % 2:
        raise ValueError(
            f"glu: the input of shape {input.shape} has the odd size {size} along dim {dim}; one "
            "half is multiplied by the sigmoid of the other"
        )
    before = (slice(None),) * axis
    value = getitem(input, (*before, slice(size // 2)))
    return value * sigmoid(getitem(input, (*before, slice(size // 2, None))))
