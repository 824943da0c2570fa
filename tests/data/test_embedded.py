import numpy as np
import pytest

from tinyvision.data import embedded
from tinyvision.data.embedded import load_digits

# The counts of the digits 0 to 9 that the UCI repository publishes for this file.
PUBLISHED = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_all_digits_have_the_published_counts_and_types():
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == PUBLISHED


def test_the_first_image_is_the_zero_everybody_knows():
    images, labels = load_digits()
    assert images[0, :2].tolist() == [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0]]
    assert labels[:10].tolist() == list(range(10))


def test_every_third_of_five_of_each_digit_is_held_out():
    images, labels = load_digits()
    seen = dict.fromkeys(range(10), 0)
    test, train = [], []
    for image, label in zip(images, labels, strict=True):
        (test if seen[label] % 5 == 2 else train).append((image, label))
        seen[label] += 1
    for split, expected in (("test", test), ("train", train)):
        split_images, split_labels = load_digits(split)
        np.testing.assert_array_equal(split_images, np.stack([image for image, _ in expected]))
        np.testing.assert_array_equal(split_labels, [label for _, label in expected])


@pytest.mark.parametrize("split", ["all", "train", "test"])
def test_the_docstring_tells_the_counts(split):
    counts = [str(count) for count in np.bincount(load_digits(split)[1])]
    line = next(line for line in load_digits.__doc__.splitlines() if line.split()[:1] == [split])
    assert line.split()[1:] == [str(sum(map(int, counts))), *counts]


def test_each_call_gives_arrays_of_its_own():
    load_digits()[0][:] = 99
    assert load_digits()[0].max() == 16


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match="split must be one of 'all', 'train', 'test'; got 'tset'"):
        load_digits("tset")


def test_a_changed_file_is_noticed(monkeypatch):
    monkeypatch.setattr(embedded, "DIGITS_SHA256", "0" * 64)
    with pytest.raises(OSError, match=r"expected 0000.*install the package again"):
        load_digits()


def test_the_attribution_travels_with_the_file():
    folder = embedded.resources.files("tinyvision.data") / "digits"
    text = (folder / "ATTRIBUTION.md").read_text()
    assert embedded.DIGITS_SHA256 in text
    assert "CC BY 4.0" in text
