"""Windows as columns, resized images and looked-up rows against torch."""

import itertools
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

GEOMETRIES = [
    {"kernel_size": kernel, "dilation": dilation, "padding": padding, "stride": stride}
    for kernel, dilation, padding, stride in itertools.product(
        [1, 2, (2, 3)], [1, (2, 1)], [0, (1, 2)], [1, 2, (3, 2)]
    )
]


@pytest.mark.parametrize("settings", GEOMETRIES, ids=lambda s: "-".join(map(str, s.values())))
def test_windows_as_columns_and_back_agree(agree, normal, settings):
    def case(t, x):
        columns = t.nn.functional.unfold(x * x, **settings)
        return columns, t.nn.functional.fold(columns * columns, (6, 7), **settings)

    agree(case, normal(2, 3, 6, 7))


def test_windows_of_one_image_agree(agree, normal):
    def case(t, x):
        columns = t.nn.functional.unfold(x, 2)
        return columns, t.nn.functional.fold(columns, (4, 5), 2)

    agree(case, normal(3, 4, 5))


SIZES = [
    {"size": (5, 7)},
    {"size": (12, 9)},
    {"size": 3},
    {"size": (6, 1)},
    {"size": (13, 17)},
    {"scale_factor": 2},
    {"scale_factor": (0.5, 1.5)},
    {"scale_factor": 1.7},
    {"scale_factor": 0.3},
    {"scale_factor": 1.7, "recompute_scale_factor": True},
]
MODES = [
    {"mode": "nearest"},
    {"mode": "nearest-exact"},
    {"mode": "area"},
    {"mode": "bilinear"},
    {"mode": "bilinear", "align_corners": True},
    {"mode": "bilinear", "antialias": True},
    {"mode": "bicubic"},
    {"mode": "bicubic", "align_corners": True},
    {"mode": "bicubic", "antialias": True},
]


def words(settings):
    return " ".join(f"{name}={value}" for name, value in settings.items())


@pytest.mark.parametrize("size", SIZES, ids=words)
@pytest.mark.parametrize("mode", MODES, ids=words)
def test_resized_images_agree(agree, normal, mode, size):
    agree(lambda t, x: t.nn.functional.interpolate(x, **size, **mode), normal(2, 3, 6, 9))


@pytest.mark.parametrize("mode", MODES, ids=words)
def test_resized_images_agree_in_float32(agree, normal, mode):
    def case(t, x):
        return t.nn.functional.interpolate(x, size=(11, 5), **mode)

    # torch computes the weights themselves in float32, near the end of a bend
    tolerance = {"rtol": 1e-5, "atol": 5e-6}
    agree(case, normal(2, 3, 7, 9), dtype="float32", order=1, tolerance=tolerance)


@pytest.mark.parametrize("padding", [None, 0, 3, -1])
@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)], ids=str)
def test_looked_up_rows_agree(agree, normal, shape, padding):
    rows = np.random.default_rng(0).integers(0, 5, shape)

    def case(t, rows, table):
        return t.nn.functional.embedding(rows, table * 1.0, padding)

    agree(case, rows, normal(5, 3))


@pytest.mark.parametrize("align", [False, True, None])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (2, 1, 1, 3), (2, 1, 2, 1)], ids=str)
def test_affine_grids_agree(agree, normal, size, align):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch reminds of a change of its default
        agree(lambda t, x: t.nn.functional.affine_grid(x, size, align), normal(2, 2, 3))


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_sampled_images_agree_in_and_far_outside_of_the_image(agree, normal, mode, padding, align):
    def case(t, x, grid):
        if mode == "nearest":  # no slope in the grid: None here, zeros in torch
            grid = grid.detach()
        return t.nn.functional.grid_sample(x, grid, mode, padding, align)

    agree(case, normal(2, 3, 4, 5), 2 * normal(2, 3, 2, 2), order=1)
