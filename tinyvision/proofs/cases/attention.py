"""Gradient cases of tinyvision/ops/attention.py."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tinyvision.nn.functional import scaled_dot_product_attention

from ..case import Call, Case

numbers = st.floats(-3, 3, width=32)


@st.composite
def scores(draw):
    return Call(
        draw(arrays(np.float64, draw(array_shapes(max_dims=3, max_side=4)), elements=numbers))
    )


@st.composite
def queries_keys_values(draw):
    batch = draw(st.sampled_from([(), (2,), (2, 1)]))
    places, keys, features, values = (draw(st.integers(1, 4)) for _ in range(4))
    shapes = ((places, features), (keys, features), (keys, values))
    return Call(
        *[draw(arrays(np.float64, batch + shape, elements=numbers)) for shape in shapes],
        is_causal=draw(st.booleans()),
        scale=draw(st.sampled_from([None, 0.3])),
    )


CASES = [
    Case(
        "attention_weights", calls=scores(), empty=(Call(np.zeros((0, 3))), Call(np.zeros((2, 0))))
    ),
    Case(
        "scaled_dot_product_attention",
        calls=queries_keys_values(),
        empty=(Call(np.zeros((0, 2, 3)), np.zeros((0, 2, 3)), np.zeros((0, 2, 3))),),
        primitive=None,
        function=scaled_dot_product_attention,
    ),
]
