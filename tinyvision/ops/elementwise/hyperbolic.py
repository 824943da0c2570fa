"""Hyperbolic functions and their inverses, element by element. Integers become float32."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.promote import floating
from .power import rsqrt


@primitive(prepare=floating)
def sinh(input):
    """The hyperbolic sine.

    >>> import tinyvision as tv
    >>> tv.sinh(tv.tensor([0.0, 1.0]))
    tensor([0.    , 1.1752])
    """
    return np.sinh(input)


sinh.defvjp(input=lambda g, input: g * cosh(input))


@primitive(prepare=floating)
def cosh(input):
    """The hyperbolic cosine.

    >>> import tinyvision as tv
    >>> tv.cosh(tv.tensor([0.0, 1.0]))
    tensor([1.    , 1.5431])
    """
    return np.cosh(input)


cosh.defvjp(input=lambda g, input: g * sinh(input))


@primitive(prepare=floating)
def tanh(input):
    """The hyperbolic tangent.

    >>> import tinyvision as tv
    >>> tv.tanh(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.7616])
    """
    return np.tanh(input)


tanh.defvjp(input=lambda g, ans: g * (1.0 - ans * ans))


# -- inverses ---------------------------------------------------------------------------------


@primitive(prepare=floating)
def asinh(input):
    """The number of that hyperbolic sine.

    >>> import tinyvision as tv
    >>> tv.asinh(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.8814])
    """
    return np.arcsinh(input)


asinh.defvjp(input=lambda g, input: g * rsqrt(input * input + 1.0))


@primitive(prepare=floating)
def acosh(input):
    """The positive number of that hyperbolic cosine; NaN below 1.

    >>> import tinyvision as tv
    >>> tv.acosh(tv.tensor([1.0, 2.0]))
    tensor([0.   , 1.317])
    """
    return np.arccosh(input)


# The product is exact also where the number is close to 1.
acosh.defvjp(input=lambda g, input: g * rsqrt((input - 1.0) * (input + 1.0)))


@primitive(prepare=floating)
def atanh(input):
    """The number of that hyperbolic tangent; infinite at -1 and 1, NaN outside.

    >>> import tinyvision as tv
    >>> tv.atanh(tv.tensor([0.0, 0.5]))
    tensor([0.    , 0.5493])
    """
    return np.arctanh(input)


atanh.defvjp(input=lambda g, input: g / ((1.0 - input) * (1.0 + input)))
