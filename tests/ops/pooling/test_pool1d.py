"""Pooling of signals against windows cut out one by one."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


@st.composite
def poolings(draw):
    """Signals of distinct numbers, and where the windows of a pooling start."""
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    padding = draw(st.integers(0, kernel // 2))
    length = draw(st.integers(max(kernel - padding, 1), 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.permutation(6 * length).reshape(2, 3, length).astype(float)
    starts = range(-padding, length + padding - kernel + 1, stride)
    return x, kernel, stride, padding, starts


def inside(start, kernel, length):
    return slice(max(start, 0), min(start + kernel, length))


@given(poolings())
def test_max_pool1d_takes_the_largest_of_each_window_and_says_where_it_stood(call):
    x, kernel, stride, padding, starts = call
    out, places = F.max_pool1d(tv.from_numpy(x), kernel, stride, padding, return_indices=True)
    windows = [inside(start, kernel, x.shape[2]) for start in starts]
    largest = [x[:, :, window].max(axis=2) for window in windows]
    np.testing.assert_array_equal(out.numpy(), np.stack(largest, axis=2), strict=True)
    where = [x[:, :, window].argmax(axis=2) + window.start for window in windows]
    np.testing.assert_array_equal(places.numpy(), np.stack(where, axis=2), strict=True)


@given(poolings())
def test_avg_pool1d_counts_the_border_as_zeros_or_not_at_all(call):
    x, kernel, stride, padding, starts = call
    sums = [x[:, :, inside(start, kernel, x.shape[2])].sum(axis=2) for start in starts]
    out = F.avg_pool1d(tv.from_numpy(x), kernel, stride, padding).numpy()
    np.testing.assert_allclose(out, np.stack(sums, axis=2) / kernel, rtol=1e-13)
    out = F.avg_pool1d(tv.from_numpy(x), kernel, stride, padding, count_include_pad=False).numpy()
    means = [x[:, :, inside(start, kernel, x.shape[2])].mean(axis=2) for start in starts]
    np.testing.assert_allclose(out, np.stack(means, axis=2), rtol=1e-13)


@given(st.integers(1, 7), st.integers(0, 8))
def test_adaptive_pools_cover_the_signal_with_as_many_windows_as_asked_for(length, wanted):
    x = np.random.default_rng(length).permutation(2 * length).reshape(2, length) * 1.0
    means = F.adaptive_avg_pool1d(tv.from_numpy(x), wanted).numpy()
    maxima, places = F.adaptive_max_pool1d(tv.from_numpy(x), (wanted,), return_indices=True)
    assert means.shape == maxima.shape == (2, wanted)
    for i in range(wanted):
        window = slice(i * length // wanted, math.ceil((i + 1) * length / wanted))
        np.testing.assert_allclose(means[:, i], x[:, window].mean(axis=1))
        np.testing.assert_array_equal(maxima[:, i].numpy(), x[:, window].max(axis=1))
        np.testing.assert_array_equal(
            places[:, i].numpy(), window.start + x[:, window].argmax(axis=1)
        )


def test_ceil_mode_takes_a_last_incomplete_window():
    x = tv.tensor([[1.0, 2.0, 3.0, 4.0, 9.0]])
    assert F.max_pool1d(x, 2, ceil_mode=True).tolist() == [[2.0, 4.0, 9.0]]
    assert F.avg_pool1d(x, 2, ceil_mode=True).tolist() == [[1.5, 3.5, 9.0]]


def test_dilation_leaves_elements_out():
    x = tv.tensor([[1.0, 5.0, 2.0, 0.0]])
    assert F.max_pool1d(x, 2, 1, dilation=2).tolist() == [[2.0, 5.0]]


@pytest.mark.parametrize(
    ("pool", "options", "error", "message"),
    [
        (F.max_pool1d, {"kernel_size": (2, 2)}, TypeError, "kernel_size must be an integer or a"),
        (F.max_pool1d, {"kernel_size": 2, "stride": 0}, ValueError, "stride must be at least 1"),
        (F.avg_pool1d, {"kernel_size": 3, "padding": 2}, ValueError, "padding 2 is more than half"),
        (F.avg_pool1d, {"kernel_size": 6}, ValueError, "a window spans 6 pixels of width"),
        (F.adaptive_avg_pool1d, {"output_size": None}, TypeError, "output_size must be an integer"),
        (F.adaptive_max_pool1d, {"output_size": -1}, ValueError, "output_size must be at least 0"),
    ],
)
def test_what_does_not_fit_is_refused(pool, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        pool(tv.zeros(1, 1, 5), **options)


@pytest.mark.parametrize("pool", [F.max_pool1d, F.avg_pool1d, F.adaptive_avg_pool1d])
def test_other_numbers_of_axes_are_refused(pool):
    with pytest.raises(ValueError, match=re.escape("expected (N, C, L) or (C, L), got shape (5,)")):
        pool(tv.zeros(5), 2)
