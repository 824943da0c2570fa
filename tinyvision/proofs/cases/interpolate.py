"""Gradient cases of tinyvision/ops/pooling/interpolate.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes, some


@st.composite
def repeats(draw):
    """The shape of an array, an axis of it, and places along the axis that never decrease."""
    shape = draw(shapes(1, side=some))
    axis = draw(st.integers(0, len(shape) - 1))
    places = draw(st.lists(st.integers(0, shape[axis] - 1), min_size=1, max_size=6))
    return shape, axis, np.sort(places)


@st.composite
def takes(draw):
    shape, axis, places = draw(repeats())
    return Call(draw(arrays(shape)), places=places, axis=axis)


@st.composite
def adds(draw):
    shape, axis, places = draw(repeats())
    taken = (*shape[:axis], len(places), *shape[axis + 1 :])
    return Call(draw(arrays(taken)), places=places, axis=axis, size=shape[axis])


@st.composite
def resizes(draw):
    x = draw(arrays((draw(some), 2, draw(some), draw(some))))
    mode = draw(st.sampled_from(["nearest", "nearest-exact", "bilinear", "bicubic", "area"]))
    options = {"size": (draw(st.integers(1, 6)), draw(st.integers(1, 6))), "mode": mode}
    if mode.startswith("bi"):
        options |= {"align_corners": draw(st.booleans()), "antialias": draw(st.booleans())}
    return Call(x, **options)


@st.composite
def resized_signals(draw):
    x = draw(arrays((draw(some), 2, draw(some))))
    mode = draw(st.sampled_from(["nearest", "nearest-exact", "linear", "area"]))
    return Call(x, size=draw(st.integers(1, 6)), mode=mode)


PLACES = np.array([0, 0, 2])

CASES = [
    Case(
        "take_repeated",
        calls=takes(),
        empty=(Call(np.zeros((3, 0)), places=PLACES, axis=0),),
        linear="together",
    ),
    Case(
        "add_repeated",
        calls=adds(),
        empty=(
            Call(np.zeros((3, 0)), places=PLACES, axis=0, size=4),
            Call(np.zeros((2, 0)), places=np.array([], np.int64), axis=1, size=4),
        ),
        linear="together",
    ),
    Case(
        "interpolate",
        primitive=None,
        function=F.interpolate,
        calls=resizes(),
        empty=tuple(
            Call(np.zeros((0, 2, 3, 4)), size=(5, 2), mode=mode)
            for mode in ("nearest", "bilinear", "bicubic", "area")
        ),
        linear="together",
    ),
    Case(
        "interpolate_signals",
        primitive=None,
        function=F.interpolate,
        calls=resized_signals(),
        empty=(Call(np.zeros((0, 2, 4)), size=3, mode="linear"),),
        linear="together",
    ),
]
