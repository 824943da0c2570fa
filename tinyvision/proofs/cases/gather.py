"""Gradient cases of tinyvision/ops/indexing/gather.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, shapes, some


@st.composite
def along(draw, narrower=False):
    """An array, one of its axes, and places along it, some of them named twice."""
    x = draw(arrays(shapes(1, side=some)))
    axis = draw(st.integers(0, x.ndim - 1))
    sizes = [draw(st.integers(1, size)) if narrower else size for size in x.shape]
    sizes[axis] = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return x, axis, rng.integers(0, x.shape[axis], sizes)


@st.composite
def taken(draw):
    x, axis, index = draw(along())
    return Call(x, index=index, axis=axis)


@st.composite
def added(draw):
    x, axis, index = draw(along())
    return Call(draw(arrays(index.shape)), index=index, axis=axis, shape=x.shape)


@st.composite
def gathered(draw):
    x, axis, index = draw(along(narrower=True))
    return Call(x, axis, index)


@st.composite
def scattered(draw):
    x, axis, index = draw(along(narrower=True))
    bigger = tuple(size + draw(st.integers(0, 1)) for size in index.shape)
    return Call(x, axis, index, draw(arrays(bigger)))


@st.composite
def broadcast_taken(draw):
    """Index and array repeat each other's axes of size 1."""
    x = draw(arrays(st.sampled_from(((3, 1, 4), (1, 2, 4), (3, 2, 4)))))
    shape = draw(st.sampled_from(((1, 2, 3), (3, 1, 2), (1, 1, 5))))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return Call(x, rng.integers(0, 4, shape), 2)


@st.composite
def selected(draw):
    x, axis, index = draw(along())
    return Call(x, axis, index.reshape(-1))


@st.composite
def masked(draw):
    x = draw(arrays(shapes()))
    return Call(x, np.asarray(draw(arrays(draw(st.sampled_from((x.shape, x.shape[-1:]))))) > 0))


EMPTY = np.zeros((0, 3))
NOWHERE = np.zeros((0, 3), int)

CASES = [
    Case(
        "take_along",
        calls=taken(),
        empty=(Call(EMPTY, index=NOWHERE, axis=1), Call(EMPTY.T, index=NOWHERE.T, axis=1)),
        linear="together",
    ),
    Case(
        "add_along",
        calls=added(),
        empty=(Call(EMPTY, index=NOWHERE, axis=0, shape=(2, 3)),),
        linear="together",
    ),
    Case(
        "gather",
        primitive=None,
        function=tv.gather,
        calls=gathered(),
        empty=(Call(EMPTY, 0, NOWHERE), Call(np.zeros((2, 3)), 0, NOWHERE)),
        linear="together",
    ),
    Case(
        "take_along_dim",
        primitive=None,
        function=tv.take_along_dim,
        calls=broadcast_taken(),
        empty=(Call(EMPTY, NOWHERE, 1),),
        linear="together",
    ),
    Case(
        "index_select",
        primitive=None,
        function=tv.index_select,
        calls=selected(),
        empty=(Call(np.zeros((2, 0)), 0, np.array([1, 1, 0])), Call(EMPTY, 0, np.zeros(0, int))),
        linear="together",
    ),
    Case(
        "masked_select",
        primitive=None,
        function=tv.masked_select,
        calls=masked(),
        empty=(Call(EMPTY, np.ones(3, bool)),),
        linear="together",
    ),
    Case(
        "masked_fill",
        primitive=None,
        function=lambda x, mask: tv.masked_fill(x, mask, -7.5),
        calls=masked(),
        empty=(Call(EMPTY, np.ones(3, bool)),),
    ),
]
