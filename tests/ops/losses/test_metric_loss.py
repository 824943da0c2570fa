"""Losses of distances, against SciPy's distances."""

import re

import numpy as np
import pytest
from scipy.spatial import distance

import tinyvision as tv
import tinyvision.nn.functional as F

REDUCTIONS = {"mean": np.mean, "sum": np.sum, "none": lambda values: values}
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def uniform(*shape, seed=0, low=-3.0, high=3.0):
    return np.random.default_rng(seed).uniform(low, high, shape)


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(found.numpy(), expected, rtol=rtol, atol=1e-15, strict=True)


@each_reduction
@pytest.mark.parametrize("margin", [0.0, 0.3, -0.5])
def test_cosines_are_to_be_one_or_below_the_margin(reduction, margin):
    x, y, signs = uniform(6, 4), uniform(6, 4, seed=1), np.array([1, -1, 1, -1, -1, 1])
    cosines = np.array([1 - distance.cosine(*pair) for pair in zip(x, y, strict=True)])
    expected = np.where(signs == 1, 1 - cosines, np.maximum(0, cosines - margin))
    found = F.cosine_embedding_loss(*map(tv.from_numpy, (x, y, signs)), margin, reduction=reduction)
    close(found, REDUCTIONS[reduction](expected), rtol=1e-10)


def test_a_pair_of_vectors_may_come_without_a_batch():
    x, y = uniform(4), uniform(4, seed=1)
    found = F.cosine_embedding_loss(*map(tv.from_numpy, (x, y)), tv.tensor(1))
    assert found.shape == ()
    assert found.item() == pytest.approx(distance.cosine(x, y), rel=1e-10)


def test_a_vector_of_length_zero_has_a_finite_gradient():
    x = tv.zeros(1, 3, requires_grad=True)
    F.cosine_embedding_loss(x, tv.ones(1, 3), tv.tensor([1])).backward()
    assert bool(tv.isfinite(x.grad).all())


@pytest.mark.parametrize(
    "shapes", [((2, 3), (2, 3), ()), ((3,), (2, 3), (2,)), ((2, 3), (2, 3), (2, 3))]
)
def test_pairs_and_targets_that_do_not_fit_are_refused(shapes):
    with pytest.raises(ValueError, match=re.escape("expected inputs (N, D) and a target (N), or")):
        F.cosine_embedding_loss(*map(tv.ones, shapes))


def far(x, y, p):
    return np.array([distance.minkowski(a, b, p) for a, b in zip(x, y, strict=True)])


@each_reduction
@pytest.mark.parametrize("p", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("swap", [False, True])
def test_the_negative_example_is_to_be_farther_by_the_margin(reduction, p, swap):
    anchor, positive, negative = (uniform(6, 4, seed=seed) for seed in range(3))
    apart = far(anchor, negative, p)
    if swap:
        apart = np.minimum(apart, far(positive, negative, p))
    expected = np.maximum(0, 1.5 + far(anchor, positive, p) - apart)
    three = [tv.from_numpy(x) for x in (anchor, positive, negative)]
    found = F.triplet_margin_loss(*three, 1.5, p, eps=0.0, swap=swap, reduction=reduction)
    close(found, REDUCTIONS[reduction](expected), rtol=1e-10)


def test_the_distance_may_be_ones_own():
    anchor, positive, negative = (uniform(6, 4, seed=seed) for seed in range(3))

    def largest(x, y):
        return (x - y).abs().amax(-1)

    found = F.triplet_margin_with_distance_loss(
        *map(tv.from_numpy, (anchor, positive, negative)),
        distance_function=largest,
        margin=0.5,
        reduction="none",
    )
    near, apart = (np.abs(anchor - x).max(axis=-1) for x in (positive, negative))
    close(found, np.maximum(0, 0.5 + near - apart))


def test_without_a_distance_it_is_the_euclidean_one():
    three = [tv.from_numpy(uniform(6, 4, seed=seed)) for seed in range(3)]
    one, other = F.triplet_margin_with_distance_loss(*three), F.triplet_margin_loss(*three)
    assert one.item() == other.item()


each_triplet = pytest.mark.parametrize(
    "loss", [F.triplet_margin_loss, F.triplet_margin_with_distance_loss], ids=["own", "any"]
)


@each_triplet
@pytest.mark.parametrize("margin", [0.0, -1.0])
def test_a_margin_that_is_not_positive_is_refused(loss, margin):
    with pytest.raises(ValueError, match=f"margin must be positive, got {margin}"):
        loss(*[tv.zeros(1, 1)] * 3, margin=margin)


@each_triplet
def test_unlike_numbers_of_axes_are_refused(loss):
    with pytest.raises(ValueError, match=re.escape("equally many axes, got shapes (2, 3), (2, 3)")):
        loss(tv.zeros(2, 3), tv.zeros(2, 3), tv.zeros(3))
