"""The class token and pooling."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.models import pool_tokens, prepend_class_token


@pytest.fixture
def patches():
    return tv.tensor(np.random.default_rng(0).standard_normal((2, 3, 4)), requires_grad=True)


def test_the_class_token_stands_first_in_every_image(patches):
    token = tv.tensor(np.arange(4.0)[None])
    out = prepend_class_token(patches, token).detach().numpy()
    np.testing.assert_array_equal(out[:, 0], [[0, 1, 2, 3]] * 2)
    np.testing.assert_array_equal(out[:, 1:], patches.detach().numpy())


def test_its_gradient_is_the_sum_over_the_images(patches):
    token = tv.zeros(1, 4, dtype=tv.float64, requires_grad=True)
    g = np.random.default_rng(1).standard_normal((2, 4, 4))
    prepend_class_token(patches, token).backward(tv.tensor(g))
    np.testing.assert_allclose(token.grad.numpy(), g[:, :1].sum(axis=0))


def test_no_token_leaves_the_patches(patches):
    assert prepend_class_token(patches, tv.zeros(0, 4, dtype=tv.float64)) is patches


def test_the_mean_leaves_the_class_token_out(patches):
    tokens = prepend_class_token(patches, tv.full((1, 4), 1e6, dtype=tv.float64))
    np.testing.assert_allclose(
        pool_tokens(tokens, "mean").detach().numpy(), patches.detach().numpy().mean(axis=1)
    )


def test_without_a_class_token_the_mean_is_over_all(patches):
    np.testing.assert_allclose(
        pool_tokens(patches, "mean", 0).detach().numpy(), patches.detach().numpy().mean(axis=1)
    )


@pytest.mark.parametrize(
    ("pool", "class_tokens", "message"),
    [("max", 1, "pool must be 'cls'"), ("cls", 0, "class_token=False takes it away")],
)
def test_what_cannot_be_pooled_is_named(patches, pool, class_tokens, message):
    with pytest.raises(ValueError, match=message):
        pool_tokens(patches, pool, class_tokens)


def test_a_token_of_other_features_is_named(patches):
    with pytest.raises(ValueError, match=r"same features, got \(2, 3, 4\) and \(1, 5\)"):
        prepend_class_token(patches, tv.zeros(1, 5))
