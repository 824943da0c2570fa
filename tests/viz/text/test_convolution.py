"""One position of a convolution as text: every number against SciPy's."""

import re

import numpy as np
import pytest
from scipy.signal import correlate2d

from tinyvision.lessons import views
from tinyvision.viz.text import convolution

IMAGE, KERNEL = [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]]


def last(text):
    """The number at the end."""
    return float(text.splitlines()[-1].split("=")[1].replace("−", "-"))


def terms(line):
    """The value of a written sum."""
    tidy = line.split("=")[-1].replace("−", "-").replace("·", "*")
    return eval(tidy)


def test_the_articles_example_is_written_out():
    assert convolution(IMAGE, KERNEL, (1, 0)) == "\n".join([
        "X              W          Y",
        "  1   2   3",
        "┌───────┐        1   2      37   47",
        "│ 4   5 │ 6      3   4     [67]   ·",
        "│ 7   8 │ 9",
        "└───────┘",
        "",
        "Y[1, 0] = 4·1 + 5·2 + 7·3 + 8·4",
        "        = 4 + 10 + 21 + 32",
        "        = 67",
    ])  # fmt: skip


@pytest.mark.parametrize("at", [(i, j) for i in range(2) for j in range(2)])
def test_every_output_is_scipys(at):
    assert last(convolution(IMAGE, KERNEL, at)) == correlate2d(IMAGE, KERNEL, "valid")[at]


def test_the_sums_are_what_they_say():
    image = np.arange(16).reshape(4, 4) - 8
    lines = convolution(image, [[1, -2], [0, 3]], (2, 1)).splitlines()[-3:]
    assert terms(lines[0]) == terms(lines[1]) == terms(lines[2])


def test_padding_stride_and_bias_are_those_of_the_framework():
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(-5, 5, (5, 7)), rng.integers(-3, 3, (3, 3))
    expected = correlate2d(np.pad(image, 1), kernel, "valid")[::2, ::2] + 10
    for at in np.ndindex(*expected.shape):
        text = convolution(image, kernel, at, stride=2, padding=1, bias=10)
        assert last(text) == expected[at]
        assert text.splitlines()[-2].endswith("+ 10")


def test_channels_are_added():
    rng = np.random.default_rng(1)
    image, kernel = rng.integers(0, 9, (2, 4, 4)), rng.integers(-2, 3, (2, 2, 2))
    expected = sum(correlate2d(x, w, "valid") for x, w in zip(image, kernel, strict=True))
    text = convolution(image, kernel, (2, 1))
    assert last(text) == expected[2, 1]
    assert all(name in text for name in ("X[0]", "X[1]", "W[0]", "W[1]"))


def test_outputs_that_come_later_are_not_shown():
    text = convolution(IMAGE, KERNEL, (0, 1))
    assert "37  [47]" in text
    assert not re.search("67|77", text)


def test_of_a_large_image_the_part_around_the_window_is_shown_with_its_place():
    image = np.arange(900).reshape(30, 30)
    text = convolution(image, np.ones((3, 3)), (20, 25))
    assert "of 30 × 30" in text
    for number in image[20:23, 25:28].ravel():
        assert str(number) in text
    assert str(image[0, 0]) not in text.split()
    assert max(map(len, text.splitlines())) <= 78


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_no_line_is_wider_than_a_terminal(size):
    rng = np.random.default_rng(size)
    image, kernel = rng.normal(size=(2, 9, 9)), rng.normal(size=(2, size, size))
    lines = convolution(image, kernel, (1, 1), bias=-0.125).splitlines()
    assert max(map(len, lines)) <= 78


def test_bytes_do_not_wrap_around():
    image = np.full((2, 2), 200, dtype=np.uint8)
    assert last(convolution(image, np.ones((2, 2), dtype=np.uint8))) == 800


@pytest.mark.parametrize(
    ("arguments", "options", "pattern"),
    [
        ((IMAGE, np.ones((4, 2))), {}, "kernel has height 4 and the padded image 3"),
        ((np.ones((9, 9)), np.ones((3, 8))), {}, "expected a kernel from 1 to 7"),
        ((IMAGE, np.ones((2, 2, 2))), {}, "image has 1 channels and kernel 2"),
        ((IMAGE, KERNEL, (2, 0)), {}, r"no output at \(2, 0\): the output is 2 by 2"),
        ((IMAGE, KERNEL, (0, -1)), {}, "no output"),
        ((IMAGE, KERNEL), {"stride": 0}, "stride is 0"),
        ((IMAGE, KERNEL), {"padding": -1}, "padding -1"),
        (([1, 2], KERNEL), {}, "image has shape"),
        (([[1, np.nan]], [[1]]), {}, "NaN"),
    ],
)
def test_what_is_no_convolution_is_refused(arguments, options, pattern):
    with pytest.raises(ValueError, match=pattern):
        convolution(*arguments, **options)


def test_lessons_reach_it_as_a_view():
    image, kernel = [[1, 2], [3, 4]], [[1]]
    assert views.convolution(image, kernel) == convolution(image, kernel)
