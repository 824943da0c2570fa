"""Gradient cases of tinyvision/ops/elementwise/special.py and logarithms.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, elementwise, pairwise, shapes


def positive(shape):
    return arrays(shape, 0.6, 4.0)


def probabilities(shape):
    return arrays(shape, 0.1, 0.9)


@st.composite
def polygamma_arguments(draw):
    return Call(draw(positive(shapes())), order=draw(st.integers(1, 3)))


CASES = [
    elementwise("erf"),
    elementwise("erfc"),
    elementwise("erfinv", lambda shape: arrays(shape, -0.9, 0.9)),
    elementwise("lgamma", positive),
    elementwise("digamma", positive),
    Case("polygamma", calls=polygamma_arguments(), empty=(Call(np.ones((0, 3)), order=1),)),
    pairwise("logaddexp"),
    pairwise("logaddexp2"),
    pairwise("xlogy", others=positive),
    pairwise("xlog1py", others=positive),
    elementwise("logit", probabilities),
    elementwise(
        "logit within limits",
        lambda shape: arrays(shape, -0.5, 1.5, away_from=(0.1, 0.9)),
        primitive=None,
        function=lambda x: tv.logit(x, eps=0.1),
    ),
]
