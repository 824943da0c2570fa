import numpy as np
import pytest
from scipy.special import softmax

from tinyvision.viz.rollout import attention_rollout, rollout


def layers_of(depth, heads, tokens, seed=0):
    rng = np.random.default_rng(seed)
    return softmax(2 * rng.normal(size=(depth, heads, tokens, tokens)), axis=-1)


def naive_rollout(layers):
    """Abnar and Zuidema's equation, a number at a time, from the input upwards."""
    tokens = len(layers[0][0])
    reached = [[float(i == j) for j in range(tokens)] for i in range(tokens)]
    for layer in layers:
        mixed = []
        for i in range(tokens):
            row = [sum(head[i][j] for head in layer) / len(layer) + (i == j) for j in range(tokens)]
            mixed.append([value / sum(row) for value in row])
        reached = [
            [sum(mixed[i][k] * reached[k][j] for k in range(tokens)) for j in range(tokens)]
            for i in range(tokens)
        ]
    return reached


@pytest.mark.parametrize(("depth", "heads", "tokens"), [(1, 1, 1), (1, 3, 4), (2, 2, 5), (6, 3, 7)])
def test_rollout_is_the_papers_equation(depth, heads, tokens):
    layers = layers_of(depth, heads, tokens)
    np.testing.assert_allclose(attention_rollout(layers), naive_rollout(layers), rtol=1e-12)


def test_the_first_layer_is_nearest_to_the_input():
    # Token 0 looks at 1 in the first layer only; later 2 looks at 0, and so sees half of that.
    first = np.array([[0.0, 1, 0], [0, 1, 0], [0, 0, 1]])[None]
    second = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 0]])[None]
    np.testing.assert_allclose(attention_rollout([first, second])[2], [0.25, 0.25, 0.5])
    np.testing.assert_allclose(attention_rollout([second, first])[2], [0.5, 0, 0.5])


def test_each_row_of_a_rollout_sums_to_1():
    result = attention_rollout(layers_of(12, 4, 50))
    np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-12)
    assert result.min() >= 0


def test_attention_that_never_leaves_its_token_stays_there():
    np.testing.assert_array_equal(attention_rollout(np.tile(np.eye(4), (5, 2, 1, 1))), np.eye(4))


def test_the_residual_connection_halves_what_is_passed_on_each_time():
    # Everyone looks at token 0: after L layers 1 / 2^L of a token is left of itself.
    to_first = np.zeros((1, 3, 3))
    to_first[:, :, 0] = 1
    result = attention_rollout([to_first] * 5)
    np.testing.assert_allclose(np.diag(result)[1:], 1 / 2**5)


def test_layers_may_differ_in_heads():
    layers = [layers_of(1, heads, 4, seed=heads)[0] for heads in (1, 3)]
    np.testing.assert_allclose(attention_rollout(layers), naive_rollout(layers), rtol=1e-12)


def test_rows_that_do_not_quite_sum_to_1_are_made_to():
    half = layers_of(3, 2, 6).astype(np.float16)
    np.testing.assert_allclose(attention_rollout(half).sum(axis=1), 1, rtol=1e-6)


def test_float32_stays_float32():
    assert attention_rollout(layers_of(2, 2, 3).astype(np.float32)).dtype == np.float32


def test_the_weights_are_left_as_they_were():
    layers = layers_of(2, 1, 3)
    before = layers.copy()
    attention_rollout(layers)
    np.testing.assert_array_equal(layers, before)


def test_no_layers_are_refused():
    with pytest.raises(ValueError, match=r"weights is empty, expected .* at least one layer"):
        attention_rollout([])


def test_one_layer_that_is_not_in_a_list_is_refused():
    with pytest.raises(ValueError, match=r"weights\[0\] has shape \(4, 4\), expected \(heads"):
        attention_rollout(layers_of(1, 2, 4)[0])


def test_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"weights\[0\] has shape \(1, 2, 4, 4\)"):
        attention_rollout([layers_of(1, 2, 4)])


