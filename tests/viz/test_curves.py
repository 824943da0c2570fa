import numpy as np
import pytest

from tinyvision.viz.curves import history_curves, spread, training_curves

COLUMNS = {
    "train_loss": [2.0, 1.0, 0.5],
    "test_loss": [2.1, 1.4, 1.2],
    "train_accuracy": [0.25, 0.5, 0.75],
    "test_accuracy": [0.2, 0.4, 0.55],
    "learning_rate": [0.1, 0.1, 0.01],
}


def lines(axes):
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]


def test_the_lines_are_the_history():
    loss, _ = training_curves(COLUMNS).axes
    assert lines(loss) == [([1, 2, 3], COLUMNS["train_loss"]), ([1, 2, 3], COLUMNS["test_loss"])]


def test_accuracy_is_drawn_in_per_cent():
    _, accuracy = training_curves(COLUMNS).axes
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), [25, 50, 75], rtol=1e-12)
    assert accuracy.get_ylabel() == "accuracy (% of the images)"


def test_rows_and_columns_are_the_same_history():
    rows = [
        dict(zip(COLUMNS, values, strict=True)) for values in zip(*COLUMNS.values(), strict=True)
    ]
    for key, (epochs, values) in history_curves(COLUMNS).items():
        np.testing.assert_array_equal(history_curves(rows)[key][0], epochs)
        np.testing.assert_array_equal(history_curves(rows)[key][1], values)


@pytest.mark.parametrize("prefix", ["test", "val", "valid", "held_out"])
def test_held_out_images_may_go_by_several_names(prefix):
    assert list(history_curves({f"{prefix}_loss": [1.0]})) == [("loss", "held-out")]


def test_each_line_is_named_at_its_end_with_its_last_value():
    loss, accuracy = training_curves(COLUMNS).axes
    assert [text.get_text() for text in loss.texts] == ["train\n0.5", "held-out\n1.2"]
    assert [text.get_text() for text in accuracy.texts] == ["train\n75.0 %", "held-out\n55.0 %"]


def test_the_lines_differ_in_more_than_colour():
    loss, _ = training_curves(COLUMNS).axes
    train, held_out = loss.lines
    assert train.get_marker() != held_out.get_marker()
    assert train.get_linestyle() != held_out.get_linestyle()


def test_epochs_that_were_not_measured_are_passed_over():
    figure = training_curves({"train_loss": [3.0, 2.0, 1.0], "test_loss": [None, 2.5, None]})
    assert lines(figure.axes[0])[1] == ([2], [2.5])
    assert [t.get_text() for t in figure.texts] == ["Training, epoch by epoch"]  # nothing broken


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_loss_is_left_out_and_said(bad):
    figure = training_curves({"train_loss": [3.0, 9.0, bad, bad]})
    assert lines(figure.axes[0]) == [([1, 2], [3.0, 9.0])]
    _, said = [text.get_text() for text in figure.texts]  # below the heading
    assert said == "NaN or infinite: train loss from epoch 3"


def test_a_loss_that_was_never_finite_still_makes_a_figure():
    figure = training_curves({"train_loss": [np.nan]})
    assert not figure.axes[0].lines


def test_accuracy_ends_at_100_per_cent_and_a_point_there_is_whole():
    axes = training_curves({"train_accuracy": [0.5, 1.0]}).axes[0]
    assert axes.get_ylim()[1] == 100
    assert not axes.lines[0].get_clip_on()


def test_without_accuracy_there_is_one_panel():
    assert len(training_curves({"train_loss": [1.0]}, loss_unit="squared error").axes) == 1


def test_the_unit_of_the_loss_is_on_its_axis():
    figure = training_curves({"train_loss": [1.0]}, loss_unit="squared error")
    assert figure.axes[0].get_ylabel() == "loss (squared error)"


def test_one_epoch_is_a_visible_point_over_a_whole_number():
    axes = training_curves({"train_loss": [1.0]}).axes[0]
    assert axes.lines[0].get_marker() == "o"
    low, high = axes.get_xlim()
    assert [tick for tick in axes.get_xticks() if low <= tick <= high] == [1]


def test_hundreds_of_epochs_do_not_drown_in_markers():
    axes = training_curves({"train_loss": list(np.linspace(2, 1, 400))}).axes[0]
    assert len(axes.lines[0].get_xdata()) == 400
    assert 400 / axes.lines[0].get_markevery() <= 25


def test_epoch_ticks_are_whole_numbers_from_1():
    for epochs in (2, 3, 7, 400):
        axes = training_curves({"train_loss": [1.0] * epochs}).axes[0]
        low, high = axes.get_xlim()
        ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
        assert all(tick == int(tick) and 1 <= tick <= epochs for tick in ticks)


def test_the_loss_axis_starts_at_zero_unless_a_loss_is_negative():
    assert training_curves({"train_loss": [5.0, 4.0]}).axes[0].get_ylim()[0] == 0
    assert training_curves({"train_loss": [5.0, -4.0]}).axes[0].get_ylim()[0] < -4


@pytest.mark.parametrize("heights", [(0.2, 0.2), (0.2, 0.25), (0.25, 0.2), (0.1, 0.9)])
def test_labels_are_moved_apart_and_keep_their_order(heights):
    first, second = spread(heights, gap=0.15)
    assert abs(first - second) >= 0.15 - 1e-12
    assert (first - second) * (heights[0] - heights[1]) >= 0
    assert first + second == pytest.approx(sum(heights))


def test_what_is_not_a_history_is_refused():
    with pytest.raises(TypeError, match="history is a float, expected a mapping of columns"):
        training_curves(0.5)


def test_a_history_without_curves_is_refused_with_its_names():
    with pytest.raises(ValueError, match=r"no value to draw: its names are \['lr'\]"):
        training_curves({"lr": [0.1]})


@pytest.mark.parametrize("history", [{}, [], {"train_loss": []}, {"train_loss": [None]}])
def test_an_empty_history_is_refused(history):
    with pytest.raises(ValueError, match="history holds no value to draw"):
        training_curves(history)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"columns of \[1, 2\] epochs.*write None"):
        training_curves({"train_loss": [1.0, 2.0], "test_loss": [1.0]})


def test_accuracy_in_per_cent_is_refused():
    with pytest.raises(
        ValueError, match=r"train accuracy of 97\.5, expected fractions from 0 to 1"
    ):
        training_curves({"train_accuracy": [97.5]})
