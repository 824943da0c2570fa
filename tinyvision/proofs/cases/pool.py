"""Gradient cases of tinyvision/ops/pooling/pool.py, avg_pool.py and adaptive_pool.py."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import tinyvision.nn.functional as F
from tinyvision.autograd import registry

from ..case import Call, Case, arrays, distinct

few = st.integers(1, 2)


@st.composite
def geometries(draw, dilated=True):
    """The shape of images and of the answer, and a pooling that fits, as the primitives take it."""
    kernel, stride = (tuple(draw(st.integers(1, 3)) for _ in range(2)) for _ in range(2))
    dilation = tuple(draw(st.integers(1, 2 if dilated else 1)) for _ in range(2))
    sizes, answer, padding = [], [], []
    for k, s, d in zip(kernel, stride, dilation, strict=True):
        before, after = draw(st.integers(0, k // 2)), draw(st.integers(0, k // 2))
        span = d * (k - 1) + 1
        size = draw(st.integers(max(span - before - after, 1), span + 2))
        sizes.append(size)
        answer.append((size + before + after - span) // s + 1)
        padding.append((before, after))
    batch, channels = draw(few), draw(few)
    config = {"kernel": kernel, "stride": stride, "padding": tuple(padding)}
    if dilated:
        config["dilation"] = dilation
    return (batch, channels, *sizes), (batch, channels, *answer), config


@st.composite
def maxima(draw):
    shape, _, config = draw(geometries())
    x = draw(distinct(shape))
    # Dilation can make a window that lies in the border alone: its maximum is -inf.
    assume(np.isfinite(registry["window_max"](x, **config)).all())
    return Call(x, **config)


@st.composite
def choices(draw, spread):
    """A place in each window, chosen at random."""
    shape, answer, config = draw(geometries())
    count = config["kernel"][0] * config["kernel"][1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chosen = rng.integers(0, count, answer).astype(np.uint8)
    if spread:
        return Call(draw(arrays(answer)), chosen=chosen, shape=shape, **config)
    return Call(draw(arrays(shape)), chosen=chosen, **config)


@st.composite
def sums(draw, spread):
    shape, answer, config = draw(geometries(dilated=False))
    if spread:
        return Call(draw(arrays(answer)), shape=shape, **config)
    return Call(draw(arrays(shape)), **config)


@st.composite
def spans(draw, spread):
    """Overlapping spans of one axis, as adaptive pooling has them."""
    shape = tuple(draw(st.integers(1, 4)) for _ in range(3))
    axis = draw(st.integers(0, 2))
    size, pieces = shape[axis], draw(st.integers(1, 5))
    found = [(i * size // pieces, -(-(i + 1) * size // pieces)) for i in range(pieces)]
    if not spread:
        return Call(draw(arrays(shape)), spans=found, axis=axis)
    answer = (*shape[:axis], pieces, *shape[axis + 1 :])
    return Call(draw(arrays(answer)), spans=found, axis=axis, size=size)


@st.composite
def adaptive(draw):
    shape = (draw(few), draw(few), draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    return Call(draw(distinct(shape)), (draw(st.integers(1, 4)), draw(st.integers(1, 4))))


SQUARE = {"kernel": (2, 2), "stride": (2, 1), "padding": ((0, 0), (1, 0))}
DILATED = {**SQUARE, "dilation": (1, 2)}
NO_IMAGES = np.zeros((0, 2, 4, 3))
NO_CHOICES = np.zeros((0, 2, 2, 2), np.uint8)

CASES = [
    Case("window_max", calls=maxima(), empty=(Call(NO_IMAGES, **DILATED),)),
    Case(
        "gather_windows",
        calls=choices(spread=False),
        empty=(Call(NO_IMAGES, chosen=NO_CHOICES, **DILATED),),
        linear="together",
    ),
    Case(
        "spread_windows",
        calls=choices(spread=True),
        empty=(Call(np.zeros((0, 2, 2, 2)), chosen=NO_CHOICES, shape=NO_IMAGES.shape, **DILATED),),
        linear="together",
    ),
    Case("sum_windows", calls=sums(False), empty=(Call(NO_IMAGES, **SQUARE),), linear="together"),
    Case(
        "spread_evenly",
        calls=sums(True),
        empty=(Call(np.zeros((0, 2, 2, 3)), shape=NO_IMAGES.shape, **SQUARE),),
        linear="together",
    ),
    Case(
        "sum_spans",
        calls=spans(False),
        empty=(Call(np.zeros((0, 3)), spans=[(0, 2), (1, 3)], axis=1),),
        linear="together",
    ),
    Case(
        "spread_spans",
        calls=spans(True),
        empty=(Call(np.zeros((0, 2)), spans=[(0, 2), (1, 3)], axis=1, size=3),),
        linear="together",
    ),
    Case(
        "adaptive_avg_pool2d",
        primitive=None,
        function=F.adaptive_avg_pool2d,
        calls=adaptive(),
        empty=(Call(NO_IMAGES, 2),),
        linear="together",
    ),
    Case(
        "adaptive_max_pool2d",
        primitive=None,
        function=F.adaptive_max_pool2d,
        calls=adaptive(),
        empty=(Call(NO_IMAGES, 2),),
    ),
]
