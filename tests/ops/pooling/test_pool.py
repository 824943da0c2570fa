"""Pooling against loops over windows that are cut out one by one."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

# -- drawing and the oracles ------------------------------------------------------------------


@st.composite
def poolings(draw, dilated=True, values=None):
    """Images and the options of max_pool2d or avg_pool2d, as pairs."""
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 3)))
    stride = (draw(st.integers(1, 3)), draw(st.integers(1, 4)))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    dilation = tuple(draw(st.integers(1, 3 if dilated else 1)) for _ in kernel)
    size = [
        draw(st.integers(max(d * (k - 1) + 1 - p, 1), d * (k - 1) + 5))
        for k, p, d in zip(kernel, padding, dilation, strict=True)
    ]
    shape = (draw(st.integers(0, 2)), draw(st.integers(1, 2)), *size)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.choice(values, shape) if values is not None else rng.permutation(np.prod(shape))
    options = {
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
        "ceil_mode": draw(st.booleans()),
    }
    if dilated:
        options["dilation"] = dilation
    return x.reshape(shape).astype(np.float64), options


def starts(size, k, s, p, d, ceil_mode):
    """Where along one axis the windows start: torch's rule, counted one window at a time."""
    found, start = [], -p
    while start + d * (k - 1) + 1 <= size + p:
        found.append(start)
        start += s
    left_over = found[-1] + d * (k - 1) + 1 < size + p
    if ceil_mode and left_over and start < size:
        found.append(start)
    return found


def window_starts(shape, kernel_size, stride, padding, ceil_mode, dilation=(1, 1)):
    return [
        starts(size, k, s, p, d, ceil_mode)
        for size, k, s, p, d in zip(shape[2:], kernel_size, stride, padding, dilation, strict=True)
    ]


def pixels_of(shape, top, left, kernel_size, dilation=(1, 1)):
    """The places of one window that lie inside the image, row by row."""
    return [
        (top + m * dilation[0], left + k * dilation[1])
        for m, k in np.ndindex(*kernel_size)
        if 0 <= top + m * dilation[0] < shape[2] and 0 <= left + k * dilation[1] < shape[3]
    ]


def max_by_loops(x, options):
    """The largest pixel of each window and its flat place; the first of equal ones."""
    kernel, dilation = options["kernel_size"], options["dilation"]
    rows, columns = window_starts(x.shape, **options)
    values = np.zeros((*x.shape[:2], len(rows), len(columns)))
    places = np.zeros(values.shape, np.int64)
    for n, c, i, j in np.ndindex(*values.shape):
        inside = pixels_of(x.shape, rows[i], columns[j], kernel, dilation)
        best = max(inside, key=lambda place: x[n, c, *place])
        values[n, c, i, j] = x[n, c, *best]
        places[n, c, i, j] = best[0] * x.shape[3] + best[1]
    return values, places


def mean_by_loops(x, options, count_include_pad, divisor):
    (kh, kw), padding = options["kernel_size"], options["padding"]
    rows, columns = window_starts(x.shape, **options)
    out = np.zeros((*x.shape[:2], len(rows), len(columns)))
    for n, c, i, j in np.ndindex(*out.shape):
        inside = pixels_of(x.shape, rows[i], columns[j], (kh, kw))
        # What reaches beyond the padding is no part of the mean.
        bottom = min(rows[i] + kh, x.shape[2] + padding[0])
        right = min(columns[j] + kw, x.shape[3] + padding[1])
        count = (bottom - rows[i]) * (right - columns[j]) if count_include_pad else len(inside)
        out[n, c, i, j] = sum(x[n, c, *place] for place in inside) / (divisor or count)
    return out


def has_pixels(x, options):
    """Dilation can make a window whose every place lies in the border; that has no maximum."""
    rows, columns = window_starts(x.shape, **options)
    return all(
        pixels_of(x.shape, top, left, options["kernel_size"], options["dilation"])
        for top in rows
        for left in columns
    )


# -- max_pool2d -------------------------------------------------------------------------------


