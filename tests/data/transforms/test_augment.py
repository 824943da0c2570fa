import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.data.transforms import Pad, RandomCrop, RandomHorizontalFlip


def numbered(count, channels, height, width):
    """Images in which every pixel has a value of its own."""
    return np.arange(count * channels * height * width).reshape(count, channels, height, width)


def window_of(image, crop):
    """The (top, left) at which a slice of the numbered image equals the crop."""
    height, width = crop.shape[-2:]
    places = [
        (top, left)
        for top in range(image.shape[-2] - height + 1)
        for left in range(image.shape[-1] - width + 1)
        if np.array_equal(image[:, top : top + height, left : left + width], crop)
    ]
    assert len(places) == 1, "the crop is not one window of its image"
    return places[0]


@given(
    data=st.data(),
    count=st.integers(0, 5),
    channels=st.integers(1, 3),
    height=st.integers(1, 7),
    width=st.integers(1, 7),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_each_crop_is_one_window_of_its_own_image(data, count, channels, height, width, seed):
    size = data.draw(st.tuples(st.integers(1, height), st.integers(1, width)))
    images = numbered(count, channels, height, width)
    crops = RandomCrop(size, generator=seed)(images)
    assert crops.shape == (count, channels, *size)
    for image, crop in zip(images, crops, strict=True):
        window_of(image, crop)


def test_every_place_is_cut_about_equally_often():
    image = numbered(1, 1, 6, 5)[0]
    crops = RandomCrop((4, 3), generator=0)(np.repeat(image[None], 3600, axis=0))
    places = [window_of(image, crop) for crop in crops]
    counts = [places.count((top, left)) for top in range(3) for left in range(3)]
    # 400 expected of each, standard deviation 19; five of them is one chance in a million.
    assert min(counts) > 400 - 95
    assert max(counts) < 400 + 95


def test_padding_comes_before_cropping():
    images = numbered(200, 1, 2, 2) + 1
    crops = RandomCrop(2, padding=1, fill=-5, generator=0)(images)
    padded = Pad(1, -5)(images)
    tops, lefts = zip(
        *(window_of(image, crop) for image, crop in zip(padded, crops, strict=True)), strict=True
    )
    assert set(tops) == set(lefts) == {0, 1, 2}


def test_a_crop_of_the_whole_changes_nothing_and_shares_no_memory():
    images = numbered(3, 2, 4, 5)
    crops = RandomCrop((4, 5), generator=0)(images)
    np.testing.assert_array_equal(crops, images)
    assert not np.shares_memory(crops, images)


def test_a_window_larger_than_the_image_is_refused_with_both_sizes():
    expected = "cannot cut 32 x 32 out of images of 28 x 30 .*more padding"
    with pytest.raises(ValueError, match=expected):
        RandomCrop(32, padding=(1, 0), generator=0)(np.zeros((1, 1, 28, 28)))


@pytest.mark.parametrize("size", [0, (3, 0), (-1, 3)])
def test_an_empty_window_is_refused(size):
    with pytest.raises(ValueError, match="size must be at least 1 x 1"):
        RandomCrop(size)


def test_each_image_is_mirrored_or_not_on_its_own():
    images = numbered(4000, 2, 3, 4)
    flipped = RandomHorizontalFlip(0.3, generator=0)(images)
    mirrored = [
        np.array_equal(out, image[:, :, ::-1]) for image, out in zip(images, flipped, strict=True)
    ]
    same = [np.array_equal(out, image) for image, out in zip(images, flipped, strict=True)]
    assert all(a != b for a, b in zip(mirrored, same, strict=True))
    assert abs(sum(mirrored) - 1200) < 5 * 29  # standard deviation of the binomial: 29


@pytest.mark.parametrize(("p", "mirrored"), [(0.0, False), (1.0, True)])
def test_certain_probabilities_are_certain(p, mirrored):
    images = numbered(200, 1, 2, 3)
    expected = images[..., ::-1] if mirrored else images
    np.testing.assert_array_equal(RandomHorizontalFlip(p, generator=0)(images), expected)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="p must be a probability, from 0 to 1"):
        RandomHorizontalFlip(p)


MAKERS = [
    lambda generator: RandomCrop(5, padding=3, generator=generator),
    lambda generator: RandomHorizontalFlip(generator=generator),
]


@pytest.mark.parametrize("make", MAKERS)
def test_a_single_image_is_treated_as_a_batch_of_one(make):
    images = numbered(1, 2, 6, 6)
    alone, batch = make(3), make(3)
    for _ in range(8):
        np.testing.assert_array_equal(alone(images[0]), batch(images)[0])


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_gives_the_same_images_and_goes_on(make):
    images = numbered(50, 1, 6, 6)
    first, second = make(3), make(np.random.default_rng(3))
    once = first(images)
    np.testing.assert_array_equal(once, second(images))
    assert not np.array_equal(once, first(images))
    assert not np.array_equal(once, make(4)(images))


@pytest.mark.parametrize("make", MAKERS)
def test_a_saved_state_goes_on_where_it_was_saved(make):
    images = numbered(50, 1, 6, 6)
    transform = make(3)
    transform(images)
    state = json.loads(json.dumps(transform.state_dict()))
    expected = transform(images)
    resumed = make(99)
    resumed.load_state_dict(state)
    np.testing.assert_array_equal(resumed(images), expected)


@pytest.mark.parametrize("make", MAKERS)
def test_without_a_generator_manual_seed_decides(make):
    images = numbered(50, 1, 6, 6)
    transform = make(None)
    tv.manual_seed(3)
    first = transform(images)
    assert not np.array_equal(transform(images), first)
    tv.manual_seed(3)
    np.testing.assert_array_equal(transform(images), first)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("state", [None, {}, {"generator": None, "seed": 1}])
def test_what_is_no_state_is_refused(make, state):
    with pytest.raises(ValueError, match=r"the one key 'generator'.*give what state_dict\(\)"):
        make(0).load_state_dict(state)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_data_type_is_kept(make, dtype):
    assert make(0)(np.zeros((2, 1, 6, 6), dtype=dtype)).dtype == dtype
