import numpy as np
import pytest

from tinyvision.viz.style import new_figure, panel
from tinyvision.viz.tiles import colour_bar, draw_tiles, near_square


@pytest.fixture
def axes():
    return panel(new_figure(4, 4), 0, 0, 4, 4)


def test_tiles_stand_in_reading_order(axes):
    tiles = [np.full((2, 2), float(i)) for i in range(5)]
    draw_tiles(axes, tiles, columns=2)
    centres = []
    for i, image in enumerate(axes.images):
        np.testing.assert_array_equal(image.get_array(), tiles[i])
        left, right, bottom, top = image.get_extent()
        centres.append(((top + bottom) / 2, (left + right) / 2))
    assert centres == sorted(centres)
    assert len({row for row, _ in centres}) == 3


def test_the_first_row_of_a_tile_is_drawn_at_the_top(axes):
    draw_tiles(axes, [np.eye(2)], columns=1)
    _, _, bottom, top = axes.images[0].get_extent()
    to_screen = axes.transData.transform
    assert axes.images[0].origin == "upper"
    assert to_screen((0, top))[1] > to_screen((0, bottom))[1]


def test_a_wide_tile_keeps_its_proportions(axes):
    draw_tiles(axes, [np.zeros((2, 6))] * 3, columns=1)
    axes.figure.draw_without_rendering()
    for image in axes.images:
        left, right, bottom, top = image.get_extent()
        x, y = np.abs(np.diff(axes.transData.transform([(left, bottom), (right, top)]), axis=0))[0]
        assert x / y == pytest.approx(3)


def test_tiles_do_not_cover_each_other_or_their_numbers(axes):
    draw_tiles(axes, [np.zeros((3, 2))] * 4, columns=2, numbers=[7, 8, 9, 10])
    boxes = [image.get_window_extent() for image in axes.images]
    boxes += [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == ["7", "8", "9", "10"]
    for i, box in enumerate(boxes):
        assert box.count_overlaps(boxes[:i]) == 0


@pytest.mark.parametrize("count", [1, 2, 3, 8, 16, 17, 64])
def test_a_sheet_is_about_square(count):
    columns = near_square(count)
    rows = -(-count // columns)
    assert 0 <= columns - rows <= 1


def test_a_colour_bar_is_ticked_at_its_ends_and_at_zero():
    figure = new_figure(4, 4)
    axes = colour_bar(figure, (1, 1, 2, 0.1), "RdBu_r", -1.5, 1.5)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["−1.5", "0", "1.5"]
    assert axes.get_xlim() == (-1.5, 1.5)
