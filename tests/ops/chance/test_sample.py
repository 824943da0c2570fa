"""Samples against the frequencies they should have."""

import numpy as np
import pytest

import tinyvision as tv


@pytest.fixture(autouse=True)
def _seeded():
    tv.manual_seed(0)


def frequencies(places, count):
    return np.bincount(np.ravel(places), minlength=count) / np.size(places)


def test_places_are_drawn_as_often_as_their_weights_say():
    weights = tv.tensor([[1.0, 0.0, 3.0], [2.0, 2.0, 0.0]])
    found = tv.multinomial(weights, 20000, replacement=True)
    assert (found.shape, found.dtype) == ((2, 20000), tv.int64)
    np.testing.assert_allclose(frequencies(found[0].numpy(), 3), [0.25, 0, 0.75], atol=0.02)
    np.testing.assert_allclose(frequencies(found[1].numpy(), 3), [0.5, 0.5, 0], atol=0.02)


def test_without_replacement_places_differ_and_the_first_is_drawn_by_weight():
    weights = tv.tensor([1.0, 0.0, 3.0]).expand(20000, 3)
    found = tv.multinomial(weights, 2).numpy()
    assert (np.sort(found, axis=1) == [0, 2]).all()
    np.testing.assert_allclose(frequencies(found[:, 0], 3), [0.25, 0, 0.75], atol=0.02)


@pytest.mark.parametrize(
    ("weights", "count", "error", "message"),
    [
        (tv.tensor([1, 2]), 1, TypeError, "a floating type is needed"),
        (tv.ones(1, 1, 1), 1, ValueError, "a vector or a matrix, got shape"),
        (tv.tensor([-1.0, 2.0]), 1, ValueError, "finite and at least 0"),
        (tv.tensor([float("nan")]), 1, ValueError, "finite and at least 0"),
        (tv.zeros(2), 1, ValueError, "add up to 0"),
        (tv.ones(2), 0, ValueError, "num_samples must be at least 1"),
        (tv.ones(2), 3, ValueError, "3 different places cannot be drawn where 2"),
        (tv.tensor([0.0, 1.0]), 2, ValueError, "where 1 have a positive weight"),
    ],
)
def test_weights_that_are_none_are_refused(weights, count, error, message):
    with pytest.raises(error, match=message):
        tv.multinomial(weights, count)


def test_normal_numbers_have_the_mean_and_spread_asked_for():
    found = tv.normal(tv.tensor([[5.0], [-5.0]]), tv.full((1, 20000), 2.0)).numpy()
    np.testing.assert_allclose(found.mean(1), [5, -5], atol=0.1)
    np.testing.assert_allclose(found.std(1), 2, atol=0.1)
    assert tv.normal(0.0, 1.0, (2, 3), dtype=tv.float64).dtype == tv.float64
    assert tv.normal(3.0, tv.zeros(2)).tolist() == tv.normal(tv.full((2,), 3.0), 0.0).tolist()
    assert tv.normal(tv.zeros(2).double(), tv.ones(2)).dtype == tv.float64


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0.0, 1.0), TypeError, "needs a size"),
        ((tv.zeros(2), 1.0, (2,)), ValueError, "leave size out"),
        ((tv.zeros(2), -1.0), ValueError, "std must be at least 0, got -1"),
        ((tv.tensor([1]),), TypeError, "a floating type is needed"),
        ((tv.zeros(2), tv.ones(3)), ValueError, "cannot be combined"),
    ],
)
def test_normal_numbers_without_a_meaning_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        tv.normal(*arguments)


def test_events_have_the_mean_and_the_variance_asked_for():
    found = tv.poisson(tv.full((20000,), 3.0)).numpy()
    assert found.mean() == pytest.approx(3, abs=0.1)
    assert found.var() == pytest.approx(3, abs=0.3)
    with pytest.raises(ValueError, match=r"means must be at least 0, got -1\.0"):
        tv.poisson(tv.tensor([-1.0]))


def test_what_is_left_out_is_a_mean_of_zero_and_a_deviation_of_one():
    centre = tv.normal(std=tv.zeros(3))
    spread = tv.normal(mean=tv.zeros(20_000), generator=tv.Generator().manual_seed(0)).std()
    assert centre.tolist() == [0.0, 0.0, 0.0]
    assert spread.item() == pytest.approx(1.0, abs=0.03)
