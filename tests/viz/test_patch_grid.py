import numpy as np
import pytest

from tinyvision.viz.patch_grid import patch_grid


@pytest.fixture
def image():
    return np.random.default_rng(2).random((3, 8, 12))


def caption(figure):
    return figure.texts[1].get_text()


def numbers(axes):
    return [text.get_text() for text in axes.texts if text.get_text().isdigit()]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_image_is_shown_as_it_is(image):
    axes = patch_grid(image, 4).axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), image.transpose(1, 2, 0))


def test_each_patch_of_the_sequence_is_a_piece_of_the_image(image):
    sequence = patch_grid(image, 4).axes[1]
    for i, drawn in enumerate(sequence.images):
        top, left = i // 3 * 4, i % 3 * 4
        expected = image[:, top : top + 4, left : left + 4].transpose(1, 2, 0)
        np.testing.assert_array_equal(drawn.get_array(), expected)
    assert len(sequence.images) == 6


def test_the_sequence_lies_in_a_row_from_left_to_right(image):
    extents = [drawn.get_extent() for drawn in patch_grid(image, 4).axes[1].images]
    assert len({tuple(extent[2:]) for extent in extents}) == 1
    assert [extent[0] for extent in extents] == sorted({extent[0] for extent in extents})


def test_each_patch_has_its_number_in_its_corner(image):
    axes = patch_grid(image, 4).axes[0]
    assert numbers(axes) == list("012345")
    places = [text.xy for text in axes.texts]
    assert places == [(x - 0.5, y - 0.5) for y in (0, 4) for x in (0, 4, 8)]


def test_the_sequence_has_the_numbers_of_the_image(image):
    first, second = patch_grid(image, 4).axes
    assert numbers(first) == numbers(second)


def test_the_cuts_lie_between_the_patches(image):
    lines = patch_grid(image, (4, 6)).axes[0].collections
    places = {tuple(segment.ravel()) for line in lines for segment in line.get_segments()}
    assert places == {(-0.5, 3.5, 11.5, 3.5), (5.5, -0.5, 5.5, 7.5)}


def test_what_is_left_out_of_the_sequence_is_said(image):
    sequence = patch_grid(image, 4, limit=4).axes[1]
    assert sequence.get_title(loc="left") == "the sequence: the first 4 of 6 patches"
    assert len(sequence.images) == 4
    assert sequence.texts[-1].get_text() == "…"


def test_a_whole_sequence_does_not_go_on(image):
    sequence = patch_grid(image, 4).axes[1]
    assert sequence.get_title(loc="left") == "the sequence: 6 patches"
    assert "…" not in [text.get_text() for text in sequence.texts]


def test_a_long_sequence_goes_on_in_the_next_line(image):
    extents = [drawn.get_extent() for drawn in patch_grid(image, 2, limit=12).axes[1].images]
    assert [extent[0] for extent in extents[:6]] == [extent[0] for extent in extents[6:]]
    assert extents[6][2] > extents[5][2] == extents[0][2]


@pytest.mark.parametrize(("side", "drawn"), [(4, 16), (5, 10)])
def test_few_patches_are_all_drawn_and_of_many_the_first(side, drawn):
    assert len(patch_grid(np.zeros((side, side)), 1).axes[1].images) == drawn


def test_the_caption_says_how_many_numbers_a_patch_is(image):
    assert "image 3 × 8 × 12, patches 4 × 2: 2 down, 6 across; each is 24 numbers" in caption(
        patch_grid(image, (4, 2))
    )
    assert "image 1 × 8 × 12, patches 1 × 1: 8 down, 12 across; each is 1 number\n" in caption(
        patch_grid(image[0], 1)
    )


def test_too_many_patches_are_numbered_beside_the_first_row_and_column():
    figure = patch_grid(np.zeros((40, 30)), 2)
    axes = figure.axes[0]
    assert numbers(axes) == []
    assert ticks(axes.xaxis) == [str(i) for i in range(15)]
    assert ticks(axes.yaxis) == [str(15 * i) for i in range(20)]
    assert axes.get_xticks()[1] == 2.5  # the middle of the columns 2 and 3
    assert caption(figure).endswith("only the first row and the first column are numbered")


def test_numbers_that_do_not_fit_there_either_are_left_out_and_it_is_said():
    figure = patch_grid(np.zeros((80, 80)), 2)
    axes = figure.axes[0]
    step = int(ticks(axes.xaxis)[1])
    assert step > 1
    assert ticks(axes.xaxis) == [str(i) for i in range(0, 40, step)]
    assert f"only one in {step} of the first row" in caption(figure)


def test_a_patch_too_narrow_for_its_number_has_none():
    assert numbers(patch_grid(np.zeros((100, 200)), (100, 1)).axes[1]) == []


def test_channels_last_is_refused():
    with pytest.raises(ValueError, match=r"image has shape \(8, 8, 3\).*channels come first"):
        patch_grid(np.zeros((8, 8, 3)), 4)


def test_a_patch_that_does_not_divide_the_image_is_refused(image):
    with pytest.raises(ValueError, match="patch_size 5 does not divide the image"):
        patch_grid(image, 5)


def test_a_limit_below_1_is_refused(image):
    with pytest.raises(ValueError, match="limit is 0, expected at least 1 patch"):
        patch_grid(image, 4, limit=0)
