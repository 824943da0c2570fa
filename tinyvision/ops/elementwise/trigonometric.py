"""Sines, cosines, tangents and their inverses, element by element. Integers become float32."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ..base import scipy_special as special
from ..base.pointwise import pointwise
from ..base.promote import check_tensors, floating, promoted_floating
from .power import rsqrt


@primitive(prepare=floating)
def sin(input):
    """The sine of an angle in radians.

    >>> import tinyvision as tv
    >>> tv.sin(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.8415])
    """
    return np.sin(input)


sin.defvjp(input=lambda g, input: g * cos(input))


@primitive(prepare=floating)
def cos(input):
    """The cosine of an angle in radians.

    >>> import tinyvision as tv
    >>> tv.cos(tv.tensor([0.0, 1.0]))
    tensor([1.    , 0.5403])
    """
    return np.cos(input)


cos.defvjp(input=lambda g, input: -g * sin(input))


@primitive(prepare=floating)
def tan(input):
    """The tangent of an angle in radians.

    >>> import tinyvision as tv
    >>> tv.tan(tv.tensor([0.0, 1.0]))
    tensor([0.    , 1.5574])
    """
    return np.tan(input)


tan.defvjp(input=lambda g, ans: g * (1.0 + ans * ans))


# -- inverses ---------------------------------------------------------------------------------


def _one_less_square(x):
    """``1 - x**2`` as a product: exact also where x is close to 1."""
    return (1.0 - x) * (1.0 + x)


@primitive(prepare=floating)
def asin(input):
    """The angle from -pi/2 to pi/2 of that sine; NaN outside -1..1.

    >>> import tinyvision as tv
    >>> tv.asin(tv.tensor([0.0, 1.0]))
    tensor([0.    , 1.5708])
    """
    return np.arcsin(input)


asin.defvjp(input=lambda g, input: g * rsqrt(_one_less_square(input)))


@primitive(prepare=floating)
def acos(input):
    """The angle from 0 to pi of that cosine; NaN outside -1..1.

    >>> import tinyvision as tv
    >>> tv.acos(tv.tensor([0.0, 1.0]))
    tensor([1.5708, 0.    ])
    """
    return np.arccos(input)


acos.defvjp(input=lambda g, input: -g * rsqrt(_one_less_square(input)))


@primitive(prepare=floating)
def atan(input):
    """The angle from -pi/2 to pi/2 of that tangent.

    >>> import tinyvision as tv
    >>> tv.atan(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.7854])
    """
    return np.arctan(input)


atan.defvjp(input=lambda g, input: g / (1.0 + input * input))


def _two_tensors(input, other):
    check_tensors("atan2", input, other)
    return promoted_floating(input, other)


@pointwise(prepare=_two_tensors, numbers=False)
def atan2(input, other):
    """The angle from -pi to pi of the point of height ``input`` and width ``other``.

    >>> import tinyvision as tv
    >>> tv.atan2(tv.tensor([1.0, -1.0]), tv.tensor([-1.0, -1.0]))
    tensor([ 2.3562, -2.3562])
    """
    return np.arctan2(input, other)


atan2.defvjp(
    input=lambda g, input, other: g * (other / (input * input + other * other)),
    other=lambda g, input, other: g * (-input / (input * input + other * other)),
)


# -- the sine over its angle ------------------------------------------------------------------


@primitive
def spherical_bessel(x, *, order):
    """The spherical Bessel function j of that order; j of order 0 is ``sin(x) / x``.

    Their derivatives are sums of two of them, exact also at 0, where a quotient has no value.
    """
    return special.spherical_jn(order, x).astype(x.dtype)


def _spherical_bessel_rule(g, x, *, order):
    higher = spherical_bessel(x, order=order + 1)
    if order == 0:
        return -g * higher
    lower = spherical_bessel(x, order=order - 1)
    return g * ((order * lower - (order + 1) * higher) / (2 * order + 1))


spherical_bessel.defvjp(x=_spherical_bessel_rule)


@primitive(prepare=floating)
def sinc(input):
    """``sin(pi x) / (pi x)``, 1 at 0.

    >>> import tinyvision as tv
    >>> tv.sinc(tv.tensor([0.0, 0.5]))
    tensor([1.    , 0.6366])
    """
    return np.sinc(input)


sinc.defvjp(input=lambda g, input: g * (-math.pi * spherical_bessel(math.pi * input, order=1)))


# -- degrees ----------------------------------------------------------------------------------


def deg2rad(input):
    """Degrees as radians.

    >>> import tinyvision as tv
    >>> tv.deg2rad(tv.tensor([180.0, 90.0]))
    tensor([3.1416, 1.5708])
    """
    return input * (math.pi / 180)


def rad2deg(input):
    """Radians as degrees.

    >>> import tinyvision as tv
    >>> tv.rad2deg(tv.tensor([0.0, 3.14159265]))
    tensor([  0., 180.])
    """
    return input * (180 / math.pi)
