import numpy as np
import pytest

from tinyvision.viz.feature_maps import colour_scale, feature_maps


@pytest.fixture
def stages():
    rng = np.random.default_rng(5)
    conv = rng.normal(size=(5, 6, 8))
    return [("conv1", conv), ("relu", np.maximum(conv, 0)), ("pool", np.ones((5, 3, 4)))]


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def test_each_channel_is_an_image(stages):
    drawn = panels(feature_maps(np.zeros((3, 6, 8)), stages))
    for name, maps in stages:
        assert len(drawn[name].images) == len(maps)
        for image, channel in zip(drawn[name].images, maps, strict=True):
            np.testing.assert_array_equal(image.get_array(), channel)


def test_stages_stand_in_the_order_of_the_network(stages):
    figure = feature_maps(np.zeros((3, 6, 8)), stages)
    lefts = [panels(figure)[name].get_position().x0 for name in ("input", "conv1", "relu", "pool")]
    assert lefts == sorted(lefts)


def test_a_mapping_is_as_good_as_pairs(stages):
    assert list(panels(feature_maps(np.zeros((6, 8)), dict(stages)))) == [
        "input",
        "conv1",
        "relu",
        "pool",
    ]


def test_two_stages_may_have_one_name():
    figure = feature_maps(np.zeros((4, 4)), [("relu", np.ones((1, 2, 2)))] * 2)
    assert [axes.get_title() for axes in figure.axes].count("relu") == 2


def test_the_input_is_shown_in_its_colours():
    image = np.random.default_rng(0).random((3, 4, 5))
    figure = feature_maps(image, [("conv1", np.ones((1, 4, 5)))])
    np.testing.assert_array_equal(
        panels(figure)["input"].images[0].get_array(), image.transpose(1, 2, 0)
    )


def test_what_is_done_to_the_image_before_the_network_is_said():
    stages = [("conv1", np.ones((1, 32, 32)))]

    def said(image, given):
        return panels(feature_maps(image, stages, given=given))["input"].get_xlabel()

    assert said(np.zeros((8, 8)), (3, 32, 32)) == "first enlarged to 3 × 32 × 32"
    assert said(np.zeros((28, 28)), (3, 32, 32)) == "first brought to 3 × 32 × 32"
    assert said(np.zeros((3, 32, 32)), (3, 32, 32)) == said(np.zeros((8, 8)), None) == ""


def test_a_dark_grey_input_stays_dark():
    figure = feature_maps(np.full((1, 4, 4), 0.1), [("conv1", np.ones((1, 4, 4)))])
    image = panels(figure)["input"].images[0]
    assert image.to_rgba(image.get_array())[0, 0, 0] == pytest.approx(0.1, abs=0.01)


def test_the_channels_of_a_stage_share_one_scale(stages):
    drawn = panels(feature_maps(np.zeros((6, 8)), stages))
    limit = np.abs(stages[0][1]).max()
    assert {image.get_clim() for image in drawn["conv1"].images} == {(-limit, limit)}
    assert {image.get_clim()[0] for image in drawn["relu"].images} == {0}


def test_signed_values_get_a_diverging_map_and_others_a_sequential_one():
    assert colour_scale(np.array([-1e-9, 1])) == ("RdBu_r", -1, 1)
    assert colour_scale(np.array([0.0, 2])) == ("viridis", 0, 2)


def test_the_caption_explains_only_the_colours_that_occur(stages):
    words = [feature_maps(np.zeros((4, 4)), [stage]).texts[1].get_text() for stage in stages[:2]]
    assert "red = positive" in words[0]
    assert "dark" not in words[0]
    assert "dark = 0" in words[1]
    assert "red" not in words[1]


def test_a_dead_stage_is_named():
    axes = panels(feature_maps(np.zeros((4, 4)), {"relu": np.zeros((2, 4, 4))}))["relu"]
    assert [text.get_text() for text in axes.texts] == ["2 × 4 × 4, all 0"]


def test_what_is_left_out_is_said():
    axes = panels(feature_maps(np.zeros((4, 4)), {"conv": np.ones((9, 4, 4))}, limit=4))["conv"]
    assert len(axes.images) == 4
    assert [text.get_text() for text in axes.texts] == ["9 × 4 × 4 (first 4)"]


def test_no_stages_are_refused():
    with pytest.raises(ValueError, match="stages is empty"):
        feature_maps(np.zeros((4, 4)), [])


def test_a_stage_with_the_batch_dimension_left_on_is_refused_by_name():
    with pytest.raises(ValueError, match=r"stage 'conv1' has shape \(1, 2, 4, 4\), expected 3"):
        feature_maps(np.zeros((4, 4)), [("conv1", np.zeros((1, 2, 4, 4)))])


def test_an_empty_stage_is_refused_by_name():
    with pytest.raises(ValueError, match=r"stage 'pool' is empty: its shape is \(2, 0, 4\)"):
        feature_maps(np.zeros((4, 4)), [("pool", np.zeros((2, 0, 4)))])


def test_nan_in_a_stage_is_refused_by_name():
    with pytest.raises(ValueError, match="stage 'conv1' holds 1 values that are NaN"):
        feature_maps(np.zeros((4, 4)), [("conv1", np.array([[[np.nan]]]))])


def test_a_limit_below_1_is_refused():
    with pytest.raises(ValueError, match="limit is 0, expected at least 1 channel"):
        feature_maps(np.zeros((4, 4)), {"conv": np.ones((9, 4, 4))}, limit=0)
