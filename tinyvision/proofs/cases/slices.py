"""Gradient cases of tinyvision/ops/shapes/slices.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, some, with_axis


@st.composite
def windowed(draw):
    x, axis = draw(with_axis(side=some))
    size = draw(st.integers(0, x.shape[axis]))
    return Call(x, axis=axis, size=size, step=draw(st.integers(1, 3)))


@st.composite
def spread(draw):
    call = draw(windowed())
    config = call.config
    count = (call.args[0].shape[config["axis"]] - config["size"]) // config["step"] + 1
    shape = list(call.args[0].shape)
    shape[config["axis"]] = count
    return Call(draw(arrays((*shape, config["size"]))), shape=call.args[0].shape, **config)


@st.composite
def one_slice(draw):
    x, axis = draw(with_axis(side=some))
    place = draw(st.integers(-x.shape[axis], x.shape[axis] - 1))
    return Call(x, draw(arrays(np.take(x, 0, axis).shape)), axis, place)


@st.composite
def some_slices(draw):
    x, axis = draw(with_axis(side=some))
    start, step = draw(st.integers(0, x.shape[axis])), draw(st.integers(1, 2))
    place = (slice(None),) * axis + (slice(start, None, step),)
    return Call(x, draw(arrays(x[place].shape)), axis, start, None, step)


EMPTY = np.zeros((0, 3))

CASES = [
    Case(
        "windows_along",
        calls=windowed(),
        empty=(Call(EMPTY, axis=1, size=2, step=1), Call(EMPTY, axis=0, size=0, step=1)),
        linear="together",
    ),
    Case(
        "add_windows",
        calls=spread(),
        empty=(Call(np.zeros((0, 2, 2)), axis=1, size=2, step=1, shape=(0, 3)),),
        linear="together",
    ),
    Case(
        "select_scatter",
        primitive=None,
        function=tv.select_scatter,
        calls=one_slice(),
        empty=(Call(EMPTY, np.zeros(0), 1, 0),),
        linear="together",
    ),
    Case(
        "slice_scatter",
        primitive=None,
        function=tv.slice_scatter,
        calls=some_slices(),
        empty=(Call(EMPTY, EMPTY), Call(np.ones((2, 3)), EMPTY, 0, 2)),
        linear="together",
    ),
]
