"""Gradient cases of tinyvision/ops/normalize.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, distinct, shapes, with_axes

NO_IMAGES = np.zeros((0, 2, 3, 2))


@st.composite
def batches(draw, training):
    """x, running mean and variance, weight and bias of batch_norm."""
    channels = draw(st.integers(1, 3))
    more = draw(st.lists(st.integers(1, 3), max_size=2))
    x = draw(distinct((draw(st.integers(2, 3)), channels, *more)))
    affine = draw(st.booleans())
    weight, bias = (draw(arrays((channels,))) if affine else None for _ in range(2))
    if training:
        running = (None, None)
    else:
        running = draw(arrays((channels,))), draw(arrays((channels,), 0.5, 2.0))
    return Call(x, *running, weight, bias, training=training, eps=0.1)


@st.composite
def row_pairs(draw):
    shape = draw(shapes(1))
    return Call(draw(arrays(shape)), draw(arrays(shape)))


CASES = [
    Case(
        "row_dots",
        calls=row_pairs(),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3))), Call(np.zeros((2, 0)), np.zeros((2, 0)))),
        linear="each",
    ),
    Case(
        "standardize",
        calls=with_axes(distinct).map(lambda pair: Call(pair[0], axes=pair[1], eps=0.1)),
        empty=(Call(np.zeros((0, 3)), axes=(0,), eps=0.1), Call(NO_IMAGES, axes=(0, 2), eps=0.1)),
    ),
    Case(
        "batch_norm_training",
        primitive=None,
        function=F.batch_norm,
        calls=batches(training=True),
        empty=(Call(NO_IMAGES, None, None, np.ones(2), np.ones(2), training=True),),
    ),
    Case(
        "batch_norm_evaluation",
        primitive=None,
        function=F.batch_norm,
        calls=batches(training=False),
        empty=(Call(NO_IMAGES, np.ones(2), np.ones(2), np.ones(2), np.ones(2)),),
    ),
]
