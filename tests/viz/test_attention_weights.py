import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy as scipy_entropy

from tinyvision.viz.attention_weights import attended, check_weights, entropy, has_class_token


@pytest.fixture
def weights():
    """2 heads, a class token and 2 × 3 patches."""
    return softmax(np.random.default_rng(4).normal(size=(2, 7, 7)), axis=-1)


def test_the_class_token_is_the_first_query_and_on_no_patch(weights):
    rows, maps = attended(weights, (2, 3), None)
    for head in range(2):
        assert rows[head].tolist() == [weights[head, 0, key] for key in range(7)]
        for i in range(2):
            for j in range(3):
                assert maps[head, i, j] == weights[head, 0, 1 + 3 * i + j]


def test_patches_are_counted_after_the_class_token(weights):
    rows, maps = attended(weights, (2, 3), 4)
    np.testing.assert_array_equal(rows, weights[:, 5])
    np.testing.assert_array_equal(maps.reshape(2, 6), weights[:, 5, 1:])


def test_without_a_class_token_patches_are_counted_from_the_start(weights):
    _, maps = attended(weights, (7, 1), 4)
    np.testing.assert_array_equal(maps.reshape(2, 7), weights[:, 4])


def test_without_a_class_token_all_queries_count_alike(weights):
    rows, _ = attended(weights, (1, 7), None)
    for head in range(2):
        expected = [sum(weights[head, i, j] for i in range(7)) / 7 for j in range(7)]
        np.testing.assert_allclose(rows[head], expected, rtol=1e-12)


def test_the_entropy_is_that_of_scipy(weights):
    np.testing.assert_allclose(entropy(weights), scipy_entropy(weights, base=2, axis=-1))


def test_the_entropy_of_k_tokens_alike_is_the_logarithm_of_k():
    rows = [[1 / k] * k + [0] * (8 - k) for k in (1, 2, 4, 8)]
    np.testing.assert_allclose(entropy(np.array(rows)), [0, 1, 2, 3])


def test_a_class_token_is_one_token_more_than_patches():
    assert has_class_token(65, (8, 8), "weights")
    assert not has_class_token(64, (8, 8), "weights")


@pytest.mark.parametrize("tokens", [63, 66])
def test_tokens_that_do_not_fit_the_grid_are_refused(tokens):
    message = (
        f"weights has {tokens} tokens and the grid has 8 × 8 patches, expected 64 tokens, or 65"
    )
    with pytest.raises(ValueError, match=message):
        has_class_token(tokens, (8, 8), "weights")


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.float16, np.float32), (np.float32, np.float32), (np.float64, np.float64)],
)
def test_weights_keep_their_precision_if_it_is_enough(dtype, expected):
    assert check_weights(np.full((1, 3, 3), 1 / 3, dtype), "weights").dtype == expected


def test_weights_of_half_precision_are_accepted():
    weights = softmax(np.random.default_rng(0).normal(size=(2, 505, 505)), axis=-1)
    assert check_weights(weights.astype(np.float16), "weights").shape == (2, 505, 505)


@pytest.mark.parametrize("shape", [(4, 4), (1, 2, 4, 4), (2, 4, 5), (0, 4, 4)])
def test_what_is_not_one_layer_for_one_image_is_refused(shape):
    with pytest.raises(ValueError, match=r"weights\[1\] has shape .*, expected \(heads, T, T\)"):
        check_weights(np.full(shape, 0.25), "weights[1]")


def test_scores_before_the_softmax_are_refused():
    scores = np.zeros((2, 2, 2)) + np.eye(2)
    scores[1, 1] = [3, -2]  # its sum would do
    with pytest.raises(ValueError, match="number 1 of head 1, with sum 1 and least value -2"):
        check_weights(scores, "weights")


def test_weights_after_dropout_are_refused():
    with pytest.raises(ValueError, match=r"number 0 of head 0, with sum 1.25 .* model.eval\(\)"):
        check_weights(np.full((1, 4, 4), 0.3125), "weights")


@pytest.mark.parametrize("query", [-1, 6])
def test_a_patch_that_is_not_there_is_refused(weights, query):
    with pytest.raises(
        ValueError, match=f"query is {query}, expected a patch from 0 to 5, or None"
    ):
        attended(weights, (2, 3), query)


@pytest.mark.parametrize("query", [1.0, "cls", True])
def test_a_query_that_is_no_number_of_a_patch_is_refused(weights, query):
    with pytest.raises(TypeError, match="expected the number of a patch, or None"):
        attended(weights, (2, 3), query)
