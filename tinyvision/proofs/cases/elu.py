"""Gradient cases of tinyvision/ops/elementwise/elu.py."""

import numpy as np

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, elementwise, shapes


def off_zero(shape):
    return arrays(shape, -3.0, 3.0, away_from=(0.0,))


CASES = [
    Case(
        "elu",
        calls=off_zero(shapes()).map(lambda x: Call(x, low=1.5, scale=1.1, rate=0.7)),
        empty=(Call(np.zeros((0, 3)), low=1.0, scale=1.0, rate=1.0),),
    ),
    elementwise("celu", off_zero, primitive=None, function=lambda x: F.celu(x, 2.0)),
    elementwise("selu", off_zero, primitive=None, function=F.selu),
]
