import numpy as np
import pytest
from matplotlib.figure import Figure

from tinyvision.viz.overlay import (
    OVERLAY,
    check_interpolation,
    draw_overlay,
    faint,
    grey,
    overlay_bar,
)


def luminance(colours):
    """Of sRGB colours (N, 3): Web Content Accessibility Guidelines 2.1."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_green_looks_brighter_than_red_and_red_than_blue():
    red, green, blue = grey(np.eye(3)[None])[0]
    assert green > red > blue
    assert grey(np.ones((1, 1, 3)))[0, 0] == pytest.approx(1)


def test_a_grey_picture_is_left_alone():
    picture = np.arange(4.0).reshape(2, 2) / 4
    assert grey(picture) is picture


def test_greater_values_let_less_of_the_image_through():
    opacity = OVERLAY(np.arange(256))[:, 3]
    assert (np.diff(opacity) > 0).all()
    assert 0 < opacity[0] < opacity[-1] < 1


def test_greater_values_look_brighter_even_without_colours():
    colours = OVERLAY(np.arange(256))
    bright = luminance(colours[:, 3:] * colours[:, :3] + (1 - colours[:, 3:]) * 0.5)
    assert bright[-1] > 3 * bright[0]
    # Each eighth of the scale: in single steps the dark end wavers by a hair.
    assert (np.diff(bright[::32]) > 0).all()


@pytest.mark.parametrize("box", [(1, 1, 0.3, 2), (1, 1, 2, 0.3)], ids=["standing", "lying"])
def test_the_bar_shows_the_overlay_on_black_to_white(box):
    axes = overlay_bar(Figure((5, 5)), box, OVERLAY(np.arange(256)), 0.0, 2.5, "weight")
    lying = box[2] > box[3]
    shown = np.asarray(axes.images[0].get_array())
    shown = shown.swapaxes(0, 1) if lying else shown  # a row for each value
    for end, pixel in ((0, 0.0), (-1, 1.0)):
        ground = faint(np.array([[pixel]]))[0, 0]
        for i in (0, 100, 255):
            *colour, opacity = OVERLAY(i)
            mixed = opacity * np.array(colour) + (1 - opacity) * ground
            np.testing.assert_allclose(shown[i, end], mixed)
    along, across = (axes.xaxis, axes.yaxis) if lying else (axes.yaxis, axes.xaxis)
    assert tuple(along.get_view_interval()) == (0.0, 2.5)
    assert [text.get_text() for text in along.get_ticklabels()] == ["0", "2.5"]
    assert along.get_label_text() == "weight"
    assert [text.get_text() for text in across.get_ticklabels()] == ["on black", "on white"]


def test_the_map_covers_the_image_exactly():
    axes = Figure().add_subplot()
    draw_overlay(axes, np.zeros((6, 8, 3)), np.ones((3, 2)), 1.0, "nearest")
    assert [tuple(image.get_extent()) for image in axes.images] == [(0, 8, 6, 0)] * 2


def test_an_unknown_interpolation_is_refused():
    with pytest.raises(ValueError, match="interpolation is 'cubic', expected 'nearest'"):
        check_interpolation("cubic")
