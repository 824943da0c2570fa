"""Gradient cases of tinyvision/ops/convolution/fold.py."""

import numpy as np
from hypothesis import strategies as st

from ..case import Call, Case, arrays


@st.composite
def geometries(draw):
    """Shape of the images, of their windows, and the geometry they share."""
    kernel, stride, dilation = (
        tuple(draw(st.integers(1, most)) for _ in range(2)) for most in (3, 3, 2)
    )
    padding = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(2))
    image, counts = [], []
    for k, s, d, (before, after) in zip(kernel, stride, dilation, padding, strict=True):
        span = d * (k - 1) + 1
        size = draw(st.integers(max(span - before - after, 1), span + 3))
        image.append(size)
        counts.append((size + before + after - span) // s + 1)
    batch, channels = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    config = {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    windows = (batch, channels * kernel[0] * kernel[1], counts[0] * counts[1])
    return (batch, channels, *image), windows, config


@st.composite
def unfolds(draw):
    images, _, config = draw(geometries())
    return Call(draw(arrays(images)), **config)


@st.composite
def folds(draw):
    images, windows, config = draw(geometries())
    return Call(draw(arrays(windows)), shape=images, **config)


PLAIN = {"kernel": (2, 3), "stride": (1, 1), "dilation": (1, 1), "padding": ((0, 0), (1, 1))}

CASES = [
    Case(
        "unfold_windows",
        calls=unfolds(),
        empty=(Call(np.zeros((0, 2, 4, 5)), **PLAIN), Call(np.zeros((1, 0, 4, 5)), **PLAIN)),
        linear="together",
    ),
    Case(
        "fold_windows",
        calls=folds(),
        empty=(
            Call(np.zeros((0, 12, 15)), shape=(0, 2, 4, 5), **PLAIN),
            Call(np.zeros((1, 0, 15)), shape=(1, 0, 4, 5), **PLAIN),
        ),
        linear="together",
    ),
]