@given(poolings())
def test_max_pool_takes_the_largest_pixel_and_says_where_it_stood(call):
    x, options = call
    if not has_pixels(x, options):
        return
    out, indices = F.max_pool2d(tv.from_numpy(x), **options, return_indices=True)
    values, places = max_by_loops(x, options)
    np.testing.assert_array_equal(out.numpy(), values, strict=True)
    np.testing.assert_array_equal(indices.numpy(), places, strict=True)


@given(poolings(values=[0.0, 1.0, -math.inf]))
def test_of_equal_pixels_the_first_is_chosen_and_the_border_never(call):
    """Among them minus infinity, which is what the border holds."""
    x, options = call
    if not has_pixels(x, options):
        return
    leaf = tv.from_numpy(x).requires_grad_()
    out, indices = F.max_pool2d(leaf, **options, return_indices=True)
    values, places = max_by_loops(x, options)
    np.testing.assert_array_equal(out.detach().numpy(), values)
    np.testing.assert_array_equal(indices.numpy(), places)
    out.backward(tv.ones(*out.shape, dtype=tv.float64))
    expected = np.zeros((*x.shape[:2], x.shape[2] * x.shape[3]))
    for n, c, i, j in np.ndindex(*places.shape):
        expected[n, c, places[n, c, i, j]] += 1.0
    np.testing.assert_array_equal(leaf.grad.numpy(), expected.reshape(x.shape))


def test_the_gradient_over_equal_maxima_adds_up_to_one_a_window():
    x = tv.zeros(1, 1, 4, 4, requires_grad=True)
    F.max_pool2d(x, 2).sum().backward()
    assert x.grad[0, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]


def test_windows_that_overlap_add_their_gradients():
    x = tv.tensor([[[0.0, 5.0, 1.0]]], requires_grad=True)
    F.max_pool2d(x, (1, 2), stride=1).sum().backward()
    assert x.grad.tolist() == [[[0.0, 2.0, 0.0]]]


def test_nan_wins_its_window_and_gets_its_gradient():
    x = tv.tensor([[[math.nan, 9.0, 1.0, 2.0]]], requires_grad=True)
    out = F.max_pool2d(x, (1, 2))
    assert math.isnan(out[0, 0, 0])
    assert out[0, 0, 1] == 2.0
    out.sum().backward()
    assert x.grad.tolist() == [[[1.0, 0.0, 0.0, 1.0]]]


def test_with_ceil_mode_a_window_may_be_larger_than_the_image():
    x = tv.arange(20.0).reshape(1, 1, 4, 5)
    options = {"kernel_size": (2, 6), "stride": (2, 3), "ceil_mode": True}
    assert F.max_pool2d(x, **options).tolist() == [[[[9.0], [19.0]]]]
    assert F.avg_pool2d(x, **options).tolist() == [[[[4.5], [14.5]]]]
    with pytest.raises(ValueError, match="a window spans 9 pixels of width"):
        F.max_pool2d(x, **{**options, "kernel_size": (2, 9)})


def test_padding_does_not_win_over_negative_pixels():
    out = F.max_pool2d(tv.full((1, 1, 2, 2), -3.0), 2, stride=1, padding=1)
    assert bool((out == -3.0).all())


@pytest.mark.parametrize("dtype", [tv.uint8, tv.int32])
def test_integers_are_pooled_as_integers_and_the_border_does_not_win(dtype):
    lowest = np.iinfo(dtype).min
    out, indices = F.max_pool2d(
        tv.full((1, 2, 2), lowest, dtype=dtype), 2, padding=1, return_indices=True
    )
    assert out.dtype == dtype
    assert out.tolist() == [[[lowest] * 2] * 2]
    assert indices.tolist() == [[[0, 1], [2, 3]]]


def test_a_large_window_has_room_for_all_its_places():
    """More than 255 places, so more than a byte can number."""
    x = np.zeros((1, 1, 17, 18))
    x[0, 0, 16, 17] = 1.0
    leaf = tv.from_numpy(x).requires_grad_()
    out, indices = F.max_pool2d(leaf, (17, 18), return_indices=True)
    out.sum().backward()
    assert indices.item() == 17 * 18 - 1
    np.testing.assert_array_equal(leaf.grad.numpy(), x)


