"""Recipes say how each data set is trained on."""

import pytest

from tinyvision.data import dataset_names
from tinyvision.train import Recipe, recipe_for


@pytest.mark.parametrize("name", dataset_names())
def test_every_data_set_has_a_recipe(name):
    assert recipe_for(name).epochs >= 1


def test_an_option_that_is_none_keeps_the_recipes_own():
    assert recipe_for("digits").changed(lr=None, epochs=3).lr == recipe_for("digits").lr


@pytest.mark.parametrize("option", ["epochs", "batch_size"])
def test_a_count_below_one_is_refused(option):
    with pytest.raises(ValueError, match=f"{option} must be at least 1, got 0"):
        recipe_for("digits").changed(**{option: 0})


@pytest.mark.parametrize("lr", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_not_positive_and_finite_is_refused(lr):
    with pytest.raises(ValueError, match="lr must be positive and finite"):
        Recipe(epochs=1, batch_size=1, lr=lr)
