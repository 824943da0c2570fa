"""im2col: every window where it belongs, and its adjoint."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyvision.ops.convolution import im2col
from tinyvision.ops.convolution.im2col import (
    add_windows,
    output_size,
    padded_channels_last,
    tiles,
    windows,
)


@st.composite
def geometries(draw):
    """The shape of an image (N, H, W, C), and kernel, stride and dilation that fit into it."""
    kernel, stride, dilation = (
        tuple(draw(st.integers(1, most)) for _ in range(2)) for most in (3, 3, 2)
    )
    height, width = (
        d * (k - 1) + 1 + draw(st.integers(0, 4)) for k, d in zip(kernel, dilation, strict=True)
    )
    shape = (draw(st.integers(0, 3)), height, width, draw(st.integers(1, 3)))
    return shape, kernel, stride, dilation


def numbered(shape):
    return np.arange(np.prod(shape), dtype=np.float64).reshape(shape)


@given(geometries())
def test_windows_show_each_pixel_at_the_place_the_formula_says(geometry):
    shape, kernel, stride, dilation = geometry
    image = numbered(shape)
    view = windows(image, kernel, stride, dilation)
    sizes = output_size(shape[1:3], kernel, stride, dilation)
    assert view.shape == (shape[0], *sizes, *kernel, shape[3])
    for n, i, j, m, k, c in np.ndindex(*view.shape):
        pixel = image[n, i * stride[0] + m * dilation[0], j * stride[1] + k * dilation[1], c]
        assert view[n, i, j, m, k, c] == pixel


@given(geometries())
def test_there_are_as_many_windows_as_fit_and_no_more(geometry):
    shape, kernel, stride, dilation = geometry
    for size, k, s, d, count in zip(
        shape[1:3],
        kernel,
        stride,
        dilation,
        output_size(shape[1:3], kernel, stride, dilation),
        strict=True,
    ):
        last = (count - 1) * s + d * (k - 1)
        assert last < size <= last + s


def test_windows_copy_nothing_and_cannot_be_written_to():
    image = numbered((1, 4, 4, 2))
    view = windows(image, (2, 2), (1, 1), (1, 1))
    assert np.shares_memory(view, image)
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0, 0, 0, 0, 0] = 1.0


@given(geometries(), st.integers(0, 2**32 - 1))
def test_adding_windows_is_the_adjoint_of_showing_them(geometry, seed):
    """<windows(x), y> = <x, add(y)>, exactly, in whole numbers."""
    shape, kernel, stride, dilation = geometry
    rng = np.random.default_rng(seed)
    x = rng.integers(-4, 5, shape).astype(np.float64)
    view = windows(x, kernel, stride, dilation)
    y = rng.integers(-4, 5, view.shape).astype(np.float64)
    added = np.zeros(shape)
    add_windows(y, added, stride, dilation)
    assert (view * y).sum() == (x * added).sum()


@given(geometries())
def test_tiles_go_through_all_windows_in_order(geometry):
    shape, kernel, stride, dilation = geometry
    view = windows(numbered(shape), kernel, stride, dilation)
    rows = [laid_out.copy() for _, laid_out in tiles(view)]
    width = int(np.prod(view.shape[3:]))
    found = np.concatenate([np.zeros((0, width)), *rows])
    np.testing.assert_array_equal(found, view.reshape(-1, width) if view.size else found[:0])


@pytest.mark.parametrize(("threads", "most"), [(1, 1 << 20), (2, 2 << 20)])
@pytest.mark.parametrize("shape", [(70, 20, 20, 4), (3, 90, 180, 4), (2, 5, 15000, 4)])
def test_tiles_are_small_and_name_the_windows_they_hold(shape, threads, most, monkeypatch):
    """Several images a tile; several rows of one image; not one row that would fit."""
    monkeypatch.setattr(im2col, "get_num_threads", lambda: threads)
    view = windows(numbered(shape), (3, 3), (1, 1), (1, 1))
    seen = np.zeros(view.shape[:3], int)
    for where, rows in tiles(view):
        np.testing.assert_array_equal(rows, view[where].reshape(len(rows), -1))
        assert rows.nbytes <= max(most, view[0, 0].nbytes)
        seen[where] += 1
    np.testing.assert_array_equal(seen, np.ones(seen.shape))


@given(
    st.tuples(*[st.integers(0, 3)] * 4),
    st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 2),
)
def test_padding_is_zeros_around_the_image_with_channels_last(shape, padding):
    x = numbered(shape) + 1.0
    padded = padded_channels_last(x, padding)
    expected = np.pad(x, [(0, 0), (0, 0), *padding]).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(padded, expected, strict=True)
    assert padded.flags.c_contiguous
