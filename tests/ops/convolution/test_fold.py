"""unfold and fold against loops over windows."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


@st.composite
def geometries(draw):
    """torch's arguments, and an image (N, C, H, W) that some windows fit into."""
    pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, dilation, stride = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    size = [
        draw(st.integers(max(d * (k - 1) + 1 - 2 * p, 1), d * (k - 1) + 4))
        for k, d, p in zip(kernel, dilation, padding, strict=True)
    ]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.normal(size=(draw(st.integers(1, 2)), draw(st.integers(1, 3)), *size))
    return image, (kernel, dilation, padding, stride)


def places(image, kernel, dilation, padding, stride):
    """Each window's number and, for each pixel of it inside the image, (row of a column, i, j)."""
    _, channels, height, width = image.shape
    counts = [
        (size + 2 * p - d * (k - 1) - 1) // s + 1
        for size, k, d, p, s in zip((height, width), kernel, dilation, padding, stride, strict=True)
    ]
    for window in range(counts[0] * counts[1]):
        top, left = (window // counts[1]) * stride[0], (window % counts[1]) * stride[1]
        for row in range(channels * kernel[0] * kernel[1]):
            channel, m, k = np.unravel_index(row, (channels, *kernel))
            i, j = top + m * dilation[0] - padding[0], left + k * dilation[1] - padding[1]
            if 0 <= i < height and 0 <= j < width:
                yield window, row, (channel, i, j)


def unfold_by_loops(image, *geometry):
    found = list(places(image, *geometry))
    kernel, dilation, padding, stride = geometry
    columns = np.prod(
        [
            (size + 2 * p - d * (k - 1) - 1) // s + 1
            for size, k, d, p, s in zip(
                image.shape[2:], kernel, dilation, padding, stride, strict=True
            )
        ]
    )
    out = np.zeros((len(image), image.shape[1] * kernel[0] * kernel[1], columns))
    for window, row, (channel, i, j) in found:
        out[:, row, window] = image[:, channel, i, j]
    return out


@given(geometries())
def test_unfold_lays_every_window_out_as_a_column(drawn):
    image, geometry = drawn
    out = F.unfold(tv.from_numpy(image), *geometry)
    np.testing.assert_array_equal(out.numpy(), unfold_by_loops(image, *geometry))


@given(geometries())
def test_fold_adds_every_column_into_its_window(drawn):
    image, geometry = drawn
    columns = np.random.default_rng(0).normal(size=unfold_by_loops(image, *geometry).shape)
    expected = np.zeros_like(image)
    for window, row, (channel, i, j) in places(image, *geometry):
        expected[:, channel, i, j] += columns[:, row, window]
    out = F.fold(tv.from_numpy(columns), image.shape[2:], *geometry)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-12)


def test_fold_undoes_unfold_where_windows_do_not_overlap():
    image = tv.arange(96.0).reshape(2, 3, 4, 4)
    columns = F.unfold(image, 2, stride=2)
    assert columns.shape == (2, 12, 4)
    np.testing.assert_array_equal(F.fold(columns, 4, 2, stride=2).numpy(), image.numpy())


def test_a_convolution_is_a_matrix_product_of_unfolded_windows():
    image = tv.randn(2, 3, 7, 8, dtype=tv.float64)
    kernels = tv.randn(4, 3, 3, 2, dtype=tv.float64)
    columns = F.unfold(image, (3, 2), padding=1, stride=2)
    product = (kernels.reshape(4, -1) @ columns).reshape(2, 4, 4, 5)
    expected = F.conv2d(image, kernels, stride=2, padding=1)
    np.testing.assert_allclose(product.numpy(), expected.numpy(), rtol=1e-12, atol=1e-12)


def test_single_images_stay_single():
    image = tv.arange(32.0).reshape(2, 4, 4)
    columns = F.unfold(image, 2)
    np.testing.assert_array_equal(columns.numpy(), F.unfold(image[None], 2)[0].numpy())
    np.testing.assert_array_equal(
        F.fold(columns, 4, 2).numpy(), F.fold(columns[None], 4, 2)[0].numpy()
    )


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, "unfold: expected (N, C, H, W)", lambda: F.unfold(tv.zeros(4, 4), 2)),
        (
            ValueError,
            "no window of kernel_size (5, 5) and dilation (1, 1) fits into an image of (4, 4), "
            "padded (4, 4)",
            lambda: F.unfold(tv.zeros(1, 1, 4, 4), 5),
        ),
        (TypeError, "kernel_size must be", lambda: F.unfold(tv.zeros(1, 1, 4, 4), 2.0)),
        (ValueError, "stride must be", lambda: F.unfold(tv.zeros(1, 1, 4, 4), 2, stride=0)),
        (ValueError, "padding must be", lambda: F.unfold(tv.zeros(1, 1, 4, 4), 2, padding=-1)),
        (ValueError, "fold: expected (N, C*KH*KW, L)", lambda: F.fold(tv.zeros(4), 2, 2)),
        (
            ValueError,
            "must be a multiple of the 4 pixels of kernel_size (2, 2), got 6",
            lambda: F.fold(tv.zeros(1, 6, 9), 4, 2),
        ),
        (
            ValueError,
            "an output_size of (4, 4) has 3 * 3 windows, the input of shape (1, 4, 4) has 4",
            lambda: F.fold(tv.zeros(1, 4, 4), 4, 2),
        ),
        (TypeError, "output_size must be", lambda: F.fold(tv.zeros(1, 4, 4), "4", 2)),
    ],
)
def test_what_does_not_fit_is_refused(error, message, call):
    with pytest.raises(error, match=re.escape(message)):
        call()
