import numpy as np
import pytest

from tinyvision.viz.filters import filters, rgb_filters


@pytest.fixture
def weight():
    return np.random.default_rng(3).normal(size=(5, 3, 2, 4)).astype(np.float32)


def sheets(figure):
    return [axes for axes in figure.axes if len(axes.images)]


def test_each_map_is_a_slice_of_the_weight(weight):
    _, *channels = sheets(filters(weight))
    for c, axes in enumerate(channels):
        for o, image in enumerate(axes.images):
            np.testing.assert_array_equal(image.get_array(), weight[o, c])


def test_all_maps_share_one_scale_centred_at_zero(weight):
    limit = float(np.abs(weight).max())
    for axes in sheets(filters(weight))[1:]:
        assert {image.get_clim() for image in axes.images} == {(-limit, limit)}


def test_the_colour_bar_has_the_scale_of_the_maps(weight):
    bar = filters(weight).axes[-1]
    assert bar.get_ylim() == pytest.approx((-np.abs(weight).max(), np.abs(weight).max()))
    assert bar.get_ylabel() == "weight"


def test_zero_is_middle_grey_and_more_is_brighter():
    weight = np.linspace(-2, 2, 5).reshape(5, 1, 1, 1) * np.ones((1, 3, 1, 1))
    np.testing.assert_allclose(rgb_filters(weight)[:, 0, 0, 1], [0, 0.25, 0.5, 0.75, 1])


def test_a_colour_filter_keeps_its_channels_apart():
    weight = np.zeros((1, 3, 1, 1))
    weight[0, 2] = 3.0
    np.testing.assert_array_equal(rgb_filters(weight)[0, 0, 0], [0.5, 0.5, 1.0])


def test_colour_filters_are_shown_as_colours_too(weight):
    axes = sheets(filters(weight))[0]
    for image, expected in zip(axes.images, rgb_filters(weight.astype(np.float64)), strict=True):
        np.testing.assert_array_equal(image.get_array(), expected)


def test_filters_are_numbered_from_zero(weight):
    for axes in sheets(filters(weight)):
        assert [text.get_text() for text in axes.texts] == list("01234")


@pytest.mark.parametrize(("channels", "expected"), [(1, 1), (2, 2), (3, 4)])
def test_there_is_a_sheet_for_each_channel(channels, expected):
    assert len(sheets(filters(np.ones((4, channels, 3, 3))))) == expected


def test_what_is_left_out_is_said():
    figure = filters(np.ones((8, 16, 3, 3)), limit=12)
    assert len(sheets(figure)) == 1
    assert len(sheets(figure)[0].images) == 8
    assert any("the first 1 of 16 input channels" in text.get_text() for text in figure.texts)
    figure = filters(np.ones((8, 3, 3, 3)), limit=5)
    assert any("the first 5 of 8 filters" in text.get_text() for text in figure.texts)


def test_the_figure_says_what_its_colours_mean(weight):
    words = " ".join(text.get_text() for text in filters(weight).texts)
    assert "red = positive, white = 0, blue = negative" in words
    assert "grey = 0" in words


def test_the_figure_says_how_many_filters_of_what_shape(weight):
    texts = [text.get_text() for text in filters(weight, title="conv1").texts]
    assert texts[0] == "conv1: 5, each 3 × 2 × 4"


def test_filters_that_are_all_zero_are_white():
    for image in sheets(filters(np.zeros((2, 1, 3, 3))))[0].images:
        assert image.to_rgba(0.0)[:3] == pytest.approx((1, 1, 1), abs=0.05)


def test_a_linear_weight_is_refused():
    with pytest.raises(ValueError, match=r"weight has shape \(10, 84\), expected 4 dimensions"):
        filters(np.zeros((10, 84)))


def test_no_filters_are_refused():
    with pytest.raises(ValueError, match=r"weight is empty: its shape is \(0, 3, 3, 3\)"):
        filters(np.zeros((0, 3, 3, 3)))


def test_a_limit_below_1_is_refused():
    with pytest.raises(ValueError, match="limit is 0, expected at least 1 filter"):
        filters(np.zeros((2, 3, 3, 3)), limit=0)