def test_layers_of_different_tokens_are_refused():
    with pytest.raises(ValueError, match=r"weights\[1\] has 5 tokens and weights\[0\] has 4"):
        attention_rollout([layers_of(1, 2, 4)[0], layers_of(1, 2, 5)[0]])


def test_scores_in_a_later_layer_are_refused_by_its_number():
    with pytest.raises(ValueError, match=r"weights\[1\] has a row, number 0 of head 0, with sum 4"):
        attention_rollout([np.full((1, 4, 4), 0.25), np.ones((1, 4, 4))])


@pytest.fixture
def image():
    return np.random.default_rng(1).random((3, 8, 12))


def caption(figure):
    return figure.texts[1].get_text()


def test_the_figure_shows_the_row_of_the_class_token(image):
    layers = layers_of(3, 2, 7)
    expected = np.array(naive_rollout(layers))[0, 1:].reshape(2, 3)
    _, overlay, alone, _ = rollout(image, layers, 4).axes
    np.testing.assert_allclose(overlay.images[1].get_array(), expected, rtol=1e-12)
    np.testing.assert_allclose(alone.images[0].get_array(), expected, rtol=1e-12)


def test_without_a_class_token_the_figure_shows_the_mean_of_all_rows(image):
    layers = layers_of(3, 2, 6)
    expected = np.array(naive_rollout(layers)).mean(axis=0).reshape(2, 3)
    figure = rollout(image, layers, 4)
    np.testing.assert_allclose(figure.axes[2].images[0].get_array(), expected, rtol=1e-12)
    assert figure.texts[0].get_text().endswith("what reaches the mean patch through 3 layers")
    assert "class token" not in caption(figure)


def test_a_chosen_patch_has_its_own_row_and_frame(image):
    layers = layers_of(1, 2, 7)
    figure = rollout(image, layers, 4, query=4)
    expected = np.array(naive_rollout(layers))[5, 1:].reshape(2, 3)
    np.testing.assert_allclose(figure.axes[2].images[0].get_array(), expected, rtol=1e-12)
    for axes in figure.axes[:3]:
        assert {patch.get_bbox().bounds for patch in axes.patches} == {(4, 4, 4, 4)}
    assert figure.texts[0].get_text().endswith("what reaches patch 4 through 1 layer")


def test_overlay_rollout_and_bar_share_one_scale_from_0(image):
    layers = layers_of(3, 2, 7)
    limit = np.array(naive_rollout(layers))[0, 1:].max()
    _, overlay, alone, bar = rollout(image, layers, 4).axes
    for clim in (overlay.images[1].get_clim(), alone.images[0].get_clim(), bar.get_ylim()):
        assert clim == pytest.approx((0, limit))
    assert bar.get_ylabel() == "share"


def test_the_share_of_the_class_token_is_said(image):
    layers = layers_of(3, 2, 7)
    own = naive_rollout(layers)[0][0]
    assert f"on the class token: {own:.3f}" in caption(rollout(image, layers, 4))


def test_the_layers_may_be_a_generator(image):
    figure = rollout(image, (layer for layer in layers_of(3, 2, 7)), 4)
    assert "through 3 layers" in figure.texts[0].get_text()


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_the_map_is_enlarged_as_asked(image, interpolation):
    _, overlay, alone, _ = rollout(image, layers_of(1, 1, 6), 4, interpolation=interpolation).axes
    assert overlay.images[1].get_interpolation() == interpolation
    assert alone.images[0].get_interpolation() == interpolation


def test_a_photograph_that_does_not_fit_the_patch_is_refused(image):
    with pytest.raises(ValueError, match="patch_size 5 does not divide the image"):
        rollout(image, layers_of(1, 1, 6), 5)


def test_layers_of_another_patch_size_are_refused(image):
    with pytest.raises(ValueError, match="each layer has 7 tokens and the grid has 4 × 6 patches"):
        rollout(image, layers_of(1, 1, 7), 2)


def test_an_unknown_interpolation_is_refused(image):
    with pytest.raises(ValueError, match="interpolation is 'lanczos'"):
        rollout(image, layers_of(1, 1, 7), 4, interpolation="lanczos")
