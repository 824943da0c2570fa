import numpy as np
import pytest
from matplotlib.patches import Rectangle
from scipy.special import softmax
from scipy.stats import entropy

from tinyvision.viz.attention_maps import attention_maps


@pytest.fixture
def image():
    return np.random.default_rng(1).random((3, 8, 12))


@pytest.fixture
def weights():
    """3 heads, a class token and 2 × 3 patches."""
    return softmax(2 * np.random.default_rng(4).normal(size=(3, 7, 7)), axis=-1)


def overlays(figure):
    """The panels of the heads and of their mean."""
    return [axes for axes in figure.axes if len(axes.images) == 2]


def caption(figure):
    return figure.texts[1].get_text()


def test_there_is_a_panel_for_each_head_and_the_mean(image, weights):
    titles = [axes.get_title() for axes in attention_maps(image, weights, 4).axes]
    assert titles == ["the image", "head 0", "head 1", "head 2", "mean", ""]


def test_each_panel_shows_what_the_class_token_attends_to(image, weights):
    panels = overlays(attention_maps(image, weights, 4))
    for axes, row in zip(panels[:3], weights[:, 0], strict=True):
        np.testing.assert_array_equal(axes.images[1].get_array(), row[1:].reshape(2, 3))


def test_a_single_head_is_drawn_once(image, weights):
    figure = attention_maps(image, weights[:1], 4)
    assert [axes.get_title() for axes in figure.axes] == ["the image", "attention", ""]


def test_the_last_panel_is_the_mean_of_the_heads(image, weights):
    mean = overlays(attention_maps(image, weights, 4))[-1].images[1].get_array()
    expected = [(weights[0, 0, i] + weights[1, 0, i] + weights[2, 0, i]) / 3 for i in range(1, 7)]
    np.testing.assert_allclose(mean.ravel(), expected, rtol=1e-12)


def test_a_chosen_patch_is_the_query(image, weights):
    panels = overlays(attention_maps(image, weights, 4, query=2))
    for axes, row in zip(panels[:3], weights[:, 3], strict=True):
        np.testing.assert_array_equal(axes.images[1].get_array(), row[1:].reshape(2, 3))


def test_a_chosen_patch_is_framed_in_every_picture(image, weights):
    figure = attention_maps(image, weights, 4, query=5)
    for axes in figure.axes[:-1]:
        frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert {frame.get_bbox().bounds for frame in frames} == {(8, 4, 4, 4)}
    assert "framed: the patch that looks" in caption(figure)


def test_the_class_token_is_framed_nowhere(image, weights):
    figure = attention_maps(image, weights, 4)
    assert not any(len(axes.patches) for axes in figure.axes[:-1])
    assert "framed" not in caption(figure)


def test_all_panels_and_the_bar_share_one_scale_from_0(image, weights):
    figure = attention_maps(image, weights, 4)
    limit = weights[:, 0, 1:].max()
    assert {axes.images[1].get_clim() for axes in overlays(figure)} == {(0, limit)}
    assert figure.axes[-1].get_ylim() == pytest.approx((0, limit))
    assert figure.axes[-1].get_ylabel() == "weight"


def test_the_weight_on_the_class_token_does_not_darken_the_maps(image):
    to_itself = np.array([0.9, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01])
    figure = attention_maps(image, np.tile(to_itself, (1, 7, 1)), 4)
    assert overlays(figure)[0].images[1].get_clim() == pytest.approx((0, 0.04))


def test_the_entropy_of_each_panel_is_that_of_all_its_tokens(image, weights):
    rows = [*weights[:, 0], weights[:, 0].mean(axis=0)]
    for axes, row in zip(overlays(attention_maps(image, weights, 4)), rows, strict=True):
        first, second = axes.get_xlabel().split("\n")
        assert first == f"entropy {entropy(row, base=2):.2f} bits"
        assert second == f"class token {row[0]:.3f}"


def test_the_caption_says_how_great_an_entropy_can_be(image, weights):
    assert "to 2.81 bits, all 7 tokens alike" in caption(attention_maps(image, weights, 4))


def test_without_a_class_token_none_is_spoken_of(image, weights):
    alone = weights[:, 1:, 1:] / weights[:, 1:, 1:].sum(axis=-1, keepdims=True)
    figure = attention_maps(image, alone, 4)
    assert figure.texts[0].get_text() == "Attention: where the mean patch looks"
    assert "class token" not in caption(figure)
    assert "\n" not in overlays(figure)[0].get_xlabel()


def test_the_heading_names_the_query(image, weights):
    headings = [
        attention_maps(image, weights, 4, query=query).texts[0].get_text() for query in (None, 5)
    ]
    assert headings == ["Attention: where the class token looks", "Attention: where patch 5 looks"]


def test_the_image_is_in_colour_first_and_grey_under_the_maps(image, weights):
    figure = attention_maps(image, weights, 4)
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), image.transpose(1, 2, 0))
    assert overlays(figure)[0].images[0].get_array().shape == (8, 12)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_the_map_is_enlarged_as_asked(image, weights, interpolation):
    figure = attention_maps(image, weights, 4, interpolation=interpolation)
    assert {axes.images[1].get_interpolation() for axes in overlays(figure)} == {interpolation}


def test_a_class_token_that_looks_only_at_itself_gives_an_empty_map(image):
    figure = attention_maps(image, np.eye(7)[None], 4)
    assert overlays(figure)[0].get_xlabel() == "entropy 0.00 bits\nclass token 1.000"
    assert overlays(figure)[0].images[1].get_clim() == (0, 1)


def test_a_whole_batch_is_refused(image, weights):
    with pytest.raises(ValueError, match=r"weights has shape \(1, 3, 7, 7\).*of a batch take one"):
        attention_maps(image, weights[None], 4)


def test_weights_of_another_patch_size_are_refused(image, weights):
    with pytest.raises(ValueError, match="weights has 7 tokens and the grid has 4 × 6 patches"):
        attention_maps(image, weights, 2)


def test_an_unknown_interpolation_is_refused(image, weights):
    with pytest.raises(ValueError, match="interpolation is 'bicubic'"):
        attention_maps(image, weights, 4, interpolation="bicubic")


def test_a_query_that_is_not_there_is_refused(image, weights):
    with pytest.raises(ValueError, match="query is 6, expected a patch from 0 to 5"):
        attention_maps(image, weights, 4, query=6)
