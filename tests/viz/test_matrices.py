import numpy as np
import pytest
from matplotlib.patches import Rectangle

import tinyvision.viz as viz


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes}


def test_numbers_are_written_where_they_stand_in_the_matrix():
    axes = panels(viz.matrices([("A", [[1, 2], [3, 4]])], "A matrix"))["A"]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(0, 0): "1", (1, 0): "2", (0, 1): "3", (1, 1): "4"}


def test_a_vector_is_drawn_as_a_column():
    axes = panels(viz.matrices([("v", [5, 6, 7])], "A vector"))["v"]
    assert [text.get_position() for text in axes.texts] == [(0, 0), (0, 1), (0, 2)]


def test_signs_stand_between_the_panels_from_left_to_right():
    figure = viz.matrices([("X", [[1]]), "·", ("W", [[2]]), "=", ("Y", [[2]])], "A product")
    places = {text.get_text(): text.get_position()[0] for text in figure.texts}
    places |= {axes.get_title(): axes.get_position().x0 for axes in figure.axes}
    assert places["X"] < places["·"] < places["W"] < places["="] < places["Y"]


def test_panels_of_a_row_have_one_middle_line():
    figure = viz.matrices([("tall", np.ones((5, 1))), ("low", np.ones((1, 5)))], "A row")
    tall, low = (axes.get_position() for axes in figure.axes)
    assert tall.y0 + tall.y1 == pytest.approx(low.y0 + low.y1)


def test_a_new_row_begins_below_and_at_the_left():
    figure = viz.matrices([("A", [[1]]), ("B", [[2]]), "\n", ("C", [[3]])], "Two rows")
    a, b, c = (axes.get_position() for axes in figure.axes)
    assert a.y0 == b.y0 > c.y1
    assert a.x0 == c.x0 < b.x0


def test_matrices_with_numbers_have_squares_of_one_size():
    figure = viz.matrices([("A", [[1, 2]]), ("B", [[0.25], [0.75]])], "Alike")
    a, b = (axes.get_position() for axes in figure.axes)
    assert a.width / 2 == pytest.approx(b.width)
    assert a.height == pytest.approx(b.height / 2)


def test_one_long_number_does_not_blow_up_the_other_matrices():
    figure = viz.matrices([("A", [[1]]), ("B", [[-123456]])], "Unlike")
    a, b = (axes.get_position() for axes in figure.axes)
    assert a.width < b.width


def test_rows_of_as_many_items_stand_in_columns():
    figure = viz.matrices(
        [
            ("narrow", [[1]]),
            ("wide", np.ones((1, 9))),
            "\n",
            ("wide too", np.ones((1, 9))),
            ("b", [[1]]),
        ],
        "Columns",
    )
    middles = [(box.x0 + box.x1) / 2 for box in (axes.get_position() for axes in figure.axes)]
    assert middles[0] == pytest.approx(middles[2])
    assert middles[1] == pytest.approx(middles[3])


def test_many_numbers_are_left_out_and_their_range_is_said():
    axes = panels(viz.matrices([("A", np.linspace(-2, 3, 100).reshape(10, 10))], "Many"))["A"]
    assert not axes.texts
    assert axes.get_xlabel() == "from −2 to 3"


def test_a_negative_value_makes_colours_signed_with_white_at_0():
    (image,) = panels(viz.matrices([("A", [[-1.0, 4.0]])], "Signed"))["A"].images
    np.testing.assert_allclose(image.cmap(image.norm(0.0))[:3], 1, atol=0.05)
    assert image.norm(4.0) == 1
    assert image.norm(-4.0) == 0


def test_values_from_0_up_are_an_image_black_at_0():
    (image,) = panels(viz.matrices([("A", [[0.0, 4.0]])], "Image"))["A"].images
    assert image.cmap(image.norm(0.0))[:3] == (0, 0, 0)
    assert image.cmap(image.norm(4.0))[:3] == (1, 1, 1)


def test_a_limit_sets_the_end_of_the_colours():
    (image,) = panels(viz.matrices([("A", [[0.0, 4.0]], {"limit": 8})], "Image"))["A"].images
    assert image.norm(8) == 1


def test_digits_say_how_exactly_numbers_are_written():
    axes = panels(viz.matrices([("A", [[1.23456]], {"digits": 2})], "Rounded"))["A"]
    assert axes.texts[0].get_text() == "1.2"


def test_decimals_tell_a_small_number_from_an_exact_0():
    axes = panels(viz.matrices([("A", [[0.004, 0.0, -0.5]], {"decimals": 2})], "Weights"))["A"]
    assert [text.get_text() for text in axes.texts] == ["0.00", "0", "−0.50"]


def test_frames_lie_around_the_squares_they_name():
    options = {"frames": [(1, 0, 1, 2)]}
    axes = panels(viz.matrices([("A", np.ones((2, 3)), options)], "Framed"))["A"]
    (frame,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert frame.get_xy() == (-0.5, 0.5)
    assert (frame.get_width(), frame.get_height()) == (2, 1)


def test_a_figure_without_a_matrix_is_refused():
    with pytest.raises(ValueError, match="items holds no matrix"):
        viz.matrices(["="], "Nothing")


def test_an_empty_matrix_is_refused_by_its_title():
    with pytest.raises(ValueError, match="matrix 'A' is empty"):
        viz.matrices([("A", np.ones((0, 3)))], "Empty")


def test_unknown_colours_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="colours 'red', expected one of plain, image, signed"):
        viz.matrices([("A", [[1]], {"colours": "red"})], "Red")


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="colour"):
        viz.matrices([("A", [[1]], {"colour": "plain"})], "Misspelt")
