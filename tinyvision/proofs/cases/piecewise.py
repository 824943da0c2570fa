"""Gradient cases of tinyvision/ops/elementwise/piecewise.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, elementwise, shapes, some


def away_from(*bends):
    return lambda shape: arrays(shape, -4.0, 4.0, away_from=bends)


@st.composite
def slopes(draw):
    """(N, C, ...) and a slope for each channel, or one for all."""
    x = draw(away_from(0.0)(shapes(side=some)))
    count = draw(st.sampled_from([x.shape[1] if x.ndim > 1 else 1, 1]))
    return Call(x, draw(arrays((count,) if draw(st.booleans()) or count > 1 else ())))


def made_of_others(name, function, *bends, **options):
    return elementwise(name, away_from(*bends), primitive=None, function=function, **options)


CASES = [
    made_of_others("leaky_relu", F.leaky_relu, 0.0),
    Case(
        "prelu",
        primitive=None,
        function=F.prelu,
        calls=slopes(),
        empty=(Call(np.zeros((0, 3)), np.ones(3)),),
    ),
    made_of_others("rrelu", F.rrelu, 0.0),
    Case(
        "hardtanh",
        calls=away_from(-1.0, 2.0)(shapes()).map(lambda x: Call(x, low=-1.0, high=2.0)),
        empty=(Call(np.zeros((0, 3)), low=-1.0, high=1.0),),
    ),
    made_of_others("relu6", F.relu6, 0.0, 6.0),
    made_of_others("threshold", lambda x: F.threshold(x, 0.5, -9.0), 0.5),
    made_of_others("hardsigmoid", F.hardsigmoid, -3.0, 3.0),
    made_of_others("hardswish", F.hardswish, -3.0, 3.0),
    made_of_others("hardshrink", F.hardshrink, -0.5, 0.5),
    made_of_others("softshrink", F.softshrink, -0.5, 0.5),
]
