import numpy as np
import pytest

from tinyvision.viz.arrays import as_array, class_indices, display_image


class FakeTensor:
    """Refuses NumPy, as a Tensor does, until it is detached."""

    def __init__(self, array, detached=False):
        self.array, self.detached = array, detached

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a tensor is not an array")

    def detach(self):
        return FakeTensor(self.array, detached=True)

    def numpy(self):
        assert self.detached
        return self.array


def test_a_tensor_gives_its_array():
    array = np.arange(3.0)
    assert as_array(FakeTensor(array), "x") is array


def test_an_array_is_not_copied():
    array = np.zeros((2, 2), np.float32)
    assert as_array(array, "x") is array


def test_a_ragged_list_is_refused():
    with pytest.raises(ValueError, match="weight is not a rectangular array of numbers"):
        as_array([[1, 2], [3]], "weight")


@pytest.mark.parametrize("values", [["a", "b"], [1j], [None]])
def test_what_is_not_a_real_number_is_refused(values):
    with pytest.raises(TypeError, match=r"image holds .* values, expected real numbers"):
        as_array(values, "image")


def test_the_wrong_number_of_dimensions_is_refused():
    with pytest.raises(ValueError, match=r"image has shape \(2, 1\), expected 3 or 4 dimensions"):
        as_array([[1], [2]], "image", ndim=(3, 4))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_cannot_be_drawn_are_refused(bad):
    with pytest.raises(ValueError, match="x holds 2 values that are NaN or infinite"):
        as_array([bad, 1.0, bad], "x")


@pytest.mark.parametrize("shape", [(4, 5), (1, 4, 5)])
def test_a_grey_image_becomes_a_matrix(shape):
    assert display_image(np.zeros(shape)).shape == (4, 5)


def test_a_colour_image_has_its_channels_moved_last():
    image = np.arange(3.0).reshape(3, 1, 1) / 4
    np.testing.assert_array_equal(display_image(image)[0, 0], [0, 0.25, 0.5])


def test_bytes_are_divided_by_255_even_if_they_are_few():
    np.testing.assert_array_equal(display_image(np.array([[0, 51]], np.uint8)), [[0, 0.2]])


def test_values_between_0_and_1_are_left_alone():
    np.testing.assert_array_equal(display_image([[0.25, 0.5]]), [[0.25, 0.5]])


def test_a_normalised_image_is_stretched_over_the_whole_range():
    np.testing.assert_array_equal(display_image([[-2.0, 0.0, 2.0]]), [[0, 0.5, 1]])


def test_a_flat_image_out_of_range_is_grey():
    np.testing.assert_array_equal(display_image([[7, 7]]), [[0.5, 0.5]])


def test_a_mask_is_an_image():
    np.testing.assert_array_equal(display_image([[True, False]]), [[1, 0]])


def test_channels_last_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"shape \(8, 8, 3\).*channels come first; np.moveaxis"):
        display_image(np.zeros((8, 8, 3)))


def test_an_empty_image_is_refused():
    with pytest.raises(ValueError, match=r"image is empty: its shape is \(0, 3\)"):
        display_image(np.zeros((0, 3)))


def test_no_classes_at_all_are_fine():
    assert class_indices([], "labels", 3).dtype == np.int64
