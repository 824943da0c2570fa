import numpy as np
import pytest

from tinyvision.viz.mistakes import hardest_mistakes, most_wrong

NAMES = ["cat", "dog", "ship"]


@pytest.fixture
def case():
    """20 images whose one pixel is their number, their labels and some probabilities."""
    rng = np.random.default_rng(1)
    probabilities = rng.dirichlet(np.ones(3), size=20)
    images = np.arange(20, dtype=np.uint8).reshape(20, 1, 1, 1)
    return images, rng.integers(0, 3, size=20), probabilities


def test_the_surest_mistakes_come_first(case):
    _, labels, probabilities = case
    wrong = []
    for i in range(20):
        guess = max(range(3), key=lambda c: probabilities[i][c])
        if guess != labels[i]:
            wrong.append((-probabilities[i][guess], i))
    expected = [i for _, i in sorted(wrong)]
    assert hardest_mistakes(labels, probabilities, 100).tolist() == expected
    assert hardest_mistakes(labels, probabilities, 3).tolist() == expected[:3]


def test_equally_sure_mistakes_keep_their_order():
    # Enough of them that an unstable sort would mix them.
    probabilities = [[0.75, 0.25], [0.5, 0.5]] * 100
    order = [*range(0, 200, 2), *range(1, 200, 2)]
    assert hardest_mistakes([1] * 200, probabilities, 200).tolist() == order


def test_each_picture_is_the_image_with_its_caption(case):
    images, labels, probabilities = case
    figure = most_wrong(images, labels, probabilities, NAMES, count=5)
    assert len(figure.axes) == 5
    for axes, i in zip(figure.axes, hardest_mistakes(labels, probabilities, 5), strict=True):
        assert axes.images[0].get_array()[0, 0] == i / 255
        guess = probabilities[i].argmax()
        p = f"{probabilities[i, guess]:.2f}"
        assert axes.get_xlabel() == f"{NAMES[labels[i]]} → {NAMES[guess]}\n(p = {p})"


def test_the_heading_counts_all_mistakes(case):
    images, labels, probabilities = case
    wrong = sum(probabilities[i].argmax() != labels[i] for i in range(20))
    heading = most_wrong(images, labels, probabilities, NAMES, count=2).texts[0].get_text()
    assert heading == f"The 2 surest of {wrong} mistakes in 20 images"


@pytest.mark.parametrize(
    ("labels", "heading"),
    [([0], "The only mistake in 1 image"), ([0, 0, 1], "All 2 mistakes in 3 images")],
)
def test_the_heading_says_when_every_mistake_is_shown(labels, heading):
    wrong = np.array([[0.1, 0.9]] * len(labels))
    figure = most_wrong(np.zeros((len(labels), 4, 4)), labels, wrong, ["a", "b"])
    assert figure.texts[0].get_text() == heading


@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_the_pictures_take_most_of_the_figure_however_few_they_are(count):
    wrong = np.array([[0.1, 0.9]] * count)
    figure = most_wrong(np.zeros((count, 4, 4)), np.zeros(count, int), wrong, ["a", "b"])
    left = min(axes.get_position().x0 for axes in figure.axes)
    right = max(axes.get_position().x1 for axes in figure.axes)
    assert right - left > 0.7


def test_thousands_are_set_apart_in_the_heading():
    labels = np.zeros(1200, dtype=int)
    figure = most_wrong(np.zeros((1200, 2, 2)), labels, [[0.1, 0.9]] * 1200, ["a", "b"], 1)
    assert figure.texts[0].get_text() == "The surest of 1,200 mistakes in 1,200 images"


def test_images_need_no_channel_dimension():
    figure = most_wrong(np.zeros((1, 4, 4)), [0], [[0.1, 0.9, 0.0]], NAMES)
    assert figure.axes[0].images[0].get_array().shape == (4, 4)


def test_no_mistakes_are_good_news():
    figure = most_wrong(np.zeros((2, 1, 4, 4)), [0, 1], np.eye(3)[:2], NAMES)
    assert not figure.axes
    assert [text.get_text() for text in figure.texts] == [
        "No mistakes to show",
        "all 2 images are classified correctly",
    ]


def test_a_single_image_is_not_called_images():
    figure = most_wrong(np.zeros((1, 4, 4)), [0], [[0.9, 0.1]], ["a", "b"])
    assert figure.texts[1].get_text() == "the only image is classified correctly"


def test_no_images_at_all_make_no_mistakes():
    figure = most_wrong(np.zeros((0, 1, 4, 4)), [], np.zeros((0, 3)), NAMES)
    assert figure.texts[1].get_text() == "there are no images"


def test_float16_probabilities_are_accepted():
    probabilities = np.full((1, 100), 0.01, np.float16)
    assert hardest_mistakes([5], probabilities, 1).tolist() == [0]


@pytest.mark.parametrize("logits", [[[3.0, 1.0, 0.5]], [[1.5, -0.5, 0.0]]])
def test_logits_are_refused(logits):
    with pytest.raises(ValueError, match=r"probabilities row 0 has sum .* softmax"):
        hardest_mistakes([0], logits, 1)


def test_a_label_out_of_range_is_refused():
    with pytest.raises(ValueError, match="labels holds class 3, expected classes from 0 to 2"):
        hardest_mistakes([3], [[1.0, 0, 0]], 1)


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match="labels has 2 entries and probabilities has 1 rows"):
        hardest_mistakes([0, 1], [[1.0, 0, 0]], 1)
    with pytest.raises(ValueError, match="images has 2 images and labels has 1 entries"):
        most_wrong(np.zeros((2, 1, 4, 4)), [0], [[1.0, 0, 0]], NAMES)


def test_a_name_missing_is_refused():
    with pytest.raises(ValueError, match="class_names has 2 names and probabilities has 3 columns"):
        most_wrong(np.zeros((1, 1, 4, 4)), [0], [[1.0, 0, 0]], ["cat", "dog"])


def test_a_count_below_1_is_refused():
    with pytest.raises(ValueError, match="count is 0, expected at least 1 mistake"):
        hardest_mistakes([0], [[1.0, 0, 0]], 0)
