"""Gradient cases of tinyvision/ops/convolution/correlate.py, conv.py and conv_transpose.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays

few = st.integers(1, 2)


@st.composite
def geometries(draw):
    """Sizes of a convolution that fit: batch, groups, channels, kernel, image, and the answer."""
    kernel, stride, dilation = (
        tuple(draw(st.integers(1, most)) for _ in range(2)) for most in (3, 3, 2)
    )
    padding = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(2))
    image, answer = [], []
    for k, s, d, (before, after) in zip(kernel, stride, dilation, padding, strict=True):
        span = d * (k - 1) + 1
        size = draw(st.integers(max(span - before - after, 1), span + 3))
        image.append(size)
        answer.append((size + before + after - span) // s + 1)
    batch, groups, inside, outside = (draw(few) for _ in range(4))
    config = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    shapes = {
        "x": (batch, groups * inside, *image),
        "w": (groups * outside, inside, *kernel),
        "y": (batch, groups * outside, *answer),
    }
    return shapes, config


@st.composite
def correlations(draw):
    shapes, config = draw(geometries())
    bias = draw(st.none() | arrays((shapes["w"][0],)))
    return Call(draw(arrays(shapes["x"])), draw(arrays(shapes["w"])), bias, **config)


@st.composite
def correlations_without_bias(draw):
    call = draw(correlations())
    return Call(*call.args[:2], None, **call.config)


@st.composite
def input_adjoints(draw):
    shapes, config = draw(geometries())
    size = shapes["x"][2:]
    return Call(draw(arrays(shapes["y"])), draw(arrays(shapes["w"])), size=size, **config)


@st.composite
def weight_adjoints(draw):
    shapes, config = draw(geometries())
    kernel = shapes["w"][2:]
    return Call(draw(arrays(shapes["x"])), draw(arrays(shapes["y"])), kernel=kernel, **config)


@st.composite
def kernel_slopes(draw):
    """A call whose windows end in a one: three numbers each, of one group."""
    channels, *kernel = draw(st.permutations((1, 1, 3)))
    size = tuple(k + draw(st.integers(0, 2)) for k in kernel)
    answer = tuple(n - k + 1 for n, k in zip(size, kernel, strict=True))
    batch, outside = draw(few), draw(few)
    config = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1), "groups": 1}
    x = draw(arrays((batch, channels, *size)))
    y = draw(arrays((batch, outside, *answer)))
    return Call(x, y, kernel=tuple(kernel), **config)


@st.composite
def transposed(draw, dims, bias):
    """A call of conv_transpose1d or 2d; its padding leaves at least a pixel."""
    batch, groups, inside, outside = (draw(few) for _ in range(4))
    shape, kernel = [], []
    options: dict[str, list[int]] = {
        name: [] for name in ("stride", "padding", "dilation", "output_padding")
    }
    for _ in range(dims):
        length, k, s, d = (draw(st.integers(1, most)) for most in (3, 3, 3, 2))
        whole = (length - 1) * s + d * (k - 1) + 1
        extra = draw(st.integers(0, max(s, d) - 1))
        most = min((whole + extra - 1) // 2, 2)
        shape.append(length)
        kernel.append(k)
        for name, value in (("stride", s), ("dilation", d), ("output_padding", extra)):
            options[name].append(value)
        options["padding"].append(draw(st.integers(0, most)))
    x = draw(arrays((batch, groups * inside, *shape)))
    w = draw(arrays((groups * inside, outside, *kernel)))
    b = draw(arrays((groups * outside,))) if bias else None
    return Call(x, w, b, groups=groups, **{name: tuple(v) for name, v in options.items()})


@st.composite
def signals(draw):
    """A call of conv1d without a bias."""
    groups, inside, outside, k, s, d, p = (draw(few) for _ in range(7))
    length = draw(st.integers(d * (k - 1) + 1, 6))
    x = draw(arrays((draw(few), groups * inside, length)))
    w = draw(arrays((groups * outside, inside, k)))
    return Call(x, w, None, stride=s, padding=p, dilation=d, groups=groups)


def plain(groups=1):
    return {
        "stride": (1, 1),
        "padding": ((0, 0), (1, 1)),
        "dilation": (1, 1),
        "groups": groups,
    }


def strided(groups):
    return {**plain(groups), "stride": (2, 1)}


NO_IMAGES = np.zeros((0, 2, 4, 5))  # (N, C, H, W)
NO_ANSWERS = np.zeros((0, 4, 3, 5))  # (N, O, OH, OW), kernel (2, 3)
NO_STRIDED_ANSWERS = np.zeros((0, 4, 2, 5))
KERNELS = {groups: np.ones((4, 2 // groups, 2, 3)) for groups in (1, 2)}

CASES = [
    Case(
        "correlate",
        calls=correlations(),
        empty=tuple(
            Call(NO_IMAGES, KERNELS[groups], np.ones(4), **config(groups))
            for groups in (1, 2)
            for config in (plain, strided)
        ),
    ),
    Case(
        "correlate_without_bias",
        primitive="correlate",
        calls=correlations_without_bias(),
        empty=(Call(NO_IMAGES, KERNELS[1], None, **plain()),),
        linear="each",
    ),
    Case(
        "correlate_input_adjoint",
        calls=input_adjoints(),
        empty=tuple(
            Call(answers, KERNELS[groups], size=(4, 5), **config(groups))
            for groups in (1, 2)
            for config, answers in ((plain, NO_ANSWERS), (strided, NO_STRIDED_ANSWERS))
        ),
        linear="each",
    ),
    Case(
        "correlate_weight_adjoint",
        calls=weight_adjoints(),
        empty=tuple(
            Call(NO_IMAGES, NO_ANSWERS, kernel=(2, 3), **plain(groups)) for groups in (1, 2)
        ),
        linear="each",
    ),
    Case(
        "correlate_kernel_slopes",
        calls=kernel_slopes(),
        empty=(Call(np.zeros((0, 1, 4, 5)), np.zeros((0, 4, 4, 5)), kernel=(1, 3), **plain()),),
    ),
    Case(
        "conv1d",
        primitive=None,
        function=F.conv1d,
        calls=signals(),
        empty=(Call(np.zeros((0, 2, 5)), np.ones((4, 2, 3)), np.ones(4)),),
        linear="each",
    ),
    Case(
        "conv_transpose2d",
        primitive=None,
        function=F.conv_transpose2d,
        calls=transposed(2, bias=True),
        empty=(Call(np.zeros((0, 2, 4, 5)), np.ones((2, 3, 2, 2)), np.ones(3), stride=2),),
    ),
    Case(
        "conv_transpose1d",
        primitive=None,
        function=F.conv_transpose1d,
        calls=transposed(1, bias=False),
        empty=(Call(np.zeros((0, 2, 4)), np.ones((2, 3, 2)), None),),
        linear="each",
    ),
]
