"""Gradient cases of tinyvision/ops/base/shape.py, order.py and join.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, elementwise, shapes, with_axes


@st.composite
def permuted(draw):
    x = draw(arrays(shapes()))
    return Call(x, axes=tuple(draw(st.permutations(range(x.ndim)))))


@st.composite
def rolled(draw):
    x, axes = draw(with_axes(min_dims=1).filter(lambda pair: pair[1]))
    return Call(x, shifts=tuple(draw(st.integers(-4, 4)) for _ in axes), axes=axes)


@st.composite
def joined(draw):
    """One to three arrays that differ in size along one axis; a part may stand twice."""
    shape = draw(shapes(1))
    axis = draw(st.integers(0, len(shape) - 1))
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    parts = [draw(arrays((*shape[:axis], size, *shape[axis + 1 :]))) for size in sizes]
    return Call(*parts, axis=axis)


EMPTY = np.zeros((0, 3))

CASES = [
    elementwise("clone", linear="together"),
    elementwise("row_by_row", linear="together"),
    Case("permute_axes", calls=permuted(), empty=(Call(EMPTY, axes=(1, 0)),), linear="together"),
    Case(
        "flip_axes",
        calls=with_axes().map(lambda pair: Call(pair[0], axes=pair[1])),
        empty=(Call(EMPTY, axes=(0,)),),
        linear="together",
    ),
    Case(
        "roll", calls=rolled(), empty=(Call(EMPTY, shifts=(2, 1), axes=(0, 1)),), linear="together"
    ),
    Case("join", calls=joined(), empty=(Call(EMPTY, np.ones((2, 3)), axis=0),), linear="together"),
    Case(
        "repeat",
        primitive=None,
        function=lambda x, *, times: x.repeat(times),
        calls=arrays(shapes(0, 2)).map(lambda x: Call(x, times=(2, 1, 3))),
        empty=(Call(EMPTY, times=(2, 2)),),
        linear="together",
    ),
    Case(
        "split",
        primitive=None,
        function=lambda x: tv.split(x, 2)[0],
        calls=arrays(shapes(1)).map(Call),
        empty=(Call(EMPTY),),
        linear="together",
    ),
    Case(
        "stack",
        primitive=None,
        function=lambda x: tv.stack([x, x * 2.0], dim=-1),
        calls=arrays(shapes()).map(Call),
        empty=(Call(EMPTY),),
        linear="together",
    ),
]
