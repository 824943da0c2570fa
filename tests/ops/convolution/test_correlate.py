"""However a convolution is cut into pieces, laid out or shared out, its numbers are the same.

Whole numbers throughout, so that equal means equal.
"""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.ops.convolution import correlate as family
from tinyvision.ops.convolution import im2col

OPTIONS = [
    {},
    {"padding": 1},
    {"stride": 2, "padding": 1},
    {"stride": (1, 2), "dilation": (2, 1), "padding": (2, 0)},
    {"dilation": (1, 2)},
    {"groups": 2, "padding": 1},
    {"groups": 2, "stride": 2},
]
with_options = pytest.mark.parametrize("options", OPTIONS, ids=str)


def whole_numbers(*shape, seed=0):
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


def answer_and_gradients(options, shape=(5, 4, 9, 8), kernel=(3, 2), channels_last=False):
    """conv2d of fixed arrays, and the gradients of image, kernel and bias."""
    x = whole_numbers(*shape)
    if channels_last:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    w = whole_numbers(6, shape[1] // options.get("groups", 1), *kernel, seed=1)
    leaves = [tv.from_numpy(a).requires_grad_() for a in (x, w, whole_numbers(6, seed=2))]
    out = F.conv2d(*leaves, **options)
    out.backward(tv.from_numpy(whole_numbers(*out.shape, seed=3)))
    return [out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)]


def assert_all_equal(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


@with_options
@pytest.mark.parametrize("tile", [1, 2000])
def test_small_pieces_give_the_numbers_of_one_large_one(options, tile, monkeypatch):
    """Of one row of windows, and of a few rows or images with a smaller piece at the end."""
    expected = answer_and_gradients(options)
    monkeypatch.setattr(im2col, "_TILE_BYTES", tile)
    assert_all_equal(answer_and_gradients(options), expected)


@with_options
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("shape", [(n, 4, 9, 8) for n in (5, 2, 1, 0)], ids=str)
def test_threads_give_the_numbers_of_one(options, count, shape, monkeypatch):
    """Images shared out, or the rows of one image or of two, or nothing."""
    expected = answer_and_gradients(options, shape)
    for module, name in ((family, "WORTH_SHARING"), (im2col, "_WORTH_SHARING")):
        monkeypatch.setattr(module, name, 1)
    before = tv.get_num_threads()
    tv.set_num_threads(count)
    try:
        assert_all_equal(answer_and_gradients(options, shape), expected)
    finally:
        tv.set_num_threads(before)


def test_the_same_number_of_threads_gives_the_same_bits(monkeypatch):
    """The sums of the threads are added in their order, whoever comes first."""
    monkeypatch.setattr(family, "WORTH_SHARING", 1)
    rng = np.random.default_rng(0)
    x, g = (rng.normal(size=(7, 3, 9, 9)).astype(np.float32) for _ in range(2))
    geometry = {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 1}
    before = tv.get_num_threads()
    tv.set_num_threads(3)
    try:
        found = [
            family.correlate_weight_adjoint(x, g, kernel=(3, 3), **geometry) for _ in range(20)
        ]
    finally:
        tv.set_num_threads(before)
    assert all((each == found[0]).all() for each in found)


@with_options
def test_the_layout_of_the_image_in_memory_does_not_matter(options):
    assert_all_equal(
        answer_and_gradients(options, channels_last=True), answer_and_gradients(options)
    )


@with_options
@pytest.mark.parametrize("shape", [(2, 2, 7, 40), (2, 40, 7, 6)], ids=["planes", "pixels"])
def test_both_layouts_of_windows_give_the_same_numbers(options, shape, monkeypatch):
    """Copied by rows of planes, or by pixels: which is faster is decided by the shape."""
    expected = answer_and_gradients(options, shape)
    for run in (0, math.inf):  # all are long enough by pixels; none is
        monkeypatch.setattr(im2col, "_LONG_RUN", run)
        assert_all_equal(answer_and_gradients(options, shape), expected)


@with_options
@pytest.mark.parametrize("most", [0, 99])
def test_the_ways_back_to_the_image_give_the_same_numbers(options, most, monkeypatch):
    """By planes and by pixels, by the flipped kernel and not: the number of channels decides."""
    expected = answer_and_gradients(options)
    monkeypatch.setattr(family, "_FEW_CHANNELS", most)
    assert_all_equal(answer_and_gradients(options), expected)
    monkeypatch.setattr(im2col, "_TILE_BYTES", 1)
    assert_all_equal(answer_and_gradients(options), expected)


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(3, 6), st.integers(3, 40)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.booleans(),
)
def test_a_tile_shows_the_windows_and_a_one_after_each_if_asked(shape, kernel, stride, ones):
    x = whole_numbers(*shape)
    image = im2col.padded_for_windows(x, ((0, 0), (0, 0)), kernel, stride, (1, 1))
    view = im2col.windows(image, kernel, stride, (1, 1))
    np.testing.assert_array_equal(image.transpose(0, 3, 1, 2), x)
    for where, rows in im2col.tiles(view, ones):
        shown = view[where].reshape(len(rows), -1)
        np.testing.assert_array_equal(rows[:, : shown.shape[1]], shown)
        np.testing.assert_array_equal(rows[:, shown.shape[1] :], np.ones((len(rows), int(ones))))


