"""Exponential units: straight where x is positive, an exponential that levels off below."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.assign import store
from ..base.choose import clamp, where
from ..base.promote import floating
from .exponential import exp

# Layers of SELUs drive their values to mean 0 and variance 1; the paper derives these two numbers.
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


@primitive(prepare=floating)
def _elu(x, *, low, scale, rate):
    """``scale * x`` where x is positive, ``low * (exp(rate * x) - 1)`` elsewhere."""
    return np.where(x > 0, x * scale, low * np.expm1(x * rate))


def _elu_rule(g, x, *, low, scale, rate):
    # The exponential of a large x, which is not used, would be infinite.
    below = exp(clamp(x, max=0.0) * rate) * (low * rate)
    return g * where(x > 0, scale, below)


_elu.defvjp(x=_elu_rule)


def elu(input, alpha=1.0, inplace=False):
    """x where positive, ``alpha * (exp(x) - 1)`` elsewhere.

    Source: Clevert, Unterthiner and Hochreiter (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.elu(tv.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.    ])
    """
    if inplace:
        return elu_(input, alpha)
    return _elu(input, low=float(alpha), scale=1.0, rate=1.0)


def elu_(input, alpha=1.0):
    """As :func:`elu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.nn.functional.elu_(tv.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.    ])
    """
    return store("elu_", input, elu, alpha)


def celu(input, alpha=1.0, inplace=False):
    """x where positive, ``alpha * (exp(x / alpha) - 1)`` elsewhere: smooth for every alpha.

    Raises:
        ValueError: ``alpha`` is 0.

    Source: Barron, "Continuously Differentiable Exponential Linear Units" (2017).

    >>> import tinyvision as tv
    >>> tv.nn.functional.celu(tv.tensor([-1.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  2.    ])
    """
    if alpha == 0:
        raise ValueError("celu: alpha must not be 0, as x is divided by it; use relu for a corner")
    if inplace:
        return celu_(input, alpha)
    return _elu(input, low=float(alpha), scale=1.0, rate=1.0 / alpha)


def celu_(input, alpha=1.0):
    """As :func:`celu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.celu_(tv.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.    ])
    """
    return store("celu_", input, celu, alpha)


def selu(input, inplace=False):
    """:func:`elu`, stretched so that layers of it keep mean 0 and variance 1 by themselves.

    Source: Klambauer et al., "Self-Normalizing Neural Networks" (2017).

    >>> import tinyvision as tv
    >>> tv.nn.functional.selu(tv.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    if inplace:
        return selu_(input)
    return _elu(input, low=_SELU_ALPHA * _SELU_SCALE, scale=_SELU_SCALE, rate=1.0)


def selu_(input):
    """As :func:`selu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.selu_(tv.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return store("selu_", input, selu)
