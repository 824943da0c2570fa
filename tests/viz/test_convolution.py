import numpy as np
import pytest
from matplotlib.patches import Rectangle
from scipy.signal import correlate2d

from tinyvision.viz.convolution import sliding_window, window_products

IMAGE = np.arange(1, 10).reshape(3, 3)
KERNEL = np.array([[1, 2], [3, 4]])


def calculate(text):
    """The value of "(−1)·2 + 3", worked out from what is written."""
    text = text.replace("−", "-").replace("(", "").replace(")", "")
    total = 0.0
    for product in text.replace("\n", " ").split(" + "):
        one, other = product.split("·")
        total += float(one) * float(other)
    return total


def positions(figure):
    return [axes for axes in figure.axes if axes.get_title().startswith("Y[")]


@pytest.mark.parametrize(
    ("image", "kernel"), [((3, 3), (2, 2)), ((5, 3), (2, 3)), ((6, 4), (1, 2)), ((2, 2), (2, 2))]
)
def test_the_products_of_each_window_add_up_to_the_correlation(image, kernel):
    rng = np.random.default_rng(2)
    x, w = rng.normal(size=image), rng.normal(size=kernel)
    total = window_products(x, w).sum(axis=(2, 3))
    np.testing.assert_allclose(total, correlate2d(x, w, mode="valid"), rtol=1e-12)


def test_the_articles_example_is_the_formula_worked_out_by_hand():
    titles = [axes.get_title() for axes in positions(sliding_window(IMAGE, KERNEL))]
    # 1·1 + 2·2 + 4·3 + 5·4, and so on
    assert titles == ["Y[0, 0] = 37", "Y[0, 1] = 47", "Y[1, 0] = 67", "Y[1, 1] = 77"]


def test_the_three_matrices_are_shown_with_their_numbers():
    x, w, y = sliding_window(IMAGE, KERNEL).axes[:3]
    assert [text.get_text() for text in x.texts] == [str(i) for i in range(1, 10)]
    assert [text.get_text() for text in w.texts] == list("1234")
    assert [text.get_text() for text in y.texts] == ["37", "47", "67", "77"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_products_written_out_add_up_to_the_sum_written_out(sign):
    x = np.random.default_rng(4).integers(-9, 10, size=(4, 5))
    w = sign * np.array([[1, -2, 3], [0, 4, -5]])
    expected = correlate2d(x, w, mode="valid").ravel()
    for axes, value in zip(positions(sliding_window(x, w)), expected, strict=True):
        terms, total = axes.get_xlabel().split("\n= ")
        assert calculate(terms.replace("\n+ ", " + ")) == value
        assert float(total.replace("−", "-")) == value


def test_the_first_window_is_written_row_by_row():
    axes = positions(sliding_window(IMAGE, KERNEL))[0]
    assert axes.get_xlabel() == "1·1 + 2·2\n+ 4·3 + 5·4\n= 37"


def test_the_frame_lies_on_the_window():
    for index, axes in enumerate(positions(sliding_window(np.zeros((3, 4)), np.ones((2, 3))))):
        i, j = divmod(index, 2)
        (frame,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert frame.get_xy() == (j - 0.5, i - 0.5)
        assert (frame.get_height(), frame.get_width()) == (2, 3)
        tinted = np.zeros((3, 4))
        tinted[i : i + 2, j : j + 3] = 1
        np.testing.assert_array_equal(axes.images[0].get_array(), tinted)


def test_the_weights_are_written_into_the_window_unflipped():
    axes = positions(sliding_window(IMAGE, KERNEL))[3]
    weights = {}
    for text in axes.texts:
        if text.get_text().startswith("×"):
            column, row = text.get_position()
            weights[round(row), round(column)] = text.get_text()
    assert weights == {(1, 1): "×1", (1, 2): "×2", (2, 1): "×3", (2, 2): "×4"}


def test_panels_stand_as_in_the_output():
    figure = sliding_window(np.zeros((4, 3)), np.ones((2, 2)))
    boxes = [axes.get_position() for axes in positions(figure)]
    assert len({round(box.x0, 6) for box in boxes}) == 2
    assert len({round(box.y0, 6) for box in boxes}) == 3
    assert boxes[0].x0 < boxes[1].x0
    assert boxes[0].y0 > boxes[2].y0


def test_bytes_do_not_wrap_around():
    figure = sliding_window(np.full((1, 1), 200, np.uint8), np.full((1, 1), 2, np.uint8))
    assert positions(figure)[0].get_title() == "Y[0, 0] = 400"


@pytest.mark.parametrize("kernel", [(4, 1), (1, 4), (0, 1)])
def test_a_kernel_that_does_not_fit_is_refused(kernel):
    with pytest.raises(ValueError, match=r"kernel has (height|width) \d and image has .* 3"):
        sliding_window(np.zeros((3, 3)), np.zeros(kernel))


def test_a_kernel_too_large_to_read_is_refused():
    with pytest.raises(ValueError, match=r"kernel has width 6 and image has width 8.* 1 to 5"):
        sliding_window(np.zeros((5, 8)), np.zeros((1, 6)))


def test_an_output_too_large_to_read_is_refused():
    with pytest.raises(ValueError, match="output would have height 7, expected at most 6"):
        sliding_window(np.zeros((8, 4)), np.zeros((2, 2)))


def test_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"image has shape \(1, 1, 3, 3\), expected 2 dim"):
        sliding_window(np.zeros((1, 1, 3, 3)), KERNEL)