@pytest.mark.parametrize("bias", [math.inf, math.nan])
def test_a_bias_that_is_no_number_spoils_its_own_channel_only(bias):
    out = F.conv2d(tv.ones(1, 1, 3, 3), tv.ones(2, 1, 2, 2), tv.tensor([bias, 1.0])).numpy()
    np.testing.assert_array_equal(out[0, 0], np.full((2, 2), bias))
    np.testing.assert_array_equal(out[0, 1], np.full((2, 2), 5.0))


# -- memory -----------------------------------------------------------------------------------


def peak_of(function):
    """The most memory that was allocated while the function ran, in bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("channels", "width"), [(1, 2048), (16, 512)])
def test_a_large_image_needs_no_more_memory_than_a_padded_copy_and_the_answer(channels, width):
    """Its windows, all laid out, would take nine times as much."""
    x, w = tv.ones(1, channels, width, width), tv.ones(channels, channels, 3, 3)
    size, windows = x.numel() * 4, tv.get_num_threads() * (2 << 20)  # 2 MiB of them a thread
    with tv.inference_mode():
        peak = peak_of(lambda: F.conv2d(x, w, tv.ones(channels), padding=1))
    assert peak < 2 * size + windows + (1 << 20)


def test_the_way_back_through_a_stride_needs_no_more_either():
    x = tv.ones(1, 16, 512, 512, requires_grad=True)
    out = F.conv2d(x, tv.ones(16, 16, 3, 3), stride=2, padding=1)
    g = tv.ones_like(out)
    size = x.numel() * 4
    assert peak_of(lambda: out.backward(g)) < 2.5 * size  # the gradient, in a border, and a copy


@pytest.mark.parametrize("channels", [3, 4])  # windows of 27 numbers, which end in a one; of 36
def test_kernel_and_bias_have_the_gradients_of_each_alone(channels):
    rng = np.random.default_rng(0)
    x, g = (rng.standard_normal((5, c, 6, 7)) for c in (channels, 2))
    w = tv.tensor(rng.standard_normal((2, channels, 3, 3)), requires_grad=True)
    b = tv.zeros(2, dtype="float64", requires_grad=True)
    tv.nn.functional.conv2d(tv.tensor(x), w, b, padding=1).backward(tv.tensor(g))
    np.testing.assert_allclose(b.grad.numpy(), g.sum((0, 2, 3)), rtol=1e-12)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    shifted = np.lib.stride_tricks.sliding_window_view(padded, (6, 7), axis=(2, 3))
    expected = np.einsum("ncmkhw,nohw->ocmk", shifted, g)
    np.testing.assert_allclose(w.grad.numpy(), expected, rtol=1e-12)
