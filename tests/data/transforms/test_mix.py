"""Mixing two training images: the labels are mixed in the proportion of the pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.data import CutMix, MixUp, RandomChoice

KINDS = [MixUp, CutMix]


def coloured(count, height=6, width=8):
    """Images of one colour each, a value of its own, and labels 0, 1, 2, ..."""
    colours = 2.0 ** np.arange(count)  # every sum of two is different
    images = np.broadcast_to(colours[:, None, None, None], (count, 2, height, width))
    return images.copy(), np.arange(count)


@given(kind=st.sampled_from(KINDS), seed=st.integers(0, 10**6), alpha=st.floats(0.1, 5))
def test_labels_are_mixed_by_the_share_of_the_pixels(kind, seed, alpha):
    images, labels = coloured(5)
    mixed, shares = kind(alpha, num_classes=5, generator=seed)(images, labels)
    colours = images[:, 0, 0, 0]
    # The mean pixel of an image is its classes' colours, weighted by their shares.
    np.testing.assert_allclose(mixed.mean(axis=(1, 2, 3)), shares @ colours, rtol=1e-5)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)


@given(seed=st.integers(0, 10**6))
def test_mixup_blends_every_pixel_alike(seed):
    images, labels = coloured(4)
    mixed, _ = MixUp(num_classes=4, generator=seed)(images, labels)
    np.testing.assert_allclose(mixed, np.broadcast_to(mixed[:, :1, :1, :1], mixed.shape))


@given(seed=st.integers(0, 10**6))
def test_cutmix_leaves_each_pixel_its_own_or_the_others_in_one_rectangle(seed):
    images, labels = coloured(4)
    mixed, _ = CutMix(num_classes=4, generator=seed)(images, labels)
    replaced = mixed != images
    others = np.roll(images, 1, axis=0)
    np.testing.assert_array_equal(mixed[replaced], others[replaced])
    rows, columns = np.nonzero(replaced[0, 0])
    if len(rows):
        box = np.zeros(images.shape[2:], bool)
        box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
        np.testing.assert_array_equal(replaced, np.broadcast_to(box, replaced.shape))


def test_an_alpha_of_one_makes_every_share_as_likely():
    way = MixUp(1.0, num_classes=2, generator=0)
    images, labels = coloured(2, 1, 1)
    shares = [way(images, labels)[1][0, 0] for _ in range(4000)]
    # The mean of 4000 uniform numbers: 0.5, deviation 0.0046; a quarter of them below 0.25.
    assert abs(np.mean(shares) - 0.5) < 5 * 0.0046
    assert abs(np.mean(np.array(shares) < 0.25) - 0.25) < 5 * 0.0069


@pytest.mark.parametrize("kind", KINDS)
def test_the_images_given_are_left_alone_and_the_type_is_kept(kind):
    images, labels = coloured(3)
    images = images.astype(np.float32)
    before = images.copy()
    mixed, shares = kind(num_classes=3, generator=1)(images, labels)
    np.testing.assert_array_equal(images, before)
    assert mixed.dtype == shares.dtype == np.float32


def test_shares_can_be_mixed_again():
    images, labels = coloured(3)
    once = MixUp(num_classes=3, generator=1)(images, labels)
    mixed, shares = MixUp(num_classes=3, generator=2)(*once)
    np.testing.assert_allclose(mixed[:, 0, 0, 0], shares @ images[:, 0, 0, 0], rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_generator_manual_seed_decides(kind):
    images, labels = coloured(3)
    tv.manual_seed(3)
    first = kind(num_classes=3)(images, labels)
    tv.manual_seed(3)
    again = kind(num_classes=3)(images, labels)
    np.testing.assert_array_equal(first[0], again[0])


def test_each_batch_draws_one_of_the_ways():
    way = RandomChoice([lambda *_: "one", lambda *_: "other"], generator=0)
    drawn = [way(None, None) for _ in range(1000)]
    assert abs(drawn.count("one") - 500) < 5 * 16  # the deviation of the binomial


def test_no_way_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one way"):
        RandomChoice([])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alpha", [0.0, -1.0, float("nan"), float("inf")])
def test_an_alpha_that_is_not_positive_and_finite_is_refused(kind, alpha):
    with pytest.raises(ValueError, match=f"alpha of {kind.__name__} must be positive"):
        kind(alpha, num_classes=2)


@pytest.mark.parametrize(
    ("images", "labels", "what"),
    [
        (np.zeros((2, 1, 2, 2), np.uint8), np.zeros(2, int), "in floating point, got .* of uint8"),
        (np.zeros((1, 2, 2)), np.zeros(1, int), "images of a batch"),
        (np.zeros((2, 1, 2, 2)), np.zeros(3, int), r"2 images need 2 whole numbers.*shape \(3,\)"),
        (np.zeros((2, 1, 2, 2)), np.zeros(2), "whole numbers as labels"),
        (np.zeros((2, 1, 2, 2)), np.array([0, 3]), r"from 0 to 3, num_classes=3 allows 0 to 2"),
    ],
)
def test_what_cannot_be_mixed_is_refused(images, labels, what):
    with pytest.raises(ValueError, match=what):
        MixUp(num_classes=3)(images, labels)
