"""Gradient cases of tinyvision/ops/elementwise/trigonometric.py and hyperbolic.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, elementwise, pairwise, shapes


def inside_one(shape):
    return arrays(shape, -0.9, 0.9)


def above_one(shape):
    return arrays(shape, 1.2, 4.0)


def not_zero(shape):
    return arrays(shape, away_from=(0.0,), gap=0.3)


@st.composite
def bessel_arguments(draw):
    return Call(draw(arrays(shapes())), order=draw(st.integers(0, 3)))


CASES = [
    elementwise("sin"),
    elementwise("cos"),
    elementwise("tan", lambda shape: arrays(shape, -1.2, 1.2)),
    elementwise("asin", inside_one),
    elementwise("acos", inside_one),
    elementwise("atan"),
    pairwise("atan2", not_zero),
    Case("spherical_bessel", calls=bessel_arguments(), empty=(Call(np.zeros((0, 3)), order=1),)),
    elementwise("sinc"),
    elementwise("deg2rad", primitive=None, function=tv.deg2rad, linear="together"),
    elementwise("rad2deg", primitive=None, function=tv.rad2deg, linear="together"),
    elementwise("sinh"),
    elementwise("cosh"),
    elementwise("tanh"),
    elementwise("asinh"),
    elementwise("acosh", above_one),
    elementwise("atanh", inside_one),
]