def test_the_stride_is_the_kernel_size_if_not_given():
    assert F.max_pool2d(tv.zeros(1, 1, 6, 9), (2, 3)).shape == (1, 1, 3, 3)
    assert F.avg_pool2d(tv.zeros(1, 1, 6, 9), (2, 3)).shape == (1, 1, 3, 3)


# -- avg_pool2d -------------------------------------------------------------------------------


@given(poolings(dilated=False), st.booleans(), st.sampled_from([None, 3, -2]))
def test_avg_pool_is_the_mean_of_each_window(call, count_include_pad, divisor):
    x, options = call
    out = F.avg_pool2d(
        tv.from_numpy(x),
        **options,
        count_include_pad=count_include_pad,
        divisor_override=divisor,
    )
    expected = mean_by_loops(x, options, count_include_pad, divisor)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-14, atol=0.0, strict=True)


@pytest.mark.parametrize(("count_include_pad", "last"), [(True, 0.5), (False, 1.0)])
def test_what_reaches_beyond_the_padding_is_no_part_of_the_mean(count_include_pad, last):
    """The last window of ceil_mode: one pixel, one of the padding, one of nothing."""
    out = F.avg_pool2d(
        tv.ones(1, 1, 4), (1, 3), (1, 2), (0, 1), True, count_include_pad=count_include_pad
    )
    assert out[0, 0, -1].item() == last


def test_the_gradient_of_a_mean_is_shared_evenly():
    x = tv.zeros(1, 1, 2, 4, requires_grad=True)
    F.avg_pool2d(x, 2).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.full((1, 1, 2, 4), 0.25))


# -- adaptive pooling -------------------------------------------------------------------------


@st.composite
def adaptive(draw):
    shape = [draw(st.integers(low, high)) for low, high in ((0, 2), (1, 2), (1, 7), (1, 7))]
    size = draw(st.integers(1, 9)), draw(st.one_of(st.integers(1, 9), st.none()))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(-3, 4, shape).astype(np.float64), size


def adaptive_windows(x, size):
    """Window i of an axis goes from floor(i * n / m) to ceil((i + 1) * n / m)."""
    oh, ow = (n if m is None else m for n, m in zip(x.shape[2:], size, strict=True))
    for i, j in np.ndindex(oh, ow):
        rows = slice(i * x.shape[2] // oh, math.ceil((i + 1) * x.shape[2] / oh))
        columns = slice(j * x.shape[3] // ow, math.ceil((j + 1) * x.shape[3] / ow))
        yield (i, j), (rows, columns), x[:, :, rows, columns]


@given(adaptive())
def test_adaptive_avg_pool_takes_means_of_windows_that_cover_the_image(call):
    x, size = call
    out = F.adaptive_avg_pool2d(tv.from_numpy(x), size).numpy()
    for (i, j), _, window in adaptive_windows(x, size):
        np.testing.assert_allclose(out[:, :, i, j], window.mean(axis=(2, 3)), atol=1e-14)
    assert out.shape == (*x.shape[:2], size[0], x.shape[3] if size[1] is None else size[1])


@given(adaptive())
def test_adaptive_max_pool_takes_the_first_largest_pixel_and_says_where(call):
    x, size = call
    leaf = tv.from_numpy(x).requires_grad_()
    out, indices = F.adaptive_max_pool2d(leaf, size, return_indices=True)
    expected = np.zeros(x.shape)
    for (i, j), (rows, columns), window in adaptive_windows(x, size):
        for n, c in np.ndindex(*x.shape[:2]):
            row, column = np.unravel_index(window[n, c].argmax(), window.shape[2:])
            row, column = rows.start + row, columns.start + column
            assert out[n, c, i, j].item() == x[n, c, row, column]
            assert indices[n, c, i, j].item() == row * x.shape[3] + column
            expected[n, c, row, column] += 1.0
    out.sum().backward()
    np.testing.assert_array_equal(leaf.grad.numpy(), expected)


def test_one_number_stands_for_both_sizes():
    assert F.adaptive_avg_pool2d(tv.zeros(1, 1, 5, 7), 3).shape == (1, 1, 3, 3)
    assert F.adaptive_max_pool2d(tv.zeros(1, 1, 5, 7), 3).shape == (1, 1, 3, 3)


@pytest.mark.parametrize("pool", [F.adaptive_avg_pool2d, F.adaptive_max_pool2d])
def test_of_no_windows_at_all_the_answer_is_empty_and_the_gradient_zero(pool):
    x = tv.ones(1, 2, 3, 4, requires_grad=True)
    out = pool(x, (0, 2))
    assert out.shape == (1, 2, 0, 2)
    out.sum().backward()
    assert not x.grad.any()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_pixel_that_is_no_number_spoils_its_own_window_only(bad):
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 0, 0] = bad
    out = F.adaptive_avg_pool2d(tv.from_numpy(x), 2).numpy()[0, 0]
    np.testing.assert_array_equal(out, [[bad, 1.0], [1.0, 1.0]])


# -- sizes, types, errors ---------------------------------------------------------------------

POOLS = {
    "max_pool2d": lambda x: F.max_pool2d(x, 2, 1, 1),
    "avg_pool2d": lambda x: F.avg_pool2d(x, 2, 1, 1),
    "adaptive_avg_pool2d": lambda x: F.adaptive_avg_pool2d(x, (2, 3)),
    "adaptive_max_pool2d": lambda x: F.adaptive_max_pool2d(x, (2, 3)),
}
each_pool = pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)


