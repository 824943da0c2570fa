"""Gradient cases of tinyvision/ops/normalisation/layer_norm.py and layer_norm_rows.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, distinct, shapes, some


@st.composite
def parameters(draw, shape):
    return tuple(draw(st.none() | arrays(shape)) for _ in range(2))


@st.composite
def layers(draw):
    normalized = draw(shapes(1, 2, some).filter(lambda shape: np.prod(shape) > 1))
    x = draw(distinct((*draw(shapes(0, 2, some)), *normalized)))
    return Call(x, normalized, *draw(parameters(normalized)), eps=0.1)


@st.composite
def groups(draw):
    count, each = draw(some), draw(st.integers(2, 3))
    channels = count * each
    x = draw(distinct((draw(some), channels, *draw(shapes(0, 2, some)))))
    return Call(x, count, *draw(parameters((channels,))), eps=0.1)


@st.composite
def scalings(draw):
    call = draw(layers())
    return Call(*call.args[:2], draw(st.none() | arrays(call.args[1])), eps=0.1)


@st.composite
def rows(draw, with_slope):
    """Rows, and numbers for their columns: weight and bias, or a slope before and the weight."""
    x = draw(distinct((draw(some), draw(st.integers(2, 5)))))
    weight, bias = (draw(arrays(x.shape[1:])) for _ in range(2))
    if with_slope:
        return Call(draw(arrays(x.shape)), x, weight, eps=0.1)
    return Call(x, weight, bias, eps=0.1)


CASES = [
    Case(
        "layer_norm_rows",
        calls=rows(with_slope=False),
        empty=(Call(np.zeros((0, 3)), np.ones(3), np.ones(3), eps=0.1),),
    ),
    Case(
        "layer_norm_slopes",
        calls=rows(with_slope=True),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3)), np.ones(3), eps=0.1),),
    ),
    Case(
        "layer_norm",
        primitive=None,
        function=F.layer_norm,
        calls=layers(),
        empty=(
            Call(np.zeros((0, 3)), 3, np.ones(3), np.ones(3)),
            Call(np.zeros((2, 0)), 0, np.ones(0), np.ones(0)),
        ),
    ),
    Case(
        "group_norm",
        primitive=None,
        function=F.group_norm,
        calls=groups(),
        empty=(
            Call(np.zeros((0, 4, 2)), 2, np.ones(4), np.ones(4)),
            Call(np.zeros((2, 4, 0)), 2, np.ones(4), np.ones(4)),
        ),
    ),
    Case(
        "rms_norm",
        primitive=None,
        function=F.rms_norm,
        calls=scalings(),
        empty=(
            Call(np.zeros((0, 3)), 3, np.ones(3)),
            Call(np.zeros((2, 0)), 0, np.ones(0)),
        ),
    ),
]
