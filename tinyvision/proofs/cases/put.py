"""Gradient cases of tinyvision/ops/indexing/put.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, shapes, some
from .gather import masked


@st.composite
def slices_put(draw):
    """An array, and slices for places along one of its axes, some named twice."""
    x = draw(arrays(shapes(1, side=some)))
    axis = draw(st.integers(0, x.ndim - 1))
    index = np.array(draw(st.lists(st.integers(0, x.shape[axis] - 1), min_size=1, max_size=4)))
    shape = (*x.shape[:axis], len(index), *x.shape[axis + 1 :])
    return Call(x, axis, index, draw(arrays(shape)))


@st.composite
def flat_put(draw):
    x = draw(arrays(shapes(side=some)))
    places = st.integers(-x.size, x.size - 1)
    index = np.array(draw(st.lists(places, min_size=1, max_size=4)))
    return Call(x, index, draw(arrays(index.shape)), draw(st.booleans()))


@st.composite
def masked_put(draw):
    call = draw(masked())
    return Call(*call.args, draw(arrays((call.args[0].size + 1,))))


EMPTY = np.zeros((0, 3))
NOWHERE = np.zeros(0, int)


def case(name, function, calls, *empty, linear="together"):
    return Case(name, primitive=None, function=function, calls=calls, empty=empty, linear=linear)


CASES = [
    *[
        case(function.__name__, function, slices_put(), Call(np.ones((2, 3)), 0, NOWHERE, EMPTY))
        for function in (tv.index_add, tv.index_copy)
    ],
    case(
        "index_fill",
        lambda x, dim, index, value: tv.index_fill(x, dim, index, value.sum()),
        slices_put(),
        Call(np.ones((2, 3)), 0, NOWHERE, EMPTY),
    ),
    case("put flat", tv.put, flat_put(), Call(EMPTY, NOWHERE, np.zeros(0))),
    case(
        "index_put",
        lambda x, index, source, accumulate: tv.index_put(
            x.reshape(-1), (index,), source, accumulate
        ),
        flat_put(),
        Call(EMPTY, NOWHERE, np.zeros(0), False),
    ),
    case(
        "take",
        lambda x, index: tv.take(x, index),
        flat_put().map(lambda call: Call(*call.args[:2])),
        Call(np.ones((2, 3)), np.zeros((0, 2), int)),
        Call(EMPTY, NOWHERE),
    ),
    case("masked_scatter", tv.masked_scatter, masked_put(), Call(EMPTY, np.ones(3, bool), EMPTY)),
]