@each_pool
def test_one_image_without_a_batch_axis_gives_one_answer_without_it(pool):
    x = tv.arange(30.0).reshape(2, 3, 5)
    assert (pool(x) == pool(x.unsqueeze(0))[0]).all()
    assert pool(x).ndim == 3


@each_pool
def test_a_batch_of_no_images_has_its_shape_and_a_gradient(pool):
    x = tv.zeros(0, 2, 3, 5, requires_grad=True)
    out = pool(x)
    assert out.shape == (0, *pool(tv.zeros(1, 2, 3, 5)).shape[1:])
    out.sum().backward()
    assert x.grad.shape == x.shape


@each_pool
def test_other_numbers_of_axes_are_refused(pool):
    with pytest.raises(ValueError, match=re.escape("(N, C, H, W) or (C, H, W), got shape (3, 5)")):
        pool(tv.zeros(3, 5))


@pytest.mark.parametrize(
    ("pool", "options", "error", "message"),
    [
        (F.max_pool2d, {"kernel_size": 3, "padding": 2}, ValueError, "padding 2 is more than half"),
        (
            F.max_pool2d,
            {"kernel_size": (2, 3), "dilation": (1, 4)},
            ValueError,
            "a window spans 9 pixels of width, the padded image has 5 (5 + 2*0)",
        ),
        (
            F.avg_pool2d,
            {"kernel_size": (7, 1), "padding": (1, 0)},
            ValueError,
            "a window spans 7 pixels of height, the padded image has 6 (4 + 2*1)",
        ),
        (F.avg_pool2d, {"kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0"),
        (F.max_pool2d, {"kernel_size": 2, "stride": "2"}, TypeError, "stride must be an integer"),
        (
            F.avg_pool2d,
            {"kernel_size": 2, "divisor_override": 0},
            ValueError,
            "divisor_override must not be zero",
        ),
        (
            F.adaptive_avg_pool2d,
            {"output_size": -1},
            ValueError,
            "output_size must be an integer of at least 0 or a pair of them, got -1",
        ),
        (F.adaptive_max_pool2d, {"output_size": (1, 2, 3)}, ValueError, "got (1, 2, 3)"),
    ],
)
def test_what_does_not_fit_is_refused_with_both_numbers(pool, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        pool(tv.zeros(1, 1, 4, 5), **options)


@pytest.mark.parametrize("pool", [F.max_pool2d, F.avg_pool2d])
@pytest.mark.parametrize("shape", [(2, 0, 4, 4), (2, 3, 0, 4)], ids=str)
def test_images_without_a_channel_or_a_pixel_are_refused(pool, shape):
    with pytest.raises(ValueError, match=re.escape(f"and a pixel at least, got shape {shape}")):
        pool(tv.zeros(shape), 1)


def test_the_mean_of_integers_is_refused():
    with pytest.raises(TypeError, match="needs floats, got int64"):
        F.adaptive_avg_pool2d(tv.zeros(1, 1, 2, 2, dtype=tv.int64), 1)
