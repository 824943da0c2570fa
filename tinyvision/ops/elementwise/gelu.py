"""GELU, the activation of transformers: x times the probability of a normal number below x."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.blocks import over_blocks
from ..base.keep import room
from ..base.promote import floating
from .hyperbolic import tanh
from .normal import cdf_and_gelu_slope_of_block, cdf_of_block, normal_density


@primitive
def _gelu(x, *, kept=None):
    """`kept` is given the slope: it is found where the probability is."""
    if kept is None:
        return over_blocks(_value_of_block, x)[0]
    value, slope = over_blocks(_both_of_block, x, outputs=2)
    kept.append(slope)
    return value


@primitive
def _gelu_slope(x, *, kept=None):
    return kept[0] if kept else over_blocks(_both_of_block, x, outputs=2)[1]


def _value_of_block(x, value):
    np.multiply(x, cdf_of_block(x), out=value)


def _both_of_block(x, value, slope):
    if x.dtype == np.float32:
        cdf_and_gelu_slope_of_block(x, value, slope)
        value *= x
        return
    probability = cdf_of_block(x)
    np.multiply(x, probability, out=value)
    np.multiply(x, normal_density(x), out=slope)
    slope += probability


_gelu.defvjp(x=lambda g, x, *, kept: g * _gelu_slope(x, kept=kept))
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
        (x,) = floating(input)
        return _gelu(x, kept=room(x))
    if approximate == "tanh":
        inner = 0.7978845608028654 * (input + 0.044715 * (input * input * input))  # sqrt(2 / pi)
        return 0.5 * input * (1.0 + tanh(inner))
    raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
