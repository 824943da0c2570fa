"""grid_sample against SciPy's map_coordinates, and against loops over Keys's kernel."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import tinyvision as tv
import tinyvision.nn.functional as F

seeds = st.integers(0, 2**32 - 1)
aligned = pytest.mark.parametrize("align", [False, True], ids=["edges", "middles"])
paddings = pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])


def images_and_grid(seed, far=1.8):
    rng = np.random.default_rng(seed)
    h, w = rng.integers(2, 6, 2)
    return rng.normal(size=(2, 3, h, w)), rng.uniform(-far, far, (2, 4, 3, 2))


def sample(x, grid, mode, padding, align):
    return F.grid_sample(tv.from_numpy(x), tv.from_numpy(grid), mode, padding, align).numpy()


def in_pixels(grid, size, align):
    return (grid + 1) / 2 * (size - 1) if align else ((grid + 1) * size - 1) / 2


def by_scipy(x, grid, order, padding, align):
    """A reflection is at the middles of the corner pixels ('mirror') or at their edges."""
    modes = {
        "zeros": "grid-constant",
        "border": "nearest",
        "reflection": "mirror" if align else "reflect",
    }
    out = np.zeros((*x.shape[:2], *grid.shape[1:3]))
    for n, c in np.ndindex(*x.shape[:2]):
        places = [
            in_pixels(grid[n, ..., 1], x.shape[2], align),
            in_pixels(grid[n, ..., 0], x.shape[3], align),
        ]
        out[n, c] = ndimage.map_coordinates(x[n, c], places, order=order, mode=modes[padding])
    return out


@aligned
@paddings
@given(seed=seeds)
def test_between_pixels_it_is_bilinear(padding, align, seed):
    x, grid = images_and_grid(seed)
    expected = by_scipy(x, grid, 1, padding, align)
    np.testing.assert_allclose(sample(x, grid, "bilinear", padding, align), expected, atol=1e-10)


@aligned
@paddings
@given(seed=seeds)
def test_the_nearest_pixel_is_taken_whole(padding, align, seed):
    x, grid = images_and_grid(seed)
    out = sample(x, grid, "nearest", padding, align)
    np.testing.assert_array_equal(out, by_scipy(x, grid, 0, padding, align))


def keys(t, a=-0.75):
    t = abs(t)
    if t < 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a if t < 2 else 0.0


@aligned
@paddings
@given(seed=seeds)
def test_bicubic_is_a_weighted_sum_of_sixteen_pixels(padding, align, seed):
    """The image is first continued by np.pad, so that every pixel is there."""
    x, grid = images_and_grid(seed)
    modes = {"zeros": "constant", "border": "edge"}
    mode = modes.get(padding, "reflect" if align else "symmetric")
    wide = 9
    padded = np.pad(x, [(0, 0), (0, 0), (wide, wide), (wide, wide)], mode=mode)
    out = sample(x, grid, "bicubic", padding, align)
    for n, i, j in np.ndindex(2, *grid.shape[1:3]):
        row = in_pixels(grid[n, i, j, 1], x.shape[2], align)
        column = in_pixels(grid[n, i, j, 0], x.shape[3], align)
        top, left = int(np.floor(row)), int(np.floor(column))
        expected = sum(
            keys(row - r) * keys(column - c) * padded[n, :, wide + r, wide + c]
            for r in range(top - 1, top + 3)
            for c in range(left - 1, left + 3)
        )
        np.testing.assert_allclose(out[n, :, i, j], expected, atol=1e-10)


@aligned
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_the_grid_that_changes_nothing_changes_nothing(mode, align):
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 4))
    theta = tv.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]).double()
    grid = F.affine_grid(theta, x.shape, align).numpy()
    np.testing.assert_allclose(sample(x, grid, mode, "zeros", align), x, atol=1e-12)


def test_beyond_the_image_nothing_is_seen_even_where_it_is_infinite():
    x = np.full((1, 1, 2, 2), np.inf)
    grid = np.full((1, 1, 1, 2), -5.0)
    assert sample(x, grid, "bilinear", "zeros", False).item() == 0.0


@paddings
@pytest.mark.parametrize("far", [1e30, -1e30, np.nan, np.inf])
def test_places_that_are_far_away_or_no_places_do_no_harm(padding, far):
    """Zero or NaN without a border; with one something of the middle row."""
    x, grid = np.arange(1.0, 10.0).reshape(1, 1, 3, 3), np.array([[[[far, 0.0]]]])
    out = sample(x, grid, "bilinear", padding, False).item()
    if padding == "zeros":
        assert out == 0.0 or (np.isnan(out) and not np.isfinite(far))
    else:
        assert 4.0 <= out <= 6.0


def test_at_the_border_there_is_no_slope_in_the_grid():
    grid = tv.tensor([[[[3.0, 0.1]]]]).double().requires_grad_()
    x = tv.arange(9.0).double().reshape(1, 1, 3, 3)
    F.grid_sample(x, grid, padding_mode="border").sum().backward()
    assert grid.grad[0, 0, 0].tolist() == [0.0, 4.5]  # three rows of step 3, over a height of 2


def test_float16_is_computed_in_float32():
    x, grid = (array.astype(np.float16) for array in images_and_grid(0))
    out = sample(x, grid, "bilinear", "zeros", False)
    exact = sample(x.astype(np.float64), grid.astype(np.float64), "bilinear", "zeros", False)
    assert out.dtype == np.float16
    np.testing.assert_allclose(out, exact, rtol=1e-3, atol=1e-3)


@aligned
def test_an_affine_grid_maps_the_middles_of_pixels(align):
    theta = np.random.default_rng(0).normal(size=(2, 2, 3))
    grid = F.affine_grid(tv.from_numpy(theta), (2, 1, 3, 4), align).numpy()
    assert grid.shape == (2, 3, 4, 2)
    for n, i, j in np.ndindex(2, 3, 4):
        x, y = (2 * j / 3 - 1, i - 1) if align else ((2 * j + 1) / 4 - 1, (2 * i + 1) / 3 - 1)
        np.testing.assert_allclose(grid[n, i, j], theta[n] @ [x, y, 1.0], atol=1e-12)


def test_a_single_pixel_is_in_the_middle():
    theta = tv.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    for align in (False, True):
        assert F.affine_grid(theta, (1, 1, 1, 1), align).tolist() == [[[[0.0, 0.0]]]]


@pytest.mark.parametrize(
    ("x", "grid", "options", "error", "message"),
    [
        ((1, 1, 2, 2), (1, 1, 1, 2), {"mode": "cubic"}, ValueError, "mode must be one of"),
        ((1, 1, 2, 2), (1, 1, 1, 2), {"padding_mode": "same"}, ValueError, "padding_mode must be"),
        ((1, 2, 2), (1, 1, 1, 2), {}, ValueError, "the input must be (N, C, H, W) with at least"),
        ((1, 1, 0, 2), (1, 1, 1, 2), {}, ValueError, "got shape (1, 1, 0, 2)"),
        ((1, 1, 2, 2), (1, 1, 1, 3), {}, ValueError, "the grid must be (N, GH, GW, 2) with N = 1"),
        ((1, 1, 2, 2), (2, 1, 1, 2), {}, ValueError, "got shape (2, 1, 1, 2)"),
    ],
)
def test_what_cannot_be_sampled_is_refused(x, grid, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.grid_sample(tv.zeros(x), tv.zeros(grid), **options)


def test_types_that_do_not_fit_are_refused():
    with pytest.raises(TypeError, match="needs floating-point numbers, got int64"):
        F.grid_sample(tv.zeros(1, 1, 2, 2).long(), tv.zeros(1, 1, 1, 2))
    with pytest.raises(RuntimeError, match="grid_sample: input and grid"):
        F.grid_sample(tv.zeros(1, 1, 2, 2), tv.zeros(1, 1, 1, 2).double())


@pytest.mark.parametrize(
    ("theta", "size", "error", "message"),
    [
        (tv.zeros(1, 2, 3), (1, 1, 2), ValueError, "size must be (N, C, H, W), positive integers"),
        (tv.zeros(1, 2, 3), (1, 1, 0, 2), ValueError, "got (1, 1, 0, 2)"),
        (tv.zeros(1, 3, 4), (1, 1, 2, 2), ValueError, "theta must be (N, 2, 3) with N = 1"),
        (tv.zeros(1, 2, 3).long(), (1, 1, 2, 2), TypeError, "theta must hold floats, got int64"),
    ],
)
def test_what_makes_no_grid_is_refused(theta, size, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.affine_grid(theta, size)
