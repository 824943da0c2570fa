"""Layers that compare two inputs: their options reach the function."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn

X, Y = tv.linspace(-2.0, 2.0, 12).reshape(4, 3), tv.linspace(1.0, 5.0, 12).reshape(4, 3)


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (nn.CosineSimilarity(0, 2.0), lambda x, y: tv.cosine_similarity(x, y, 0, 2.0)),
        (
            nn.PairwiseDistance(3.0, 0.1, True),
            lambda x, y: tv.pairwise_distance(x, y, 3, 0.1, True),
        ),
    ],
    ids=["CosineSimilarity", "PairwiseDistance"],
)
def test_the_layer_computes_what_the_function_does(layer, function):
    np.testing.assert_array_equal(layer(X, Y).numpy(), function(X, Y).numpy())
