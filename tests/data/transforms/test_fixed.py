import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyvision.data.transforms import Normalize, Pad, ToFloat


def test_scaling_sends_zero_to_zero_and_the_largest_value_to_one():
    scaled = ToFloat()(np.array([[[0, 51, 255]]], dtype=np.uint8))
    np.testing.assert_array_equal(scaled, np.array([[[0, 0.2, 1]]], dtype=np.float32), strict=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.float32, np.float64])
def test_scaling_gives_float32_whatever_comes_in(dtype):
    assert ToFloat(16)(np.full((2, 1, 3, 3), 4, dtype=dtype)).dtype == np.float32


@pytest.mark.parametrize("value", [-1, 17, np.nan, np.inf])
def test_pixels_outside_the_stated_range_are_refused(value):
    with pytest.raises(ValueError, match="expected 0 to 16; give the max_value of this data set"):
        ToFloat(16)(np.array([[[0.0, value]]]))


@pytest.mark.parametrize("max_value", [0, -1, float("nan")])
def test_a_scale_that_is_not_positive_is_refused(max_value):
    with pytest.raises(ValueError, match="max_value must be positive"):
        ToFloat(max_value)


def test_an_empty_batch_passes_all_transforms():
    empty = np.zeros((0, 3, 4, 4), dtype=np.uint8)
    assert Pad(1)(Normalize(0, 1)(ToFloat()(empty))).shape == (0, 3, 6, 6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalised_training_images_have_mean_zero_and_deviation_one(dtype):
    images = np.random.default_rng(0).random((50, 3, 7, 5)).astype(dtype)
    images *= np.array([1, 2, 3], dtype=dtype)[:, None, None]  # (3,) -> (3, 1, 1)
    axes = (0, 2, 3)
    normal = Normalize(images.mean(axis=axes), images.std(axis=axes))(images)
    assert normal.dtype == dtype
    np.testing.assert_allclose(normal.mean(axis=axes), 0, atol=1e-5)
    np.testing.assert_allclose(normal.std(axis=axes), 1, atol=1e-5)


def test_one_number_serves_every_channel():
    images = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
    np.testing.assert_array_equal(Normalize(1.0, 2.0)(images), (images - 1) / 2)
    np.testing.assert_array_equal(Normalize([1.0], [2.0])(images), (images - 1) / 2)


def test_one_image_is_normalised_as_it_would_be_in_a_batch():
    images = np.random.default_rng(0).random((2, 3, 4, 5))
    normalize = Normalize([1, 2, 3], [4, 5, 6])
    np.testing.assert_array_equal(normalize(images[1]), normalize(images)[1])


def test_the_images_given_are_left_alone():
    images = np.ones((1, 2, 2), dtype=np.float32)
    Normalize(1.0, 2.0)(images)
    assert (images == 1).all()


def test_normalising_integers_is_refused():
    with pytest.raises(TypeError, match=r"needs floating-point images, got uint8; apply ToFloat"):
        Normalize(0.5, 0.5)(np.zeros((1, 2, 2), dtype=np.uint8))


def test_a_wrong_number_of_channels_is_refused():
    with pytest.raises(ValueError, match=r"means for 3 channels, the images have 2"):
        Normalize([1, 2, 3], [1, 2, 3])(np.zeros((5, 2, 4, 4)))


def test_as_many_means_as_deviations_are_needed():
    with pytest.raises(ValueError, match="one number for each channel"):
        Normalize([1, 2, 3], [1, 2])


@pytest.mark.parametrize(("mean", "std"), [(0, 0), ([0, 0], [1, 0]), (np.nan, 1), (0, np.inf)])
def test_a_deviation_that_cannot_divide_is_refused(mean, std):
    with pytest.raises(ValueError, match="must be finite and std not 0"):
        Normalize(mean, std)


@given(sides=st.tuples(*[st.integers(0, 3)] * 4), fill=st.integers(0, 255))
def test_padding_frames_the_image_by_left_top_right_bottom(sides, fill):
    left, top, right, bottom = sides
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    padded = Pad(sides, fill)(image)
    expected = np.full((2, top + 2 + bottom, left + 3 + right), fill, dtype=np.uint8)
    expected[:, top : top + 2, left : left + 3] = image
    np.testing.assert_array_equal(padded, expected, strict=True)


def test_two_numbers_pad_the_sides_and_then_top_and_bottom():
    assert Pad((1, 2))(np.zeros((4, 1, 5, 5))).shape == (4, 1, 9, 7)
    assert Pad(3)(np.zeros((4, 1, 5, 5))).shape == (4, 1, 11, 11)


@pytest.mark.parametrize("padding", [-1, (1, -1), (1, 2, 3), (), (1, 1, 1, 1, 1)])
def test_another_padding_is_refused(padding):
    with pytest.raises(ValueError, match=r"padding must be one number, .*none negative; got"):
        Pad(padding)


@pytest.mark.parametrize(
    ("fill", "dtype"), [(256, "u1"), (-1, "u1"), (0.5, "u1"), (128, "i1"), (2, "?")]
)
def test_a_fill_that_storing_would_change_is_refused(fill, dtype):
    with pytest.raises(ValueError, match="cannot be a pixel of"):
        Pad(1, fill)(np.zeros((1, 2, 2), dtype=dtype))


def test_any_real_fill_is_a_pixel_of_a_float_image():
    padded = Pad(1, 0.5)(np.zeros((1, 1, 1), dtype=np.float32))
    assert padded.dtype == np.float32
    assert padded.sum() == 4.0


@pytest.mark.parametrize("transform", [ToFloat(), Normalize(0, 1), Pad(1)])
def test_an_image_without_channel_axis_is_refused(transform):
    with pytest.raises(ValueError, match=r"image .C, H, W. or a batch .*got shape \(28, 28\)"):
        transform(np.zeros((28, 28)))


@pytest.mark.parametrize("transform", [ToFloat(), Normalize(0, 1), Pad(1)])
def test_what_is_no_array_is_refused(transform):
    with pytest.raises(TypeError, match="transforms work on NumPy arrays, got list"):
        transform([[[0.0]]])
