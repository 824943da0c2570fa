"""Gradient cases of tinyvision/ops/activation.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, elementwise, shapes


def away_from(*bends):
    return lambda shape: arrays(shape, -3.0, 3.0, away_from=bends)


@st.composite
def softplus_calls(draw):
    beta, threshold = draw(st.sampled_from([0.5, 1.0, 2.0])), 2.0
    return Call(draw(away_from(threshold / beta)(draw(shapes()))), beta=beta, threshold=threshold)


NOTHING = np.zeros((0, 3))

CASES = [
    elementwise("relu", away_from(0.0)),
    elementwise("sigmoid"),
    elementwise("log_sigmoid"),
    elementwise("gelu"),
    elementwise("gelu_slope"),
    elementwise("silu"),
    elementwise("gelu_by_tanh", primitive=None, function=lambda x: F.gelu(x, "tanh")),
    elementwise("leaky_relu", away_from(0.0), primitive=None, function=F.leaky_relu),
    Case(
        "softplus",
        calls=softplus_calls(),
        empty=(Call(NOTHING, beta=1.0, threshold=20.0),),
    ),
    Case(
        "elu",
        calls=away_from(0.0)(shapes()).map(lambda x: Call(x, alpha=1.5)),
        empty=(Call(NOTHING, alpha=1.0),),
    ),
    Case(
        "hardtanh",
        calls=away_from(-1.0, 2.0)(shapes()).map(lambda x: Call(x, low=-1.0, high=2.0)),
        empty=(Call(NOTHING, low=-1.0, high=1.0),),
    ),
]
