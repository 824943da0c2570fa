import numpy as np
import pytest

from tinyvision.viz.embedding_filters import embedding_filters, principal_components


@pytest.fixture
def weight():
    """20 filters for patches of 2 × 4 pixels in 3 channels."""
    return np.random.default_rng(6).normal(size=(20, 24)) + 5


def tiles(figure):
    return [image.get_array() for image in figure.axes[0].images]


def test_the_variances_are_the_eigenvalues_of_the_covariance(weight):
    _, variances = principal_components(weight)
    expected = np.linalg.eigvalsh(np.cov(weight.T, bias=True))[::-1]
    np.testing.assert_allclose(variances, expected[: len(variances)], rtol=1e-9)
    np.testing.assert_allclose(expected[len(variances) :], 0, atol=1e-12)


def test_the_components_are_eigenvectors_of_the_covariance(weight):
    components, variances = principal_components(weight)
    covariance = np.cov(weight.T, bias=True)
    for component, variance in zip(components, variances, strict=True):
        np.testing.assert_allclose(covariance @ component, variance * component, atol=1e-10)


def test_the_components_are_at_right_angles_and_of_length_1(weight):
    components, _ = principal_components(weight)
    np.testing.assert_allclose(components @ components.T, np.eye(len(components)), atol=1e-12)


def test_a_filter_is_its_mean_and_its_components(weight):
    components, _ = principal_components(weight)
    centred = weight - weight.mean(axis=0)
    np.testing.assert_allclose(centred @ components.T @ components, centred, atol=1e-12)


def test_the_pattern_filters_are_made_of_is_found():
    pattern = np.array([3.0, -4.0, 0.0]) / 5
    components, variances = principal_components(np.outer([-2.0, 0.0, 1.0, 1.0], pattern) + 7)
    # The greatest entry is made positive.
    np.testing.assert_allclose(components, -pattern[None], atol=1e-12)
    np.testing.assert_allclose(variances, [1.5])


def test_n_filters_differ_in_fewer_than_n_directions(weight):
    assert len(principal_components(weight[:5])[0]) == 4


def test_the_mean_filter_does_not_count(weight):
    moved, _ = principal_components(weight + np.arange(24.0))
    np.testing.assert_allclose(moved, principal_components(weight)[0], atol=1e-10)


def test_each_tile_is_a_component_in_the_order_row_column_channel(weight):
    components, _ = principal_components(weight)
    for tile, component in zip(
        tiles(embedding_filters(weight, (2, 4), 3)), components, strict=True
    ):
        assert tile.shape == (2, 4, 3)
        limit = np.abs(component).max()
        for index, value in enumerate(component):
            row, column, channel = index // 12, index // 3 % 4, index % 3
            assert tile[row, column, channel] == pytest.approx(0.5 + value / limit / 2)


def test_a_convolution_gives_the_same_filters_as_the_linear_map(weight):
    kernel = weight.reshape(20, 2, 4, 3).transpose(0, 3, 1, 2)  # (D, h, w, C) -> (D, C, h, w)
    np.testing.assert_array_equal(
        tiles(embedding_filters(kernel, (2, 4), 3)), tiles(embedding_filters(weight, (2, 4), 3))
    )


def test_filters_of_one_channel_are_grey():
    weight = np.random.default_rng(0).normal(size=(9, 6))
    components, _ = principal_components(weight)
    figure = embedding_filters(weight, (2, 3), 1)
    for tile, component in zip(tiles(figure), components, strict=True):
        expected = 0.5 + component.reshape(2, 3) / np.abs(component).max() / 2
        np.testing.assert_allclose(tile, expected)
    assert {image.get_cmap().name for image in figure.axes[0].images} == {"gray"}
    assert {image.get_clim() for image in figure.axes[0].images} == {(0, 1)}


def test_the_chart_shows_the_share_of_each_component(weight):
    chart = embedding_filters(weight, (2, 4), 3, count=5).axes[1]
    variances = np.linalg.eigvalsh(np.cov(weight.T, bias=True))[::-1]
    expected = 100 * variances[:5] / variances.sum()
    np.testing.assert_allclose([bar.get_height() for bar in chart.patches], expected, rtol=1e-9)
    assert (chart.get_xlabel(), chart.get_ylabel()) == ("component", "percent")


def test_what_is_left_out_is_said(weight):
    figure = embedding_filters(weight, (2, 4), 3, count=5)
    variances = np.linalg.eigvalsh(np.cov(weight.T, bias=True))[::-1]
    share = 100 * variances[:5].sum() / variances.sum()
    assert f"drawn: 5 of 19 components, with {share:.1f} % of the variance" in (
        figure.texts[1].get_text()
    )
    assert len(tiles(figure)) == 5


def test_components_are_numbered_from_0(weight):
    axes = embedding_filters(weight, (2, 4), 3, count=4).axes[0]
    assert [text.get_text() for text in axes.texts] == list("0123")
    assert axes.get_title(loc="left") == "components 0 to 3"


def test_equal_filters_are_refused():
    with pytest.raises(ValueError, match="weight holds 7 equal filters"):
        embedding_filters(np.full((7, 4), 0.1), 2, 1)


def test_a_single_filter_is_refused(weight):
    with pytest.raises(ValueError, match="weight holds 1 equal filters"):
        embedding_filters(weight[:1], (2, 4), 3)


@pytest.mark.parametrize("shape", [(24, 20), (20, 2, 4, 3), (0, 24)])
def test_a_weight_of_another_layout_is_refused(shape):
    message = r"weight has shape .*, expected \(D, 24\) or \(D, 3, 2, 4\)"
    with pytest.raises(ValueError, match=message):
        embedding_filters(np.zeros(shape), (2, 4), 3)


def test_other_channels_are_refused(weight):
    with pytest.raises(ValueError, match="channels is 2, expected 1"):
        embedding_filters(weight, (3, 4), 2)


def test_a_count_below_1_is_refused(weight):
    with pytest.raises(ValueError, match="count is 0, expected at least 1 component"):
        embedding_filters(weight, (2, 4), 3, count=0)
