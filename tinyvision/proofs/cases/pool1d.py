"""Gradient cases of tinyvision/ops/pooling/pool1d.py, lp_pool.py and unpool.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, distinct

few = st.integers(1, 2)


@st.composite
def signals(draw, values, adaptive=False):
    kernel = draw(st.integers(1, 3))
    x = draw(values((draw(few), draw(few), draw(st.integers(kernel, 6)))))
    return (
        Call(x, kernel)
        if adaptive
        else Call(x, kernel, draw(few), draw(st.integers(0, kernel // 2)))
    )


@st.composite
def powers(draw):
    """Positive numbers, of which every power is smooth; odd powers of others have bends."""
    x = draw(arrays((draw(few), draw(few), draw(st.integers(2, 4)), draw(st.integers(2, 4))), 0.5))
    return Call(x, draw(st.sampled_from([1, 2, 3.5])), 2, draw(few), draw(st.booleans()))


@st.composite
def unpools(draw, twice):
    """Values and the places they go to, of windows of two by two."""
    n, c, h, w = (draw(few) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = np.stack([rng.permutation(4 * h * w)[: h * w] for _ in range(n * c)])
    if twice:
        places[:] = rng.integers(0, 4 * h * w, places.shape)
    return Call(draw(arrays((n, c, h, w))), places.reshape(n, c, h, w), 2)


NO_SIGNALS = np.zeros((0, 2, 4))
NO_IMAGES = np.zeros((0, 2, 4, 4))

CASES = [
    Case(
        "max_pool1d",
        primitive=None,
        function=F.max_pool1d,
        calls=signals(distinct),
        empty=(Call(NO_SIGNALS, 2),),
    ),
    Case(
        "avg_pool1d",
        primitive=None,
        function=F.avg_pool1d,
        calls=signals(arrays),
        empty=(Call(NO_SIGNALS, 2),),
        linear="together",
    ),
    Case(
        "adaptive_avg_pool1d",
        primitive=None,
        function=F.adaptive_avg_pool1d,
        calls=signals(arrays, adaptive=True),
        empty=(Call(NO_SIGNALS, 2),),
        linear="together",
    ),
    Case(
        "adaptive_max_pool1d",
        primitive=None,
        function=F.adaptive_max_pool1d,
        calls=signals(distinct, adaptive=True),
        empty=(Call(NO_SIGNALS, 2),),
    ),
    Case(
        "lp_pool2d",
        primitive=None,
        function=F.lp_pool2d,
        calls=powers(),
        empty=(Call(NO_IMAGES, 2, 2),),
    ),
    Case(
        "lp_pool1d",
        primitive=None,
        function=lambda x, *options: F.lp_pool1d(x[:, :, 0], *options),
        calls=powers(),
        empty=(Call(NO_IMAGES, 2, 2),),
    ),
    *(
        Case(
            f"max_unpool2d_{name}",
            primitive=None,
            function=F.max_unpool2d,
            calls=unpools(twice),
            empty=(Call(NO_IMAGES, np.zeros((0, 2, 4, 4), np.int64), 2),),
            linear="together",
        )
        for name, twice in (("apart", False), ("of_equal_places", True))
    ),
    Case(
        "max_unpool1d",
        primitive=None,
        function=lambda x, places, kernel: F.max_unpool1d(
            x[:, :, 0], places[:, :, 0] % (2 * x.shape[3]), kernel
        ),
        calls=unpools(twice=True),
        empty=(Call(NO_IMAGES, np.zeros((0, 2, 4, 4), np.int64), 2),),
        linear="together",
    ),
]
