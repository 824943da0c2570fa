"""Gradient cases of tinyvision/ops/elementwise/activation.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, elementwise, shapes, with_axis


def away_from(*bends):
    return lambda shape: arrays(shape, -3.0, 3.0, away_from=bends)


@st.composite
def softplus_calls(draw):
    beta, threshold = draw(st.sampled_from([0.5, 1.0, 2.0])), 2.0
    return Call(draw(away_from(threshold / beta)(draw(shapes()))), beta=beta, threshold=threshold)


@st.composite
def halves(draw):
    """An array with an even size along one axis."""
    x, axis = draw(with_axis())
    return Call(np.concatenate([x, draw(arrays(x.shape))], axis), dim=axis)


NOTHING = np.zeros((0, 3))

CASES = [
    elementwise("relu", away_from(0.0)),
    elementwise("sigmoid"),
    elementwise("log_sigmoid"),
    elementwise("gelu"),
    elementwise("gelu_slope"),
    elementwise("silu"),
    elementwise("gelu_by_tanh", primitive=None, function=lambda x: F.gelu(x, "tanh")),
    Case(
        "softplus",
        calls=softplus_calls(),
        empty=(Call(NOTHING, beta=1.0, threshold=20.0),),
    ),
    elementwise("mish", away_from(20.0), primitive=None, function=F.mish),
    elementwise("softsign", primitive=None, function=F.softsign),
    elementwise("tanhshrink", primitive=None, function=F.tanhshrink),
    Case(
        "glu",
        primitive=None,
        function=F.glu,
        calls=halves(),
        empty=(Call(np.zeros((0, 4)), dim=1), Call(np.zeros((2, 0)), dim=-1)),
    ),
]
