"""Images in shades and numbers as bars."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.viz.text import bars, image


def test_the_least_pixel_is_empty_and_the_greatest_full():
    assert image([[0, 16], [16, 0]]) == "  ██\n██"


def test_shades_are_in_order():
    assert image([[-2, -1, 0, 1, 2]]) == "  ░░▒▒▓▓██"


def test_an_image_of_one_value_is_empty():
    assert image(np.ones((2, 3))).strip() == ""


def test_a_channel_before_it_and_a_tensor_are_taken():
    assert image(tv.tensor([[[0.0, 1.0]]])) == "  ██"


@pytest.mark.parametrize("shape", [(3, 8, 8), (8, 40), (0, 3)])
def test_what_is_no_small_grey_image_is_refused(shape):
    with pytest.raises(ValueError, match=r"pixels has shape .*expected \(H, W\)"):
        image(np.zeros(shape))


def test_bars_are_as_long_as_their_numbers():
    lines = bars([1.0, 0.5, 0.0], ["a", "bb", "c"]).splitlines()
    assert [line.count("█") for line in lines] == [30, 15, 0]
    assert [line.split()[0] for line in lines] == ["a", "bb", "c"]
    assert [line.split()[-1] for line in lines] == ["1.00", "0.50", "0.00"]
    assert len({len(line) for line in lines}) == 1


def test_without_names_bars_are_numbered():
    assert [line.split()[0] for line in bars([3, 1]).splitlines()] == ["0", "1"]


def test_bars_of_nothing_but_zeros_are_empty():
    assert "█" not in bars([0, 0])


@pytest.mark.parametrize(
    ("values", "names", "pattern"),
    [
        ([1, -1], None, "expected numbers from 0 up"),
        ([], None, "at least one"),
        ([1, 2], ["a"], "1 names for 2 values"),
    ],
)
def test_what_has_no_bars_is_refused(values, names, pattern):
    with pytest.raises(ValueError, match=pattern):
        bars(values, names)
