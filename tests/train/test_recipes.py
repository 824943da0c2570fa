"""Recipes say how each data set is trained on."""

import pytest

from tinyvision.data import dataset_names
from tinyvision.train import NETWORKS, Recipe, network


def recipe_for(name):
    return network("cnn").recipes[name]


@pytest.mark.parametrize("net", NETWORKS)
def test_every_network_has_a_recipe_for_every_data_set(net):
    assert set(network(net).recipes) == set(dataset_names())


def test_an_unknown_network_is_answered_with_a_guess():
    with pytest.raises(ValueError, match=r"unknown network 'vlt'; did you mean 'vit'"):
        network("vlt")


def test_an_option_that_is_none_keeps_the_recipes_own():
    assert recipe_for("digits").changed(lr=None, epochs=3).lr == recipe_for("digits").lr


@pytest.mark.parametrize("option", ["epochs", "batch_size"])
def test_a_count_below_one_is_refused(option):
    with pytest.raises(ValueError, match=f"{option} must be at least 1, got 0"):
        recipe_for("digits").changed(**{option: 0})


@pytest.mark.parametrize("lr", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_not_positive_and_finite_is_refused(lr):
    with pytest.raises(ValueError, match=r"lr must be positive and finite.*network's own"):
        Recipe(epochs=1, batch_size=1, lr=lr)


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
@pytest.mark.parametrize("alpha", [-0.1, float("nan"), float("inf")])
def test_mixing_by_no_number_at_all_is_refused(name, alpha):
    with pytest.raises(ValueError, match=f"{name} must be 0, for none, or a positive number"):
        Recipe(1, 1, 0.1, **{name: alpha})


def test_a_recipe_without_mixing_mixes_nothing():
    assert Recipe(1, 1, 0.1).mixing(10) is None


def test_with_both_each_batch_draws_one():
    ways = Recipe(1, 1, 0.1, mixup=0.2, cutmix=1.0).mixing(10).ways
    assert [(type(way).__name__, way.alpha) for way in ways] == [("MixUp", 0.2), ("CutMix", 1.0)]
