import numpy as np
import pytest

from tinyvision.viz import explanation

rng = np.random.default_rng(0)
ANSWERS = [("seven", 0.75), ("one", 0.2), ("four", 0.05)]


def titles(figure):
    return [axes.get_title() for axes in figure.axes]


def test_every_map_has_a_panel_and_a_scale():
    figure = explanation(
        rng.random((3, 8, 12)), {"Grad-CAM": np.eye(4)}, ANSWERS, {"occlusion": -np.eye(8, 12)}
    )
    assert titles(figure) == ["the image", "Grad-CAM", "", "occlusion", "", "most probable"]


def test_what_a_map_measures_stands_below_its_bar():
    image, units = rng.random((8, 12)), {"map": "share", "occlusion": "probability lost"}
    maps = {"map": np.eye(4)}, {"occlusion": np.eye(4)}
    figure = explanation(image, maps[0], ANSWERS, maps[1], units=units)
    assert [figure.axes[i].get_xlabel() for i in (2, 4)] == ["share", "probability lost"]


def test_the_bar_of_a_signed_map_has_the_colours_of_the_map():
    figure = explanation(np.zeros((1, 2)), {}, ANSWERS, {"occlusion": np.array([[2.0, -2.0]])})
    red, blue = np.asarray(figure.axes[1].images[-1].get_array())[0]
    bar = np.asarray(figure.axes[2].images[0].get_array())[0]  # on black, from blue to red
    for (*colour, opacity), shown in ((blue, bar[0]), (red, bar[-1])):
        np.testing.assert_allclose(shown, opacity * np.array(colour) + (1 - opacity) * 0.2)


def test_a_map_covers_the_whole_image():
    figure = explanation(rng.random((8, 12)), {"map": np.eye(4)}, ANSWERS)
    assert list(figure.axes[1].images[-1].get_extent()) == [0, 12, 8, 0]


def test_for_is_red_and_against_is_blue():
    values = np.array([[1.0, -1.0, 0.0]])
    figure = explanation(np.zeros((1, 3)), {}, ANSWERS, {"occlusion": values})
    colours = np.asarray(figure.axes[1].images[-1].get_array())
    assert colours[0, 0, 0] > colours[0, 0, 2]
    assert colours[0, 1, 2] > colours[0, 1, 0]
    assert colours[0, 2, 3] == 0  # where nothing changes the image shows


def test_a_map_of_rounding_alone_is_pale_where_a_least_scale_is_given():
    values = np.array([[3e-6, -3e-6]])
    figure = explanation(np.zeros((1, 2)), {}, ANSWERS, {"occlusion": values}, least=1e-3)
    assert np.asarray(figure.axes[1].images[-1].get_array())[..., 3].max() < 0.1
    assert figure.axes[2].get_xlim() == (-1e-3, 1e-3)


def test_a_least_scale_does_not_shorten_a_map_that_goes_farther():
    values = {"occlusion": np.array([[0.5, 0.0]])}
    figure = explanation(np.zeros((1, 2)), {}, ANSWERS, values, least=1e-3)
    assert figure.axes[2].get_xlim() == (-0.5, 0.5)


def test_classes_are_listed_with_their_probabilities():
    axes = explanation(np.zeros((8, 8)), {}, ANSWERS).axes[-1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["seven", "one", "four"]
    assert [text.get_text() for text in axes.texts] == ["75.0%", "20.0%", "5.0%"]
    assert [bar.get_width() for bar in axes.patches] == [0.75, 0.2, 0.05]


def test_the_heading_is_the_answer():
    figure = explanation(np.zeros((8, 8)), {}, ANSWERS, note="held-out image 3")
    assert [text.get_text() for text in figure.texts] == ["seven: 75.0%", "held-out image 3"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"maps": {"a": -np.eye(2)}}, "map 'a' goes down to -1, .*belong into signed"),
        ({"maps": {"a": np.zeros((0, 2))}}, "map 'a' is empty"),
        ({"maps": {"a": np.zeros(3)}}, "expected 2 dimensions"),
        ({"signed": {"b": np.full((2, 2), np.nan)}}, "map 'b' holds 4 values that are NaN"),
        ({"answers": []}, "answers is empty"),
        ({"answers": [("cat", 1.5)]}, "probability 1.5, expected one from 0 to 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        explanation(**{"image": np.zeros((4, 4)), "maps": {}, "answers": ANSWERS, **options})
