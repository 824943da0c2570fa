import numpy as np
import pytest

from tinyvision.data import load_digits
from tinyvision.data.transforms import Compose, Normalize, ToCNNInput, to_3x32x32


def test_each_pixel_of_a_digit_covers_the_cell_it_was_counted_in():
    # A bitmap of 32 x 32 that is constant within its 4 x 4 cells, counted and brought back.
    cells = np.random.default_rng(0).integers(0, 2, (5, 8, 8))
    bitmap = np.kron(cells, np.ones((1, 4, 4), dtype=int))
    counted = np.zeros((5, 8, 8), dtype=np.uint8)
    for y in range(32):
        for x in range(32):
            counted[:, y // 4, x // 4] += bitmap[:, y, x].astype(np.uint8)
    back = to_3x32x32(counted, max_value=16)
    for channel in range(3):
        np.testing.assert_array_equal(back[:, channel], bitmap)


def test_the_mean_of_the_digits_stays():
    images, _ = load_digits("test")
    means = to_3x32x32(images, 16).mean(axis=(1, 2, 3), dtype=np.float64)
    np.testing.assert_allclose(means, images.mean(axis=(1, 2)) / 16, rtol=1e-12)


def test_pictures_of_28_get_a_frame_of_two_background_pixels():
    images = np.random.default_rng(0).integers(1, 256, (4, 28, 28), dtype=np.uint8)
    out = to_3x32x32(images)
    for channel in range(3):
        np.testing.assert_array_equal(
            out[:, channel, 2:30, 2:30], images.astype(np.float32) / np.float32(255)
        )
    assert np.count_nonzero(out) == 4 * 3 * 28 * 28


def test_colour_of_the_right_size_is_only_scaled():
    images = np.random.default_rng(0).integers(0, 256, (4, 3, 32, 32), dtype=np.uint8)
    np.testing.assert_allclose(to_3x32x32(images), images / 255, rtol=1e-7)


@pytest.mark.parametrize("size", [8, 28, 32])
def test_grey_with_a_channel_axis_becomes_three_equal_channels(size):
    images = np.random.default_rng(0).integers(0, 256, (4, 1, size, size), dtype=np.uint8)
    out = to_3x32x32(images)
    assert (out[:, 0] == out[:, 1]).all()
    assert (out[:, 0] == out[:, 2]).all()
    assert out[:, 0].sum() > 0


@pytest.mark.parametrize("shape", [(2, 8, 8), (2, 28, 28), (2, 3, 32, 32), (0, 8, 8)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_the_result_is_a_float32_batch_of_its_own(shape, dtype):
    images = np.ones(shape, dtype=dtype)
    out = to_3x32x32(images)
    assert out.shape == (shape[0], 3, 32, 32)
    assert out.dtype == np.float32
    assert out.flags.c_contiguous
    assert not np.shares_memory(out, images)


@pytest.mark.parametrize(
    "shape",
    [
        (3, 32, 32),  # one colour picture, or three grey ones? so it must be said
        (2, 32, 32),
        (28, 28),
        (2, 64, 64),
        (2, 2, 32, 32),
        (2, 3, 28, 28),
        (2, 8, 28),
        (),
        (2, 3, 32, 32, 1),
    ],
)
def test_any_other_shape_is_refused_with_a_remedy(shape):
    with pytest.raises(
        ValueError, match=r"expected grey .*or colour .*picture\[None\], and resize"
    ):
        to_3x32x32(np.zeros(shape, dtype=np.uint8))


def test_bytes_on_the_scale_of_the_digits_are_refused():
    with pytest.raises(ValueError, match=r"pixels run from 200 to 200, expected 0 to 16"):
        to_3x32x32(np.full((1, 28, 28), 200, dtype=np.uint8), max_value=16)


def test_what_is_no_array_is_refused():
    with pytest.raises(TypeError, match="transforms work on NumPy arrays, got list"):
        to_3x32x32([[0.0]])


def test_the_transform_stands_in_a_compose():
    prepare = Compose([ToCNNInput(max_value=16), Normalize(0.5, 0.5)])
    out = prepare(np.full((2, 8, 8), 16, dtype=np.uint8))
    np.testing.assert_array_equal(out, np.ones((2, 3, 32, 32), dtype=np.float32), strict=True)
