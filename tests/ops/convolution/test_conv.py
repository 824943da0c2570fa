"""conv2d against SciPy and against loops, in whole numbers, so that equal means equal."""

import math
import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.autograd import gradcheck, gradgradcheck
from tinyvision.ops.convolution import correlate as family
from tinyvision.ops.convolution.conv import conv2d

# -- drawing convolutions ---------------------------------------------------------------------


def whole_numbers(rng, shape):
    """Small integers as float64: every product and sum below is exact."""
    return rng.integers(-4, 5, shape).astype(np.float64)


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


def as_given(pair):
    """A pair, or the one integer that stands for it if it can."""
    return st.sampled_from([pair, pair[0]]) if pair[0] == pair[1] else st.just(pair)


@st.composite
def convolutions(draw):
    """Arrays x, w and b (or None), and conv2d's options, as a caller would write them."""
    kernel, dilation = draw(pairs(1, 4)), draw(pairs(1, 3))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    kind = draw(st.sampled_from(["numbers", "numbers", "numbers", "valid", "same"]))
    stride = (1, 1) if kind == "same" else draw(pairs(1, 3))
    numbers = draw(pairs(0, 3))
    padding = draw(as_given(numbers)) if kind == "numbers" else kind
    both = {"numbers": [2 * p for p in numbers], "valid": [0, 0], "same": [s - 1 for s in spans]}
    height, width = (
        draw(st.integers(max(span - added, 1), span + 4))
        for span, added in zip(spans, both[kind], strict=True)
    )
    groups = draw(st.integers(1, 3))
    inside, outside = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    batch = draw(st.sampled_from([1, 2, 3, 0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = whole_numbers(rng, (batch, groups * inside, height, width))
    w = whole_numbers(rng, (groups * outside, inside, *kernel))
    b = draw(st.sampled_from([whole_numbers(rng, (groups * outside,)), None]))
    options = {
        "stride": draw(as_given(stride)),
        "padding": padding,
        "dilation": draw(as_given(dilation)),
        "groups": groups,
    }
    return x, w, b, options


def spelled_out(w, options):
    """The options as pairs, the padding as ((top, bottom), (left, right))."""
    stride, dilation = (
        (v, v) if isinstance(v, int) else v for v in (options["stride"], options["dilation"])
    )
    padding = options["padding"]
    if padding == "valid":
        padding = 0
    if padding == "same":
        added = [d * (k - 1) for d, k in zip(dilation, w.shape[2:], strict=True)]
        return stride, [(a // 2, a - a // 2) for a in added], dilation
    both = (padding, padding) if isinstance(padding, int) else padding
    return stride, [(p, p) for p in both], dilation


def spelled(options):
    """All options, where some are left to their defaults."""
    return {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **options}


def convolve(x, w, b, options):
    """What tinyvision answers, as an array."""
    bias = None if b is None else tv.from_numpy(b)
    return conv2d(tv.from_numpy(x), tv.from_numpy(w), bias, **options).numpy()


# -- the oracles ------------------------------------------------------------------------------


def by_loops(x, w, b, options):
    """The formula of the article, section 4.1, with stride, padding, dilation and groups."""
    (sh, sw), borders, (dh, dw) = spelled_out(w, options)
    padded = np.pad(x, [(0, 0), (0, 0), *borders])
    out_channels, per_group, kh, kw = w.shape
    oh = (padded.shape[2] - dh * (kh - 1) - 1) // sh + 1
    ow = (padded.shape[3] - dw * (kw - 1) - 1) // sw + 1
    y = np.zeros((len(x), out_channels, oh, ow))
    for n, o, i, j in np.ndindex(*y.shape):
        first = o // (out_channels // options["groups"]) * per_group
        for c, m, k in np.ndindex(per_group, kh, kw):
            pixel = padded[n, first + c, i * sh + m * dh, j * sw + k * dw]
            y[n, o, i, j] += w[o, c, m, k] * pixel
        y[n, o, i, j] += 0.0 if b is None else b[o]
    return y


def by_scipy(x, w, b, options):
    """SciPy's correlation of single images, its kernel stuffed with zeros, its answer thinned."""
    (sh, sw), borders, (dh, dw) = spelled_out(w, options)
    padded = np.pad(x, [(0, 0), (0, 0), *borders])
    out_channels, per_group, kh, kw = w.shape
    stuffed = np.zeros((out_channels, per_group, dh * (kh - 1) + 1, dw * (kw - 1) + 1))
    stuffed[:, :, ::dh, ::dw] = w
    size = (padded.shape[2] - stuffed.shape[2] + 1, padded.shape[3] - stuffed.shape[3] + 1)
    y = np.zeros((len(x), out_channels, *size))
    for n, o in product(range(len(x)), range(out_channels)):
        first = o // (out_channels // options["groups"]) * per_group
        for c in range(per_group):
            y[n, o] += correlate2d(padded[n, first + c], stuffed[o, c], mode="valid")
        y[n, o] += 0.0 if b is None else b[o]
    return y[:, :, ::sh, ::sw]


# -- values -----------------------------------------------------------------------------------


@given(convolutions())
def test_conv2d_equals_the_formula_in_loops(call):
    np.testing.assert_array_equal(convolve(*call), by_loops(*call), strict=True)


@given(convolutions())
def test_conv2d_equals_scipy(call):
    np.testing.assert_array_equal(convolve(*call), by_scipy(*call), strict=True)


@given(convolutions())
def test_one_image_without_a_batch_axis_gives_one_answer_without_it(call):
    x, w, b, options = call
    x = np.concatenate([x, np.ones((1, *x.shape[1:]))])[:1]  # (1, C, H, W), also of an empty batch
    np.testing.assert_array_equal(
        convolve(x[0], w, b, options), by_loops(x, w, b, options)[0], strict=True
    )


def test_depthwise_kernels_see_one_channel_each():
    x = np.stack([np.full((3, 3), 1.0), np.full((3, 3), 10.0)])[None]  # (1, 2, 3, 3)
    w = np.stack([np.full((1, 2, 2), 1.0), np.full((1, 2, 2), 0.5)])  # (2, 1, 2, 2)
    out = convolve(x, w, None, {"groups": 2})
    np.testing.assert_array_equal(out[0, 0], np.full((2, 2), 4.0))
    np.testing.assert_array_equal(out[0, 1], np.full((2, 2), 20.0))


def test_the_kernel_is_not_flipped():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 0, 0] = 1.0
    w = np.array([[[[2.0, 3.0], [5.0, 7.0]]]])
    np.testing.assert_array_equal(convolve(x, w, None, {})[0, 0], [[2.0, 0.0], [0.0, 0.0]])


def test_same_puts_the_odd_row_of_padding_below():
    x = np.array([[[[1.0], [2.0]]]])  # (1, 1, 2, 1)
    w = np.array([[[[10.0], [1.0]]]])  # (1, 1, 2, 1): pixel and the one below
    np.testing.assert_array_equal(
        convolve(x, w, None, {"padding": "same"}), [[[[12.0], [20.0]]]], strict=True
    )


@pytest.mark.parametrize("shape", [(37, 8, 16, 15), (2, 4, 120, 110)])
def test_more_windows_than_a_tile_of_im2col_holds_are_all_right(shape):
    """Many images, and large ones, of which a tile holds some rows."""
    rng = np.random.default_rng(0)
    x, w = whole_numbers(rng, shape), whole_numbers(rng, (3, shape[1], 3, 3))
    np.testing.assert_array_equal(
        convolve(x, w, None, {"padding": 1}), by_scipy(x, w, None, spelled({"padding": 1}))
    )


# -- derivatives ------------------------------------------------------------------------------


def leaves(*arrays):
    return [None if a is None else tv.from_numpy(a).requires_grad_() for a in arrays]


def random_arrays(*shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(-1.0, 1.0, shape) for shape in shapes]


GEOMETRIES = [
    {},
    {"padding": 1},
    {"padding": (2, 3)},  # one more than the kernel reaches
    {"padding": "same"},
    {"stride": 2},
    {"stride": (2, 1), "padding": (1, 2)},
    {"dilation": 2, "padding": 1},
    {"groups": 2},
    {"groups": 2, "stride": (1, 2), "dilation": (2, 1), "padding": 2},
]
WITH_NAME = {"argvalues": GEOMETRIES, "ids": str}


@pytest.mark.parametrize("options", **WITH_NAME)
def test_first_and_second_derivatives_agree_with_differences(options):
    groups = options.get("groups", 1)
    x, w, b = random_arrays((2, 2, 5, 4), (2, 2 // groups, 2, 3), (2,))
    arguments = leaves(x, w, b)

    def function(x, w, b):
        return conv2d(x, w, b, **options)

    assert gradcheck(function, arguments, rtol=1e-6)
    assert gradgradcheck(function, arguments, rtol=1e-6, fast_mode=True)


def slope_along(value, leaf, direction):
    """The derivative of a value along a direction of a leaf, which can be derived again."""
    (slope,) = tv.autograd.grad(value, leaf, create_graph=True)
    return (slope * tv.from_numpy(direction)).sum()


def test_derivatives_of_order_four_agree_with_the_closed_form():
    """f = sum(conv(x, w)^4) along a direction v in x: conv is linear, so D^4 f = 24 sum(conv(v)^4).

    In w likewise, which goes through the other two primitives of the family.
    """
    x, v = random_arrays((1, 2, 5, 4), (1, 2, 5, 4))
    w, u = random_arrays((3, 1, 2, 3), (3, 1, 2, 3))
    w = np.concatenate([w, w], axis=1)
    u = np.concatenate([u, -u], axis=1)
    options = {"stride": (2, 1), "padding": 1}
    leaf_x, leaf_w = leaves(x, w)
    for leaf, direction, pure in (
        (leaf_x, v, conv2d(tv.from_numpy(v), tv.from_numpy(w), **options)),
        (leaf_w, u, conv2d(tv.from_numpy(x), tv.from_numpy(u), **options)),
    ):
        value = (conv2d(leaf_x, leaf_w, **options) ** 4).sum()
        for _ in range(4):
            value = slope_along(value, leaf, direction)
        expected = 24.0 * float((pure.numpy() ** 4).sum())
        assert value.item() == pytest.approx(expected, rel=1e-12)


def test_the_mixed_second_derivative_is_the_convolution_itself():
    """conv is linear in each argument: D_w[u] D_x[v] conv(x, w) = conv(v, u)."""
    x, v = random_arrays((2, 3, 5, 4), (2, 3, 5, 4))
    w, u = random_arrays((2, 3, 2, 2), (2, 3, 2, 2))
    leaf_x, leaf_w = leaves(x, w)
    start = tv.from_numpy(random_arrays((2, 2, 4, 3))[0])
    value = (conv2d(leaf_x, leaf_w) * start).sum()
    mixed = slope_along(slope_along(value, leaf_x, v), leaf_w, u)
    expected = (conv2d(tv.from_numpy(v), tv.from_numpy(u)) * start).sum()
    assert mixed.item() == pytest.approx(expected.item(), rel=1e-12)


@given(convolutions())
def test_gradients_are_the_adjoints_of_the_convolution(call):
    """<conv(x, w), g> = <x, dx> = <w, dw>, and db adds g up: exact in whole numbers."""
    x, w, b, options = call
    leaf_x, leaf_w, leaf_b = leaves(x, w, b)
    out = conv2d(leaf_x, leaf_w, leaf_b, **options)
    g = whole_numbers(np.random.default_rng(1), out.shape)
    out.backward(tv.from_numpy(g))
    product_of_answers = float((by_loops(x, w, None, options) * g).sum())
    assert float((leaf_x.grad.numpy() * x).sum()) == product_of_answers
    assert float((leaf_w.grad.numpy() * w).sum()) == product_of_answers
    if b is not None:
        np.testing.assert_array_equal(leaf_b.grad.numpy(), g.sum(axis=(0, 2, 3)))


@st.composite
def adjoint_arguments(draw):
    """Gradients and kernels of a stride-1 convolution whose padding does not exceed the reach."""
    kernel, dilation = draw(pairs(1, 4)), draw(pairs(1, 3))
    reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    padding = tuple((draw(st.integers(0, r)), draw(st.integers(0, r))) for r in reach)
    answer = draw(pairs(1, 4))
    size = tuple(max(a + r - sum(p), 0) for a, r, p in zip(answer, reach, padding, strict=True))
    groups, inside, outside = draw(st.integers(1, 3)), draw(pairs(1, 2))[0], draw(pairs(1, 2))[1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = whole_numbers(rng, (draw(st.integers(0, 2)), groups * outside, *answer))
    w = whole_numbers(rng, (groups * outside, inside, *kernel))
    return y, w, size, reach, padding, dilation, groups


@given(adjoint_arguments())
def test_the_fast_way_back_to_the_image_equals_the_general_one(call):
    """By the flipped kernel and by adding windows: geometry chooses, the values are equal."""
    y, w, size, reach, padding, dilation, groups = call
    if min(size) == 0:
        return  # no image has this geometry
    fast = family._by_flipped_kernel(y, w, reach, padding, dilation, groups)
    general = family._by_adding_windows(y, w, size, (1, 1), padding, dilation, groups)
    np.testing.assert_array_equal(fast, general, strict=True)


# -- sizes and types --------------------------------------------------------------------------


@pytest.mark.parametrize("options", **WITH_NAME)
def test_a_batch_of_no_images_has_its_shape_and_zero_gradients(options):
    groups = options.get("groups", 1)
    x, w, b = leaves(np.zeros((0, 2, 6, 5)), np.ones((4, 2 // groups, 2, 3)), np.ones(4))
    out = conv2d(x, w, b, **options)
    one = conv2d(tv.zeros(1, 2, 6, 5, dtype=tv.float64), w, b, **options)
    assert out.shape == (0, *one.shape[1:])
    out.sum().backward()
    assert x.grad.shape == x.shape
    np.testing.assert_array_equal(w.grad.numpy(), np.zeros(w.shape), strict=True)
    np.testing.assert_array_equal(b.grad.numpy(), np.zeros(b.shape), strict=True)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("options", **WITH_NAME)
def test_the_type_stays_also_in_gradients_of_both_orders(options, dtype):
    groups = options.get("groups", 1)
    x, w, b = leaves(
        *(a.astype(dtype) for a in random_arrays((2, 2, 5, 4), (2, 2 // groups, 2, 3), (2,)))
    )
    out = conv2d(x, w, b, **options)
    assert out.dtype == dtype
    first = tv.autograd.grad((out * out).sum(), [x, w, b], create_graph=True)
    assert [g.dtype for g in first] == [dtype] * 3
    second = tv.autograd.grad(sum((g * g).sum() for g in first), [x, w, b])
    assert [g.dtype for g in second] == [dtype] * 3


def test_float32_gradients_of_a_large_batch_agree_with_float64():
    x, w, b = random_arrays((64, 3, 32, 32), (4, 3, 3, 3), (4,))
    found = {}
    for dtype in (np.float32, np.float64):
        arguments = leaves(x.astype(dtype), w.astype(dtype), b.astype(dtype))
        conv2d(*arguments, padding=1).mean().backward()
        found[dtype] = [a.grad.numpy() for a in arguments]
    for single, double in zip(found[np.float32], found[np.float64], strict=True):
        np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("shape", [(2, 1, 1000, 1000), (2000, 1, 32, 32)])
def test_float32_gradients_of_two_million_pixels_are_accurate(shape):
    w, b = (tv.zeros(*size, requires_grad=True) for size in ((2, 1, 1, 1), (2,)))
    out = conv2d(tv.ones(*shape), w, b)
    out.backward(tv.full(out.shape, 0.1))
    expected = math.prod(shape) * float(np.float32(0.1))
    np.testing.assert_allclose(b.grad.numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(w.grad.numpy().ravel(), expected, rtol=1e-4)


def test_only_gradients_that_are_wanted_are_made():
    x, w = tv.ones(1, 1, 3, 3), tv.ones(1, 1, 2, 2, requires_grad=True)
    conv2d(x, w).sum().backward()
    assert x.grad is None
    assert w.grad is not None


# -- errors -----------------------------------------------------------------------------------


def images(*shape, dtype="float32"):
    return tv.zeros(*shape, dtype=tv.float32 if dtype == "float32" else tv.float64)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((images(5, 5), images(1, 1, 2, 2)), {}, ValueError, "(N, C, H, W) or (C, H, W), got"),
        ((images(1, 1, 5, 5), images(1, 2, 2)), {}, ValueError, "weight must be (O, C/groups, KH"),
        (
            (images(1, 4, 5, 5), images(2, 3, 2, 2)),
            {},
            ValueError,
            "the input of shape (1, 4, 5, 5) has 4 channels, weight of shape (2, 3, 2, 2) with "
            "groups=1 expects 3",
        ),
        (
            (images(1, 3, 5, 5), images(2, 1, 2, 2)),
            {"groups": 2},
            ValueError,
            "groups=2 must divide the input's 3 and the weight's 2 channels",
        ),
        ((images(1, 3, 5, 5), images(2, 3, 2, 2)), {"groups": 0}, ValueError, "groups=0 must"),
        ((images(1, 3, 5, 5), images(2, 3, 2, 2)), {"groups": 1.5}, TypeError, "groups must be an"),
        (
            (images(1, 1, 5, 3), images(1, 1, 2, 3)),
            {"dilation": (1, 2), "padding": (0, 0)},
            ValueError,
            "spans 5 pixels of width (kernel 3, dilation 2), the padded image has 3 (3 + 0 + 0)",
        ),
        (
            (images(1, 1, 2, 9), images(1, 1, 5, 3)),
            {"padding": (1, 0)},
            ValueError,
            "spans 5 pixels of height (kernel 5, dilation 1), the padded image has 4 (2 + 1 + 1)",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2, dtype="float64")),
            {},
            RuntimeError,
            "the input is float32, weight is float64",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2), images(1, dtype="float64")),
            {},
            RuntimeError,
            "the input is float32, bias is float64",
        ),
        (
            (images(1, 1, 5, 5), images(2, 1, 2, 2), images(3)),
            {},
            ValueError,
            "bias must have shape (2,), got (3,)",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"padding": "same", "stride": (1, 2)},
            ValueError,
            "padding='same' needs stride 1, got (1, 2)",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"padding": "full"},
            ValueError,
            "padding must be numbers, 'same' or 'valid', got 'full'",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"stride": 0},
            ValueError,
            "stride must be at least 1, got 0",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"dilation": (1, 0)},
            ValueError,
            "dilation must be at least 1, got (1, 0)",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"padding": -1},
            ValueError,
            "padding must be at least 0, got -1",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"stride": 1.5},
            TypeError,
            "stride must be an integer or a pair (height, width), got 1.5",
        ),
        (
            (images(1, 1, 5, 5), images(1, 1, 2, 2)),
            {"stride": (1, 2, 3)},
            TypeError,
            "stride must be an integer or a pair (height, width), got (1, 2, 3)",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_both_numbers(arguments, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        conv2d(*arguments, **options)


def test_the_output_size_is_that_of_the_formula():
    out = conv2d(tv.zeros(1, 1, 20, 17), tv.zeros(1, 1, 3, 5), stride=(2, 3), padding=(1, 2))
    assert out.shape[2:] == (math.floor((20 + 2 - 3) / 2) + 1, math.floor((17 + 4 - 5) / 3) + 1)


# -- conv1d -----------------------------------------------------------------------------------


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), st.integers(1, 2), st.integers(0, 99)
)
def test_conv1d_is_a_sum_of_products_along_the_signal(k, stride, padding, dilation, seed):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(2, 4, 7)), rng.normal(size=(6, 2, k)), rng.normal(size=6)
    tensors = (tv.from_numpy(array) for array in (x, w, b))
    out = F.conv1d(*tensors, stride, padding, dilation, groups=2).numpy()
    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
    count = (padded.shape[2] - dilation * (k - 1) - 1) // stride + 1
    assert out.shape == (2, 6, count)
    for o, i in np.ndindex(6, count):
        mine = slice(0, 2) if o < 3 else slice(2, 4)
        window = padded[:, mine, i * stride : i * stride + dilation * (k - 1) + 1 : dilation]
        np.testing.assert_allclose(out[:, o, i], (window * w[o]).sum(axis=(1, 2)) + b[o])


@pytest.mark.parametrize(("padding", "length"), [("same", 7), ("valid", 4)])
def test_conv1d_pads_by_a_word(padding, length):
    assert F.conv1d(tv.ones(3, 7), tv.ones(2, 3, 4), padding=padding).shape == (2, length)


@pytest.mark.parametrize(
    ("x", "w", "options", "error", "message"),
    [
        ((1, 2, 5), (1, 2, 3, 3), {}, ValueError, "weight must be (O, C/groups, K)"),
        ((1, 2, 5, 5), (1, 2, 3), {}, ValueError, "expected (N, C, L) or (C, L)"),
        ((1, 2, 5), (1, 3, 3), {}, ValueError, "conv1d: the input of shape (1, 2, 5) has 2"),
        ((1, 2, 5), (1, 2, 6), {}, ValueError, "conv1d: the kernel spans 6 pixels of width"),
        ((1, 2, 5), (1, 2, 3), {"stride": (1, 1)}, TypeError, "stride must be an integer or a"),
        ((1, 2, 5), (1, 2, 3), {"padding": -1}, ValueError, "padding must be at least 0, got -1"),
    ],
)
def test_what_conv1d_cannot_do_is_refused(x, w, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.conv1d(tv.ones(x), tv.ones(w), **options)
