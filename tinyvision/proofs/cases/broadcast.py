"""Gradient cases of tinyvision/ops/base/broadcast.py and of the type conversion."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from ..case import Call, Case, arrays, shapes, with_axes


@st.composite
def reshaped(draw):
    x = draw(arrays(shapes()))
    shape = draw(st.permutations((*x.shape, 1)))
    return Call(x, shape=draw(st.sampled_from((tuple(shape), (x.size,)))))


@st.composite
def stretched(draw):
    found = draw(mutually_broadcastable_shapes(num_shapes=1, base_shape=(2, 1, 3), max_side=3))
    return Call(draw(arrays(found.input_shapes[0])), shape=found.result_shape)


@st.composite
def summed(draw):
    x, axes = draw(with_axes())
    return Call(x, axes=axes, keepdim=draw(st.booleans()))


CASES = [
    Case(
        "reshape_to",
        calls=reshaped(),
        empty=(Call(np.zeros((2, 0)), shape=(0, 5)),),
        linear="together",
    ),
    Case(
        "stretch_to",
        calls=stretched(),
        empty=(Call(np.zeros((0, 1)), shape=(2, 0, 3)), Call(np.zeros((1, 0)), shape=(3, 0))),
        linear="together",
    ),
    Case(
        "sum_over",
        calls=summed(),
        empty=(
            Call(np.zeros((0, 3)), axes=(0,), keepdim=False),
            Call(np.zeros((2, 0)), axes=(0,), keepdim=True),
            Call(np.zeros((0, 2000)), axes=(1,), keepdim=False),
            Call(np.zeros((2000, 0)), axes=(0,), keepdim=True),
        ),
        linear="together",
    ),
    Case(
        "cast",
        calls=arrays(shapes()).map(lambda x: Call(x, dtype=np.dtype("float64"))),
        empty=(Call(np.zeros((0, 3)), dtype=np.dtype("float64")),),
        linear="together",
        keeps_dtype=False,
    ),
]
