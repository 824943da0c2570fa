"""Gradient cases of tinyvision/ops/shapes/pixel_shuffle.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays

few = st.integers(1, 2)


@st.composite
def shuffles(draw, back):
    batch = draw(st.lists(few, max_size=2))
    c, h, w, r = draw(few), draw(few), draw(few), draw(st.integers(1, 3))
    shape = (c, h * r, w * r) if back else (c * r * r, h, w)
    return Call(draw(arrays((*batch, *shape))), r)


@st.composite
def mixtures(draw):
    groups = draw(st.integers(1, 3))
    more = draw(st.lists(few, min_size=1, max_size=2))
    return Call(draw(arrays((draw(few), groups * draw(few), *more))), groups)


CASES = [
    Case(
        "pixel_shuffle",
        primitive=None,
        function=F.pixel_shuffle,
        calls=shuffles(back=False),
        empty=(Call(np.zeros((0, 4, 2, 3)), 2),),
        linear="together",
    ),
    Case(
        "pixel_unshuffle",
        primitive=None,
        function=F.pixel_unshuffle,
        calls=shuffles(back=True),
        empty=(Call(np.zeros((0, 1, 4, 6)), 2),),
        linear="together",
    ),
    Case(
        "channel_shuffle",
        primitive=None,
        function=F.channel_shuffle,
        calls=mixtures(),
        empty=(Call(np.zeros((0, 4, 2)), 2),),
        linear="together",
    ),
]
