"""interpolate against loops, SciPy's zoom, and what can be worked out by hand."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import tinyvision as tv
import tinyvision.nn.functional as F

MODES = ["nearest", "nearest-exact", "bilinear", "bicubic", "area"]
side = st.integers(1, 7)


@st.composite
def images(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(size=(2, 2, draw(side), draw(side)))


def resize(x, *args, **options):
    return F.interpolate(tv.from_numpy(np.asarray(x)), *args, **options).numpy()


def row(values, wanted=None, **options):
    """One row of pixels, resized along the row only."""
    image = np.array(values, float)[None, None, None]
    if "scale_factor" in options:
        options["scale_factor"] = (1, options["scale_factor"])
    else:
        options["size"] = (1, wanted)
    return resize(image, **options)[0, 0, 0]


# -- nearest ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_enlarging_by_a_whole_number_repeats_pixels(mode):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    expected = x.repeat(3, axis=2).repeat(2, axis=3)
    np.testing.assert_array_equal(resize(x, scale_factor=(3, 2), mode=mode), expected)


def test_shrinking_keeps_the_first_pixel_or_the_one_in_the_middle():
    pixels = np.arange(9.0)
    np.testing.assert_array_equal(row(pixels, 3, mode="nearest"), [0.0, 3.0, 6.0])
    np.testing.assert_array_equal(row(pixels, 3, mode="nearest-exact"), [1.0, 4.0, 7.0])


@given(side, side)
def test_nearest_takes_the_pixel_that_holds_the_edge_or_the_middle(size, wanted):
    pixels = np.arange(float(size))
    edges = [i * size // wanted for i in range(wanted)]
    middles = [(2 * i + 1) * size // (2 * wanted) for i in range(wanted)]
    np.testing.assert_array_equal(row(pixels, wanted, mode="nearest"), edges)
    np.testing.assert_array_equal(row(pixels, wanted, mode="nearest-exact"), middles)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_nearest_resizes_labels_too(dtype):
    labels = np.array([[[[0, 1], [1, 0]]]], dtype)
    out = resize(labels, scale_factor=2)
    np.testing.assert_array_equal(out, labels.repeat(2, 2).repeat(2, 3), strict=True)


# -- weighted sums ----------------------------------------------------------------------------


def keys(x, a):
    x = abs(x)
    if x < 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def triangle(x):
    return max(1 - abs(x), 0.0)


def cubic_by_loops(pixels, wanted, step):
    """Each new pixel from the four around its middle; beyond the edge, the edge."""
    out = []
    for i in range(wanted):
        middle = (i + 0.5) * step - 0.5
        above = math.floor(middle)
        around = [min(max(above + tap, 0), len(pixels) - 1) for tap in (-1, 0, 1, 2)]
        weights = [keys(above + tap - middle, -0.75) for tap in (-1, 0, 1, 2)]
        out.append(sum(w * pixels[p] for w, p in zip(weights, around, strict=True)))
    return out


def antialiased_by_loops(pixels, wanted, kernel):
    """Each new pixel from all that lie under the widened kernel; weights add up to one."""
    step = len(pixels) / wanted
    out = []
    for i in range(wanted):
        middle = (i + 0.5) * step
        weights = [kernel((p + 0.5 - middle) / max(step, 1)) for p in range(len(pixels))]
        out.append(sum(w * v for w, v in zip(weights, pixels, strict=True)) / sum(weights))
    return out


def along_both(function, x, size):
    """Apply a function of a row and its new length to all columns, then to all rows."""
    tall = np.apply_along_axis(function, 2, x, size[0])
    return np.apply_along_axis(function, 3, tall, size[1])


@given(images(), side, side)
def test_bilinear_agrees_with_scipys_zoom(x, height, width):
    zoom = (1, 1, height / x.shape[2], width / x.shape[3])
    expected = ndimage.zoom(x, zoom, order=1, mode="nearest", grid_mode=True)
    out = resize(x, (height, width), mode="bilinear")
    np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)


@given(images(), st.integers(2, 7), st.integers(2, 7))
def test_bilinear_with_aligned_corners_agrees_with_scipys_zoom(x, height, width):
    zoom = (1, 1, height / x.shape[2], width / x.shape[3])
    expected = ndimage.zoom(x, zoom, order=1, mode="nearest")
    out = resize(x, (height, width), mode="bilinear", align_corners=True)
    np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)


@given(images(), side, side)
def test_bicubic_agrees_with_loops(x, height, width):
    def by_loops(pixels, wanted):
        return cubic_by_loops(pixels, wanted, len(pixels) / wanted)

    expected = along_both(by_loops, x, (height, width))
    out = resize(x, (height, width), mode="bicubic")
    np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@given(x=images(), height=side, width=side)
def test_antialiasing_agrees_with_loops(mode, x, height, width):
    def by_loops(pixels, wanted):
        kernel = triangle if mode == "bilinear" else lambda x: keys(x, -0.5)
        if len(pixels) == wanted:
            return pixels
        return antialiased_by_loops(pixels, wanted, kernel)

    expected = along_both(by_loops, x, (height, width))
    out = resize(x, (height, width), mode=mode, antialias=True)
    np.testing.assert_allclose(out, expected, rtol=1e-10, atol=1e-12)


def test_halving_with_antialiasing_weighs_four_pixels():
    np.testing.assert_allclose(
        row([7.0, 0.0, 0.0, 0.0, 0.0, 0.0], 3, mode="bilinear", antialias=True), [3.0, 0.0, 0.0]
    )
    np.testing.assert_allclose(
        row([0.0, 0.0, 8.0, 0.0, 0.0, 0.0], 3, mode="bilinear", antialias=True), [8 / 7, 3.0, 0.0]
    )


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({"mode": "bilinear"}, 8 / 22),
        ({"mode": "bilinear", "align_corners": True}, 7 / 21),
        # of Keys's kernels only the one with a = -1/2, for antialiasing, keeps a slope
        ({"mode": "bicubic", "antialias": True}, 8 / 22),
    ],
)
def test_a_ramp_stays_a_ramp_away_from_the_edge(options, step):
    out = row(np.arange(8.0), 22, **options)
    np.testing.assert_allclose(np.diff(out)[5:-5], step, rtol=1e-12)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_aligned_corners_stay_as_they_are(mode):
    pixels = np.random.default_rng(0).normal(size=6)
    out = row(pixels, 11, mode=mode, align_corners=True)
    np.testing.assert_allclose(out[::2], pixels, rtol=1e-12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(3, 9), (1, 1), (12, 4)], ids=str)
def test_a_constant_image_stays_constant(mode, size):
    out = resize(np.full((1, 2, 5, 6), 3.0), size, mode=mode)
    np.testing.assert_allclose(out, np.full((1, 2, *size), 3.0), rtol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_the_same_size_changes_nothing(mode):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    np.testing.assert_array_equal(resize(x, (4, 5), mode=mode), x)


def test_area_is_the_mean_of_each_block():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6))
    expected = x.reshape(2, 3, 2, 2, 2, 3).mean(axis=(3, 5))
    np.testing.assert_allclose(resize(x, 2, mode="area"), expected, rtol=1e-12, atol=1e-12)


# -- the factor -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_the_size_is_rounded_down(mode):
    assert resize(np.zeros((1, 1, 5, 3)), scale_factor=(1.5, 0.7), mode=mode).shape[2:] == (7, 2)


def test_pixels_are_placed_by_the_factor_unless_it_is_to_be_recomputed():
    pixels = np.random.default_rng(0).normal(size=5)
    given = row(pixels, scale_factor=1.5, mode="bicubic")
    recomputed = row(pixels, scale_factor=1.5, mode="bicubic", recompute_scale_factor=True)
    np.testing.assert_allclose(given, cubic_by_loops(pixels, 7, 1 / 1.5), rtol=1e-10)
    np.testing.assert_allclose(recomputed, cubic_by_loops(pixels, 7, 5 / 7), rtol=1e-10)


# -- types and errors -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "area"])
def test_float16_is_weighed_in_float32(mode):
    x = np.random.default_rng(0).normal(size=(1, 2, 6, 7)).astype(np.float16)
    out = resize(x, (4, 9), mode=mode)
    exact = resize(x.astype(np.float64), (4, 9), mode=mode)
    assert out.dtype == np.float16
    np.testing.assert_allclose(out, exact, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(
    ("error", "message", "options"),
    [
        (
            ValueError,
            "unknown mode 'linear' for an input of 4 axes; choose one of ('nearest'",
            {"size": 2, "mode": "linear"},
        ),
        (ValueError, "align_corners is for", {"size": 2, "align_corners": False}),
        (ValueError, "antialias is for", {"size": 2, "mode": "area", "antialias": True}),
        (ValueError, "either size or scale_factor", {}),
        (ValueError, "either size or scale_factor", {"size": 2, "scale_factor": 2}),
        (ValueError, "size must be a positive integer or a pair", {"size": 0}),
        (ValueError, "size must be a positive integer or a pair", {"size": 2.0}),
        (ValueError, "size must be a positive integer or a pair", {"size": (2, 2, 2)}),
        (ValueError, "scale_factor must be a positive number or a pair", {"scale_factor": -1.0}),
        (ValueError, "leaves nothing of an image of (3, 4)", {"scale_factor": 0.3}),
        (
            ValueError,
            "recompute_scale_factor goes with scale_factor",
            {"size": 2, "recompute_scale_factor": True},
        ),
    ],
)
def test_options_that_do_not_fit_are_refused(error, message, options):
    with pytest.raises(error, match=re.escape(message)):
        F.interpolate(tv.zeros(1, 1, 3, 4), **options)


def test_what_is_no_image_is_refused():
    with pytest.raises(ValueError, match=re.escape("expected (N, C, H, W) or (N, C, L) with at")):
        F.interpolate(tv.zeros(3, 4), 2)
    with pytest.raises(ValueError, match=re.escape("got shape (1, 1, 2, 2, 2)")):
        F.interpolate(tv.zeros(1, 1, 2, 2, 2), 2)
    with pytest.raises(ValueError, match=re.escape("got shape (1, 1, 0, 4)")):
        F.interpolate(tv.zeros(1, 1, 0, 4), 2)
    with pytest.raises(TypeError, match="mode 'bilinear' needs floats, got int64"):
        F.interpolate(tv.zeros(1, 1, 3, 4).long(), 2, mode="bilinear")


# -- signals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [1, 4, 7, 11])
def test_signals_are_resized_along_straight_lines(wanted):
    x = np.random.default_rng(0).normal(size=(2, 3, 7))
    middles = (np.arange(wanted) + 0.5) * 7 / wanted - 0.5
    expected = np.array([[np.interp(middles, range(7), row) for row in rows] for rows in x])
    np.testing.assert_allclose(resize(x, wanted, mode="linear"), expected, atol=1e-12)


def test_aligned_ends_of_signals_stay_as_they_are():
    out = resize(np.array([[[1.0, 3.0]]]), 5, mode="linear", align_corners=True)
    np.testing.assert_allclose(out, [[[1.0, 1.5, 2.0, 2.5, 3.0]]])


def test_signals_are_repeated_and_averaged():
    x = np.arange(6.0).reshape(1, 2, 3)
    np.testing.assert_array_equal(resize(x, scale_factor=2), x.repeat(2, axis=2))
    np.testing.assert_array_equal(resize(x, (1,), mode="nearest-exact"), x[:, :, 1:2])
    np.testing.assert_array_equal(resize(x, 1, mode="area"), x.mean(axis=2, keepdims=True))


def test_the_short_names_are_modes():
    x = tv.randn(1, 2, 3, 4)
    assert bool((F.upsample_nearest(x, scale_factor=2) == F.interpolate(x, (6, 8))).all())
    wanted = F.interpolate(x, 5, mode="bilinear", align_corners=True)
    assert bool((F.upsample_bilinear(x, 5) == wanted).all())


@pytest.mark.parametrize(
    ("message", "options"),
    [
        ("unknown mode 'bicubic' for an input of 3 axes", {"size": 2, "mode": "bicubic"}),
        ("size must be a positive integer, got (2, 2)", {"size": (2, 2)}),
        ("antialias is for", {"size": 2, "mode": "linear", "antialias": True}),
        ("leaves nothing of an image of (3,)", {"scale_factor": 0.2}),
    ],
)
def test_options_that_signals_do_not_have_are_refused(message, options):
    with pytest.raises(ValueError, match=re.escape(message)):
        F.interpolate(tv.zeros(1, 1, 3), **options)
