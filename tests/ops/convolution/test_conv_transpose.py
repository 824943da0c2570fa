"""Transposed convolutions against loops, and as the adjoint of convolutions."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


def by_loops(x, w, bias, stride, padding, output_padding, dilation, groups):
    """Each pixel times the kernel, added where its window lies; then the border cut off."""
    n, c, *sizes = x.shape
    o = w.shape[1] * groups
    whole = [
        (size - 1) * s + d * (k - 1) + 1 + extra
        for size, s, d, k, extra in zip(
            sizes, stride, dilation, w.shape[2:], output_padding, strict=True
        )
    ]
    out = np.zeros((n, o, *whole))
    for i, j in np.ndindex(*sizes):
        for m, k in np.ndindex(*w.shape[2:]):
            place = i * stride[0] + m * dilation[0], j * stride[1] + k * dilation[1]
            for channel in range(c):
                group = channel // (c // groups)
                first = group * w.shape[1]
                for q in range(w.shape[1]):
                    out[:, first + q, *place] += x[:, channel, i, j] * w[channel, q, m, k]
    (top, left), (high, wide) = padding, out.shape[2:]
    # What output_padding adds below is cut off by the padding first, as it moves the lower border.
    return out[:, :, top : high - top, left : wide - left] + bias[:, None, None]


@st.composite
def spreads(draw):
    kernel, stride, dilation = (
        tuple(draw(st.integers(1, most)) for _ in range(2)) for most in (3, 4, 2)
    )
    size = tuple(draw(st.integers(1, 4)) for _ in range(2))
    extra = tuple(
        draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    padding = tuple(
        draw(st.integers(0, ((n - 1) * s + d * (k - 1) + e) // 2))
        for n, s, d, k, e in zip(size, stride, dilation, kernel, extra, strict=True)
    )
    groups, inside, outside = (draw(st.integers(1, 2)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.normal(size=(draw(st.integers(1, 2)), groups * inside, *size))
    w = rng.normal(size=(groups * inside, outside, *kernel))
    return x, w, rng.normal(size=groups * outside), stride, padding, extra, dilation, groups


@given(spreads())
def test_conv_transpose2d_adds_a_window_for_each_pixel(call):
    x, w, bias, stride, padding, extra, dilation, groups = call
    tensors = (tv.from_numpy(array) for array in (x, w, bias))
    out = F.conv_transpose2d(*tensors, stride, padding, extra, groups, dilation)
    expected = by_loops(*call)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-12, strict=True)


@given(spreads())
def test_it_is_the_adjoint_of_the_convolution_with_the_same_kernel(call):
    """<conv(y), x> = <y, conv_transpose(x)>, wherever the sizes of the convolution fit."""
    x, w, _, stride, padding, extra, dilation, groups = call
    out = F.conv_transpose2d(
        tv.from_numpy(x), tv.from_numpy(w), None, stride, padding, extra, groups, dilation
    )
    y = tv.from_numpy(np.random.default_rng(0).normal(size=out.shape))
    if any(
        size + 2 * p < d * (k - 1) + 1
        for size, p, d, k in zip(out.shape[2:], padding, dilation, w.shape[2:], strict=True)
    ):
        return
    back = F.conv2d(y, tv.from_numpy(w), None, stride, padding, dilation, groups)
    if back.shape != x.shape:  # more output_padding than stride: a window more fits
        return
    assert (back.numpy() * x).sum() == pytest.approx((y * out).sum().item(), rel=1e-9, abs=1e-9)


@given(spreads())
def test_conv_transpose1d_is_that_of_an_image_of_one_row(call):
    x, w, bias, stride, padding, extra, dilation, groups = call
    x, w = x[:, :, 0], w[:, :, 0]
    out = F.conv_transpose1d(
        *(tv.from_numpy(array) for array in (x, w, bias)),
        stride[1], padding[1], extra[1], groups, dilation[1],
    )  # fmt: skip
    flat = (1, stride[1]), (0, padding[1]), (0, extra[1]), (1, dilation[1]), groups
    expected = by_loops(x[:, :, None], w[:, :, None], bias, *flat)[:, :, 0]
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-12, strict=True)


def test_one_image_without_a_batch_axis_gives_one_answer_without_it():
    x, w = tv.randn(2, 3, 4), tv.randn(2, 3, 2, 2)
    assert bool((F.conv_transpose2d(x, w) == F.conv_transpose2d(x.unsqueeze(0), w)[0]).all())
    assert F.conv_transpose1d(x[:, 0], w[:, :, 0]).shape == (3, 5)


def test_float32_stays_float32_also_in_the_gradients():
    x, w, b = (tv.randn(*s, requires_grad=True) for s in ((1, 2, 3, 3), (2, 3, 2, 2), (3,)))
    out = F.conv_transpose2d(x, w, b, 2, 0, 1)
    out.sum().backward()
    assert {t.dtype for t in (out, x.grad, w.grad, b.grad)} == {tv.float32}


def call(x=(1, 4, 5, 5), w=(4, 2, 3, 3), bias=None, **options):
    name = "conv_transpose1d" if len(w) == 3 else "conv_transpose2d"
    bias = None if bias is None else tv.ones(bias)
    return getattr(F, name)(tv.ones(x), tv.ones(w), bias, **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"w": (4, 2)}, ValueError, "weight must be (C, O/groups, KH, KW), got shape (4, 2)"),
        ({"x": (5, 5)}, ValueError, "expected (N, C, H, W) or (C, H, W), got shape (5, 5)"),
        ({"x": (1, 3, 5, 5)}, ValueError, "has 3 channels, weight of shape (4, 2, 3, 3) expects 4"),
        ({"groups": 3}, ValueError, "groups=3 must divide the weight's 4 channels"),
        ({"groups": 2.0}, TypeError, "groups must be an integer, got 2.0"),
        ({"bias": (4,)}, ValueError, "bias must have shape (2,), got (4,)"),
        ({"x": (1, 4, 0, 5)}, ValueError, "must have a pixel at least, got shape (1, 4, 0, 5)"),
        (
            {"output_padding": 2, "stride": (3, 2)},
            ValueError,
            "output_padding must be smaller than stride or dilation, got 2 with stride 2",
        ),
        (
            {"padding": (4, 1)},
            ValueError,
            "windows of 5 pixels reach over 7, padding 4 and output_padding 0 leave -1 of them",
        ),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"padding": "same"}, TypeError, "padding must be an integer or a pair"),
        ({"w": (4, 2, 3), "x": (1, 4, 5, 5)}, ValueError, "expected (N, C, L) or (C, L)"),
    ],
)
def test_what_does_not_fit_is_refused(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call(**options)


def test_types_that_differ_are_refused():
    with pytest.raises(RuntimeError, match="the input is float32, weight is float64"):
        F.conv_transpose2d(tv.ones(1, 1, 2, 2), tv.ones(1, 1, 2, 2, dtype=tv.float64))


def test_a_kernel_of_ones_as_far_apart_as_it_is_wide_repeats_pixels():
    x = tv.arange(6.0).reshape(1, 1, 2, 3)
    out = F.conv_transpose2d(x, tv.ones(1, 1, 2, 2), stride=2).numpy()
    np.testing.assert_array_equal(out, x.numpy().repeat(2, 2).repeat(2, 3))
    assert math.prod(out.shape) == 24
