import numpy as np
import pytest

import tinyvision.viz as viz
from tinyvision.viz.lines import given_curves


def drawn(figure):
    return {line.get_label(): line for line in figure.axes[0].get_lines()}


def test_a_curve_without_x_is_drawn_against_its_places():
    curve = drawn(viz.lines({"a": [5.0, 6.0, 7.0]}, "x", "y", "Heading"))["a"]
    np.testing.assert_array_equal(curve.get_xdata(), [0, 1, 2])
    np.testing.assert_array_equal(curve.get_ydata(), [5, 6, 7])


def test_a_curve_with_x_is_drawn_against_it():
    curve = drawn(viz.lines({"a": ([0.1, 10], [3, 4])}, "x", "y", "Heading", log="x"))["a"]
    np.testing.assert_array_equal(curve.get_xdata(), [0.1, 10])


def test_a_curve_of_one_point_is_a_marker_without_a_line():
    curve = drawn(viz.lines({"here": ([2], [3])}, "x", "y", "Heading"))["here"]
    assert curve.get_linestyle() == "None"
    assert curve.get_marker() not in ("", "None")


def test_points_that_are_not_joined_have_markers_and_no_line():
    curve = drawn(viz.lines({"draws": [3, 1, 2]}, "x", "y", "Heading", joined=False))["draws"]
    assert curve.get_linestyle() == "None"
    assert curve.get_marker() not in ("", "None")


def test_a_wide_curve_shows_under_one_that_covers_it():
    curves = {"under": [1.0, 2.0], "over": [1.0, 2.0]}
    lines = drawn(viz.lines(curves, "x", "y", "Heading", wide=["under"]))
    assert lines["under"].get_linewidth() >= 2 * lines["over"].get_linewidth()
    assert lines["under"].get_markersize() > lines["over"].get_markersize()
    assert lines["under"].get_zorder() < lines["over"].get_zorder()


def test_a_wide_curve_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"wide names \['b'\]"):
        viz.lines({"a": [1.0]}, "x", "y", "Heading", wide=["b"])


def test_six_curves_differ_in_colour_and_in_dash_and_in_marker():
    lines = drawn(viz.lines({str(i): [0, i] for i in range(6)}, "x", "y", "Heading")).values()
    assert len({line.get_color() for line in lines}) == 6
    assert len({line.get_marker() for line in lines}) == 6
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 6


def test_the_curves_are_named_in_their_order():
    figure = viz.lines({"b": [1, 2], "a": [2, 1]}, "x", "y", "Heading")
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["b", "a"]


@pytest.mark.parametrize(("log", "scales"), [("", "linear linear"), ("xy", "log log")])
def test_axes_are_logarithmic_where_asked_for(log, scales):
    axes = viz.lines({"a": ([1, 10], [1, 100])}, "x", "y", "Heading", log=log).axes[0]
    assert f"{axes.get_xscale()} {axes.get_yscale()}" == scales


def test_0_on_a_logarithmic_axis_is_refused():
    with pytest.raises(ValueError, match=r"y of 0 or less.*leave 'y' out of log"):
        viz.lines({"a": [0.0, 1.0]}, "x", "y", "Heading", log="y")


def test_an_unknown_log_is_refused():
    with pytest.raises(ValueError, match="log is 'z'"):
        viz.lines({"a": [1.0]}, "x", "y", "Heading", log="z")


def test_x_and_y_of_different_length_are_refused():
    with pytest.raises(ValueError, match="curve 'a' has 2 values of x and 3 of y"):
        given_curves({"a": ([1, 2], [1, 2, 3])})


@pytest.mark.parametrize("count", [0, 7])
def test_no_curve_and_more_than_can_be_told_apart_are_refused(count):
    with pytest.raises(ValueError, match=f"curves holds {count} curves, expected 1 to 6"):
        given_curves({str(i): [1.0] for i in range(count)})


def test_whole_numbers_are_marked_by_whole_numbers():
    axes = viz.lines({"a": ([1, 2, 3], [5, 6, 7])}, "draw", "y", "Heading").axes[0]
    ticks = axes.get_xticks()
    assert len(ticks) >= 3
    np.testing.assert_array_equal(ticks, np.round(ticks))


def test_only_the_asked_for_heights_are_shown():
    axes = viz.lines({"a": [0.0, 1000.0]}, "x", "y", "Heading", ylim=(0, 5)).axes[0]
    assert axes.get_ylim() == (0, 5)


def test_a_curve_on_the_ground_has_no_markers_and_takes_no_colour_from_the_others():
    curves = {"bowl": [4, 0, 4], "walk": [4, 1]}
    lines = drawn(viz.lines(curves, "x", "y", "Heading", ground=["bowl"]))
    first = drawn(viz.lines({"walk": [4, 1]}, "x", "y", "Heading"))["walk"]
    assert lines["bowl"].get_marker() == "None"
    assert lines["walk"].get_color() == first.get_color()


def test_a_ground_that_is_no_curve_is_refused():
    with pytest.raises(ValueError, match=r"ground names \['b'\], expected some of \['a'\]"):
        viz.lines({"a": [1.0]}, "x", "y", "Heading", ground=["b"])


def test_one_curve_needs_no_name_beside_it():
    assert viz.lines({"loss": [2, 1]}, "step", "loss", "Heading").axes[0].get_legend() is None


def test_few_places_on_a_logarithmic_axis_are_written_out():
    axes = viz.lines({"a": ([7, 14, 56], [1, 2, 3])}, "side", "y", "Heading", log="x").axes[0]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["7", "14", "56"]
