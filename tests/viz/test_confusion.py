import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyvision.viz.confusion import confusion, confusion_matrix, recalls


@given(st.integers(1, 6).flatmap(lambda c: st.tuples(st.just(c), pairs(c))))
def test_the_matrix_is_what_counting_one_by_one_gives(case):
    num_classes, both = case
    expected = [[0] * num_classes for _ in range(num_classes)]
    for label, prediction in both:
        expected[label][prediction] += 1
    labels, predictions = [label for label, _ in both], [guess for _, guess in both]
    got = confusion_matrix(labels, predictions, num_classes)
    assert got.dtype == np.int64
    np.testing.assert_array_equal(got, expected)


def pairs(num_classes):
    one = st.integers(0, num_classes - 1)
    return st.lists(st.tuples(one, one), max_size=30)


def test_bytes_do_not_wrap_around():
    # 200 * 256 + 200 needs more than a byte.
    labels = np.full(3, 200, np.uint8)
    assert confusion_matrix(labels, labels, 256)[200, 200] == 3


@pytest.mark.parametrize(("bad", "shown"), [(3, "3"), (-1, "-1")])
def test_a_class_out_of_range_is_refused(bad, shown):
    with pytest.raises(ValueError, match=f"labels holds class {shown}, expected .* 0 to 2"):
        confusion_matrix([bad], [0], 3)
    with pytest.raises(ValueError, match=f"predictions holds class {shown}, expected .* 0 to 2"):
        confusion_matrix([0], [bad], 3)


def test_scores_in_place_of_classes_are_refused():
    with pytest.raises(TypeError, match=r"predictions holds float64 values.*argmax"):
        confusion_matrix([0], [0.5], 3)


def test_logits_in_place_of_classes_are_refused():
    with pytest.raises(ValueError, match=r"predictions has shape \(1, 3\), expected 1 dim"):
        confusion_matrix([0], [[0.1, 0.2, 0.3]], 3)


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match="labels has 2 entries and predictions has 1"):
        confusion_matrix([0, 1], [0], 3)


def test_no_classes_are_refused():
    with pytest.raises(ValueError, match="num_classes is 0, expected at least 1"):
        confusion_matrix([], [], 0)


def test_recall_is_the_share_of_the_row_on_the_diagonal():
    matrix = np.array([[3, 1, 0], [2, 2, 4], [0, 0, 0]])
    np.testing.assert_array_equal(recalls(matrix), [0.75, 0.25, np.nan])


def test_rows_are_true_and_columns_predicted():
    figure = confusion([[8, 2], [1, 9]], ["cat", "dog"])
    axes = figure.axes[0]
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert cells[1, 0] == "2"  # (x, y): the cats taken for dogs, in the upper right corner
    assert cells[0, 1] == "1"
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["cat", "dog"]


def test_recall_stands_in_the_margin_of_its_row():
    axes = confusion([[8, 2], [0, 0]], ["cat", "dog"]).axes[0]
    margin = {text.get_position()[1]: text.get_text() for text in axes.texts[-2:]}
    assert margin == {0: "80.0 %", 1: "–"}


def test_a_cell_is_as_dark_as_its_share_of_the_row():
    image = confusion([[800, 200], [1, 3]], ["cat", "dog"]).axes[0].images[0]
    np.testing.assert_allclose(image.get_array(), [[0.8, 0.2], [0.25, 0.75]])
    assert image.get_clim() == (0, 1)


def test_the_heading_is_the_accuracy():
    figure = confusion([[8, 2], [1, 9]], ["cat", "dog"])
    assert figure.texts[0].get_text() == "17 of 20 right: accuracy 85.0 %"


def test_thousands_are_set_apart():
    figure = confusion([[1234, 0], [0, 8766]], ["a", "b"])
    assert figure.texts[0].get_text() == "10,000 of 10,000 right: accuracy 100.0 %"
    assert figure.axes[0].texts[0].get_text() == "1,234"


def test_no_images_make_a_figure_too():
    assert confusion([[0]], ["cat"]).texts[0].get_text() == "0 of 0 right"


def test_a_hundred_classes_have_no_counts_but_names_and_recall():
    figure = confusion(np.eye(100, dtype=int), [f"class {i}" for i in range(100)])
    assert len(figure.axes[0].texts) == 101


def test_a_long_name_is_cut():
    axes = confusion([[1]], ["a" * 50]).axes[0]
    assert len(axes.get_yticklabels()[0].get_text()) == 20


@pytest.mark.parametrize(
    ("matrix", "error", "message"),
    [
        ([[1, 2]], ValueError, r"matrix has shape \(1, 2\), expected \(C, C\)"),
        (np.zeros((0, 0), int), ValueError, r"matrix has shape \(0, 0\)"),
        ([[0.5]], TypeError, "matrix holds float64 values, expected integer counts"),
        ([[-1]], ValueError, "matrix holds -1, expected counts from 0 up"),
        ([[1, 0], [0, 1]], ValueError, "class_names has 1 names for a matrix of 2 classes"),
    ],
)
def test_what_is_not_a_confusion_matrix_is_refused(matrix, error, message):
    with pytest.raises(error, match=message):
        confusion(matrix, ["cat"])
