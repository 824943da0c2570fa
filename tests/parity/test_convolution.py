"""conv2d against torch: a grid of settings, and geometries drawn at random."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

# Even kernels with 'same': torch pads a copy, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def conv2d(**settings):
    return lambda t, x, w, *b: t.nn.functional.conv2d(x, w, *b, **settings)


GRID = [
    {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    for stride, padding, dilation, groups in itertools.product(
        [1, 2, (3, 1)], [0, 1, (2, 3)], [1, (1, 2), 3], [1, 2, 4]
    )
]


@pytest.mark.parametrize("settings", GRID, ids=lambda s: "-".join(map(str, s.values())))
def test_convolutions_and_their_derivatives_agree(agree, normal, settings):
    weight = normal(8, 4 // settings["groups"], 2, 3)
    agree(conv2d(**settings), normal(2, 4, 7, 8), weight, normal(8))


@pytest.mark.parametrize("settings", GRID[::5], ids=lambda s: "-".join(map(str, s.values())))
def test_convolutions_agree_in_float32(agree, normal, settings):
    weight = normal(8, 4 // settings["groups"], 2, 3)
    arrays = normal(2, 4, 7, 8), weight, normal(8)
    # atol: of sums of about a hundred numbers near 1, of which some cancel
    tolerance = {"rtol": 1e-5, "atol": 1e-5}
    agree(conv2d(**settings), *arrays, dtype="float32", order=1, tolerance=tolerance)


@pytest.mark.parametrize("kernel", [(1, 1), (2, 2), (3, 3), (4, 3), (1, 5)], ids=str)
@pytest.mark.parametrize("dilation", [1, 2, (1, 3)])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_padding_by_a_word_agrees(agree, normal, padding, dilation, kernel):
    settings = {"padding": padding, "dilation": dilation}
    agree(conv2d(**settings), normal(1, 2, 9, 13), normal(3, 2, *kernel))


@pytest.mark.parametrize("batch", [(), (0,), (1,), (5,)], ids=str)
@pytest.mark.parametrize("bias", [False, True])
def test_single_images_and_batches_of_any_size_agree(agree, normal, batch, bias):
    arrays = [normal(*batch, 2, 5, 6), normal(3, 2, 3, 2), *([normal(3)] if bias else [])]
    agree(conv2d(padding=1), *arrays)


def drawn_geometry(seed):
    """Settings and shapes of a convolution that is possible."""
    rng = np.random.default_rng(seed)
    while True:
        kernel, stride, dilation = (rng.integers(1, high, 2) for high in (5, 4, 4))
        padding = rng.integers(0, 4, 2)
        size = rng.integers(1, 12, 2)
        if np.all(size + 2 * padding >= dilation * (kernel - 1) + 1):
            break
    groups = int(rng.integers(1, 4))
    channels, out_channels = (groups * int(rng.integers(1, 4)) for _ in range(2))
    settings = {
        "stride": tuple(map(int, stride)),
        "padding": tuple(map(int, padding)),
        "dilation": tuple(map(int, dilation)),
        "groups": groups,
    }
    x = (int(rng.integers(1, 4)), channels, *map(int, size))
    return settings, x, (out_channels, channels // groups, *map(int, kernel))


@pytest.mark.parametrize("seed", range(60))
def test_convolutions_of_any_geometry_agree(agree, normal, seed):
    settings, x, w = drawn_geometry(seed)
    agree(conv2d(**settings), normal(*x), normal(*w), normal(w[0]))


@pytest.mark.parametrize("settings", [{}, {"padding": 1}, {"stride": 2, "padding": 2}], ids=str)
def test_a_large_convolution_agrees_in_float32(agree, normal, settings):
    # Large enough for the windows to be laid out in several pieces. A weight's gradient adds up
    # 16,000 products and comes out near 100.
    tolerance = {"rtol": 1e-4, "atol": 1e-3}
    arrays = normal(16, 16, 33, 31), normal(8, 16, 3, 3), normal(8)
    agree(conv2d(**settings), *arrays, dtype="float32", order=1, tolerance=tolerance)


def test_a_large_convolution_agrees(agree, normal):
    agree(conv2d(padding=1), normal(16, 16, 33, 31), normal(8, 16, 3, 3), normal(8))


def test_images_that_are_not_contiguous_agree(agree, normal):
    def case(t, x, w):
        turned = x.permute(0, 3, 1, 2)[:, :, ::2].flip(3)
        return t.nn.functional.conv2d(turned, w.transpose(2, 3), padding=1)

    def sliced(t, x, w):
        return t.nn.functional.conv2d(x[:, 1:, 1:-1, 2:], w, stride=2)

    agree(case, normal(2, 8, 7, 3), normal(4, 3, 3, 2))
    agree(sliced, normal(2, 3, 9, 9), normal(4, 2, 3, 2))
