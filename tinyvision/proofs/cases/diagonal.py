"""Gradient cases of tinyvision/ops/shapes/diagonal.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, shapes, some

offsets = st.integers(-3, 3)


@st.composite
def matrices(draw):
    x = draw(arrays(shapes(2, side=some)))
    axes = draw(st.permutations(range(x.ndim)))[:2]
    return x, {"offset": draw(offsets), "axes": tuple(axes)}


def diagonal_of(x, offset, axes):
    return np.diagonal(x, offset, *axes)


@st.composite
def put_back(draw):
    x, config = draw(matrices())
    return Call(draw(arrays(diagonal_of(x, **config).shape)), shape=x.shape, **config)


@st.composite
def scattered(draw):
    x, config = draw(matrices())
    src = draw(arrays(diagonal_of(x, **config).shape))
    return Call(x, src, config["offset"], *config["axes"])


EMPTY = np.zeros((0, 3))

CASES = [
    Case(
        "take_diagonal",
        calls=matrices().map(lambda drawn: Call(drawn[0], **drawn[1])),
        empty=(Call(EMPTY, offset=0, axes=(0, 1)), Call(EMPTY, offset=-2, axes=(1, 0))),
        linear="together",
    ),
    Case(
        "put_diagonal",
        calls=put_back(),
        empty=(Call(np.zeros(0), offset=0, axes=(0, 1), shape=(0, 3)),),
        linear="together",
    ),
    Case(
        "diag_embed",
        primitive=None,
        function=tv.diag_embed,
        calls=st.builds(Call, arrays(shapes(1)), offsets),
        empty=(Call(EMPTY), Call(EMPTY.T)),
        linear="together",
    ),
    Case(
        "diagonal_scatter",
        primitive=None,
        function=tv.diagonal_scatter,
        calls=scattered(),
        empty=(Call(EMPTY, np.zeros(0)),),
        linear="together",
    ),
]
