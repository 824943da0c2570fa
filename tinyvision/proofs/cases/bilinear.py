"""Gradient cases of tinyvision/ops/layers/bilinear.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes, some


@st.composite
def forms(draw):
    leading = draw(shapes(max_dims=2))
    first, second, outputs = draw(some), draw(some), draw(some)
    return Call(
        draw(arrays((*leading, first))),
        draw(arrays((*leading, second))),
        draw(arrays((outputs, first, second))),
    )


@st.composite
def forms_with_bias(draw):
    call = draw(forms())
    return Call(*call.args, draw(arrays((call.args[2].shape[0],))))


EMPTY = (np.zeros((0, 2)), np.zeros((0, 3)), np.ones((4, 2, 3)))

CASES = [
    Case(
        "bilinear",
        primitive=None,
        function=F.bilinear,
        calls=forms(),
        empty=(Call(*EMPTY),),
        linear="each",
    ),
    Case(
        "bilinear_with_bias",
        primitive=None,
        function=F.bilinear,
        calls=forms_with_bias(),
        empty=(Call(*EMPTY, np.zeros(4)),),
    ),
]
