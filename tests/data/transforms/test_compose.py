import json

import numpy as np
import pytest

from tinyvision.data.transforms import Compose, Pad, RandomCrop, RandomHorizontalFlip


def augment(seed):
    return Compose(
        [
            RandomCrop(4, padding=2, generator=seed),
            np.ascontiguousarray,
            Compose([RandomHorizontalFlip(generator=seed + 1)]),
        ]
    )


def test_transforms_are_applied_in_order():
    double_and_pad = Compose([lambda images: images * 2, Pad(1, fill=1)])
    assert double_and_pad(np.full((1, 1, 1), 3.0)).tolist() == [[[1, 1, 1], [1, 6, 1], [1, 1, 1]]]


def test_nothing_composed_changes_nothing():
    images = np.ones((1, 2, 3))
    assert Compose([])(images) is images


def test_the_state_reaches_every_random_transform_however_deep():
    images = np.arange(40 * 16).reshape(40, 1, 4, 4)
    first, second = augment(0), augment(50)
    state = json.loads(json.dumps(first.state_dict()))
    expected = first(images)
    second.load_state_dict(state)
    np.testing.assert_array_equal(second(images), expected)


def test_the_state_of_other_transforms_is_refused():
    state = Compose([RandomHorizontalFlip(generator=0)]).state_dict()
    with pytest.raises(
        ValueError, match=r"random transforms at \['0'\], this Compose at \['0', '2'"
    ):
        augment(0).load_state_dict(state)
