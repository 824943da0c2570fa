"""Gradient cases of tinyvision/ops/base/index.py."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import integer_array_indices

from ..case import Call, Case, arrays, shapes, some


@st.composite
def basic_indices(draw, shape):
    """Slices, also backwards and empty, integers, None and an ellipsis."""
    parts = []
    for size in shape:
        steps = st.sampled_from((None, 2, -1, -2))
        kinds: list[st.SearchStrategy] = [st.builds(slice, st.none(), st.none(), steps)]
        kinds.append(st.tuples(st.integers(0, size), st.integers(0, size)).map(lambda p: slice(*p)))
        if size:
            kinds.append(st.integers(-size, size - 1))
        parts.append(draw(st.one_of(kinds)))
    parts = parts[: draw(st.integers(0, len(parts)))]
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), None)
    if draw(st.booleans()):
        parts.append(Ellipsis)
    return tuple(parts)


@st.composite
def masks(draw, shape):
    """A mask over the first axes, or all of them."""
    return draw(arrays(shape[: draw(st.integers(1, len(shape)))])) > 0


@st.composite
def mixed_indices(draw, shape):
    """An array that names places twice, beside slices or another array."""
    rows = np.array([0, -1, 0])
    if len(shape) == 1:
        return (rows,)
    columns = draw(st.sampled_from((slice(None), slice(None, None, -1), 0, np.array([[0], [-1]]))))
    return (rows, columns) if draw(st.booleans()) else (columns, rows)


@st.composite
def indexed(draw):
    """An array and an index of any kind."""
    shape = draw(shapes(1, side=some))
    kind = draw(st.sampled_from((basic_indices, masks, integer_array_indices, mixed_indices)))
    return draw(arrays(shape)), draw(kind(shape))


@st.composite
def put_back(draw):
    x, index = draw(indexed())
    return Call(draw(arrays(x[index].shape)), index=index, shape=x.shape)


@st.composite
def replaced(draw):
    """Of two values for one place the last stays, and only it has a gradient."""
    shape = draw(shapes(1, side=some))
    kinds = st.one_of(basic_indices(shape), masks(shape), mixed_indices(shape))
    x, index = draw(arrays(shape)), draw(kinds)
    place = x[index].shape
    value = draw(arrays(draw(st.sampled_from((place, place[1:], ())))))
    return Call(x, value, index=index)


EMPTY = np.zeros((0, 3))
NOWHERE = np.zeros(0, int)

CASES = [
    Case(
        "pick",
        calls=indexed().map(lambda pair: Call(pair[0], index=pair[1])),
        empty=(
            Call(EMPTY, index=(slice(None), 0)),
            Call(EMPTY, index=np.zeros((0, 3), bool)),
            Call(EMPTY, index=NOWHERE),
        ),
        linear="together",
    ),
    Case(
        "put",
        calls=put_back(),
        empty=(
            Call(EMPTY, index=NOWHERE, shape=(2, 3)),
            Call(EMPTY, index=slice(0), shape=(2, 3)),
            Call(np.zeros(0), index=np.zeros((2, 3), bool), shape=(2, 3)),
        ),
        linear="together",
    ),
    Case(
        "replace",
        calls=replaced(),
        empty=(Call(EMPTY, np.zeros(3), index=slice(None)),),
        linear="together",
    ),
]
