"""Gradient cases of tinyvision/ops/layers/attention.py."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tinyvision.nn.functional import scaled_dot_product_attention
from tinyvision.ops.layers.attention import self_attention

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


def drawn(draw, *shape):
    return draw(arrays(np.float64, shape, elements=numbers))


@st.composite
def packed(draw):
    """Query, key and value in one."""
    n, places, heads, features = (draw(st.integers(1, 3)) for _ in range(4))
    return Call(drawn(draw, n, places, 3, heads, features))


@st.composite
def sources(draw, with_slope=False):
    """Query, key and value, apart or in one, and perhaps a mask; before them the answer's slope."""
    lead = draw(st.sampled_from([(), (2,), (1, 2)]))
    length, keys, features, values = (draw(st.integers(1, 4)) for _ in range(4))
    if lead and draw(st.booleans()):
        keys, values = length, features
        shapes = [(*lead[:-1], length, 3, lead[-1], features)]
    else:
        shapes = [(*lead, length, features), (*lead, keys, features), (*lead, keys, values)]
    mask = None
    if draw(st.booleans()):
        mask = draw(arrays(np.bool_, (length, keys)))
    slope = [drawn(draw, *lead, length, values)] if with_slope else []
    return Call(
        *slope,
        *[drawn(draw, *shape) for shape in shapes],
        scale=0.7,
        mask=mask,
        causal=draw(st.booleans()),
    )


NOTHING = (np.zeros((2, 0, 3)), np.zeros((2, 0, 3)), np.zeros((2, 0, 1)))

CASES = [
    Case("attention", calls=sources(), empty=(Call(*NOTHING, scale=1.0),)),
    Case(
        "attention_slopes",
        calls=sources(with_slope=True),
        empty=(Call(np.zeros((2, 0, 1)), *NOTHING, scale=1.0),),
    ),
    Case(
        "self_attention",
        calls=packed(),
        empty=(Call(np.zeros((0, 2, 3, 1, 2))), Call(np.zeros((2, 0, 3, 1, 2)))),
        primitive=None,
        function=self_attention,
    ),
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
