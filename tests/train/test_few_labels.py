"""A few labelled images of each class."""

import numpy as np
import pytest

from tinyvision.train import few_labels
from tinyvision.train.few_labels import repeated

LABELS = np.repeat([0, 1, 2], [5, 9, 7])


def test_each_class_gets_as_many():
    assert np.bincount(LABELS[few_labels(LABELS, 4, seed=0)]).tolist() == [4, 4, 4]


def test_no_image_is_drawn_twice():
    assert len(np.unique(few_labels(LABELS, 5, seed=0))) == 15


def test_the_seed_decides_which():
    first, again, other = (few_labels(LABELS, 3, seed=seed) for seed in (0, 0, 1))
    assert first.tolist() == again.tolist() != other.tolist()


def test_more_than_there_are_is_refused():
    with pytest.raises(ValueError, match=r"labels=6 a class .* class 0 has 5 images"):
        few_labels(LABELS, 6, seed=0)


def test_fewer_than_one_is_refused():
    with pytest.raises(ValueError, match="labels must be at least 1 a class, got 0"):
        few_labels(LABELS, 0, seed=0)


def test_few_images_are_shown_again_and_many_are_not():
    assert repeated(np.arange(3), least=7).tolist() == [0, 1, 2] * 3
    assert repeated(np.arange(9), least=7).tolist() == list(range(9))
