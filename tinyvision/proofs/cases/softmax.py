"""Gradient cases of tinyvision/ops/layers/softmax.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, with_axes, with_axis


@st.composite
def along_axes(draw):
    x, axes = draw(with_axes())
    if any(x.shape[axis] == 0 for axis in axes):
        axes = ()  # the logarithm of no sum is -inf, whose differences are NaN
    return Call(x, axes=axes, keepdim=draw(st.booleans()))


@st.composite
def slopes_and_weights(draw):
    weights, axis = draw(with_axis(arrays))
    return Call(draw(arrays(weights.shape)), weights, axis=axis)


along_axis = with_axis(arrays).map(lambda pair: Call(pair[0], axis=pair[1]))
EMPTY = (Call(np.zeros((0, 3)), axis=1), Call(np.zeros((2, 0)), axis=1))

CASES = [
    Case("softmax", calls=along_axis, empty=EMPTY),
    Case(
        "softmax_slope",
        calls=slopes_and_weights(),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3)), axis=1),),
    ),
    Case(
        "softmin",
        primitive=None,
        function=lambda x, axis: F.softmin(x, axis),
        calls=along_axis,
        empty=EMPTY,
    ),
    Case("log_softmax", calls=along_axis, empty=EMPTY),
    Case(
        "logsumexp",
        calls=along_axes(),
        empty=(
            Call(np.zeros((0, 3)), axes=(1,), keepdim=False),
            Call(np.zeros((2, 0)), axes=(1,), keepdim=True),
        ),
    ),
]
