"""Gradient cases of tinyvision/ops/layers/linear.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, some

leads = st.sampled_from(((), (1,), (3,), (2, 2)))


@st.composite
def linear_calls(draw):
    lead, k, o = draw(leads), draw(some), draw(some)
    bias = draw(arrays((o,))) if draw(st.booleans()) else None
    return Call(draw(arrays((*lead, k))), draw(arrays((o, k))), bias)


@st.composite
def linear_shapes(draw):
    """The public function: inputs of any number of axes, a weight of one or two."""
    k, o = draw(some), draw(some)
    x = draw(arrays(st.sampled_from(((k,), (2, k), (2, 1, k)))))
    if draw(st.booleans()):
        return Call(x, draw(arrays((o, k))), draw(arrays(st.sampled_from(((o,), ())))))
    return Call(x, draw(arrays((k,))))


@st.composite
def slope_calls(draw):
    """Slopes of any size, and of 0 from some row on."""
    lead, k, o = draw(leads), draw(some), draw(some)
    slope = draw(arrays((*lead, o)))
    if lead:
        slope[draw(st.integers(1, lead[0])) :] = 0
    x, weight = draw(arrays((*lead, k))), draw(arrays((o, k)))
    return Call(slope, x, weight, biased=draw(st.booleans()))


CASES = [
    Case(
        "linear",
        calls=linear_calls(),
        empty=(
            Call(np.zeros((0, 3)), np.ones((2, 3)), np.ones(2)),
            Call(np.zeros((2, 0)), np.ones((3, 0)), None),
        ),
    ),
    Case(
        "linear of any shape",
        primitive=None,
        function=tv.nn.functional.linear,
        calls=linear_shapes(),
        empty=(Call(np.zeros((0, 4, 3)), np.ones((2, 3)), np.ones(2)),),
    ),
    Case(
        "linear_slopes",
        calls=slope_calls(),
        empty=(
            Call(np.zeros((0, 2)), np.zeros((0, 3)), np.ones((2, 3)), biased=True),
            Call(np.zeros((2, 3)), np.zeros((2, 0)), np.ones((3, 0)), biased=True),
        ),
    ),
]
