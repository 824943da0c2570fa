"""Gradient cases of what is in tinyvision/ops/normalisation."""

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


@st.composite
def slopes(draw):
    """A slope, something standardised, and one number for what the axes go over."""
    x, axes = draw(with_axes())
    one_each = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
    return Call(draw(arrays(x.shape)), x, draw(arrays(one_each)), axes=axes)


@st.composite
def columns(draw, with_bias):
    """A matrix, and a weight and a bias (or None) for each column; or two matrices."""
    shape = draw(shapes(2, 2))
    x = draw(arrays(shape))
    if not with_bias:
        return Call(x, draw(arrays(shape)))
    row = arrays(shape[1:])
    return Call(x, draw(row), draw(st.one_of(st.none(), row)))


@st.composite
def instances(draw):
    """x, weight and bias of instance_norm, with more than one pixel."""
    channels = draw(st.integers(1, 3))
    x = draw(distinct((draw(st.integers(1, 2)), channels, draw(st.integers(2, 4)))))
    return Call(x, None, None, draw(arrays((channels,))), draw(arrays((channels,))), eps=0.1)


@st.composite
def responses(draw):
    more = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    x = draw(arrays((draw(st.integers(1, 2)), draw(st.integers(1, 4)), *more)))
    return Call(x, draw(st.integers(1, 3)), 0.5, 0.75, 1.5)


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
        "inverse_deviation",
        calls=with_axes(distinct).map(lambda pair: Call(pair[0], axes=pair[1], eps=0.1)),
        empty=(Call(np.zeros((0, 3)), axes=(1,), eps=0.1), Call(NO_IMAGES, axes=(1,), eps=0.1)),
    ),
    Case(
        "standardize_slope",
        calls=slopes(),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros((0, 1)), axes=(1,)),),
    ),
    Case(
        "scale_and_shift",
        calls=columns(with_bias=True),
        empty=(Call(np.zeros((0, 3)), np.ones(3), np.ones(3)),),
        linear="",
    ),
    Case(
        "column_dots",
        calls=columns(with_bias=False),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3))), Call(np.zeros((2, 0)), np.zeros((2, 0)))),
        linear="each",
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
    Case(
        "instance_norm",
        primitive=None,
        function=F.instance_norm,
        calls=instances(),
        empty=(
            Call(NO_IMAGES, None, None, np.ones(2), np.ones(2)),
            Call(np.zeros((2, 2, 0)), None, None, np.ones(2), np.ones(2)),
        ),
    ),
    Case(
        "local_response_norm",
        primitive=None,
        function=F.local_response_norm,
        calls=responses(),
        empty=(Call(NO_IMAGES, 2),),
    ),
]
