import numpy as np
import pytest

from tinyvision.viz.patches import cut_patches, grid_of


@pytest.mark.parametrize("colours", [(), (3,)])
def test_patches_are_cut_in_reading_order(colours):
    picture = np.random.default_rng(0).random((6, 8, *colours))
    patches = cut_patches(picture, (3, 2))
    expected = []
    for top in (0, 3):
        for left in (0, 2, 4, 6):
            expected.append(picture[top : top + 3, left : left + 2])
    np.testing.assert_array_equal(patches, expected)


def test_one_number_is_both_sides_of_a_patch():
    np.testing.assert_array_equal(
        cut_patches(np.arange(16).reshape(4, 4), 2),
        cut_patches(np.arange(16).reshape(4, 4), (2, 2)),
    )


def test_the_grid_is_counted_down_and_across():
    assert grid_of((6, 8), (3, 2)) == (2, 4)


def test_a_patch_that_does_not_divide_the_image_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"its height is 300, .* multiple of 16; cut .* to 288"):
        grid_of((300, 448), 16)
    with pytest.raises(ValueError, match=r"its width is 451, .* multiple of 16; cut .* to 448"):
        grid_of((288, 451), 16)


def test_a_patch_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match=r"its height is 8, .* multiple of 16; choose another"):
        grid_of((8, 8), 16)


@pytest.mark.parametrize("patch_size", [2.0, (2, 2, 2), "2"])
def test_what_is_no_size_is_refused(patch_size):
    with pytest.raises(TypeError, match="patch_size must be an integer or a pair"):
        grid_of((8, 8), patch_size)


def test_a_size_of_zero_is_refused():
    with pytest.raises(ValueError, match="patch_size must be at least 1"):
        grid_of((8, 8), 0)
