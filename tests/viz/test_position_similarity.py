import numpy as np
import pytest

from tinyvision.viz.position_similarity import cosine_similarity, position_similarity

FREQUENCIES = 1000.0 ** -np.linspace(0, 1, 8)


def sines_and_cosines(rows, columns):
    """Half of an embedding tells the column, half the row."""
    places = [(row, column) for row in range(rows) for column in range(columns)]
    return np.array(
        [
            [f(place * w) for place in (column, row) for w in FREQUENCIES for f in (np.sin, np.cos)]
            for row, column in places
        ]
    )


def closed_form(down, across):
    """sin a sin b + cos a cos b = cos(a - b): only the distance counts."""
    return (np.cos(across * FREQUENCIES).mean() + np.cos(down * FREQUENCIES).mean()) / 2


def maps(figure):
    return [image.get_array() for image in figure.axes[0].images]


def caption(figure):
    return figure.texts[1].get_text()


def test_sines_and_cosines_depend_on_the_distance_only():
    drawn = maps(position_similarity(sines_and_cosines(3, 5), (3, 5)))
    for position, similarity in enumerate(drawn):
        row, column = divmod(position, 5)
        for i in range(3):
            for j in range(5):
                assert similarity[i, j] == pytest.approx(closed_form(i - row, j - column))


def test_the_cosine_is_that_of_the_angle():
    angles = np.deg2rad([0, 60, 90, 180])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1) * [[1], [2], [3], [4]]
    np.testing.assert_allclose(cosine_similarity(rows)[0], [1, 0.5, 0, -1], atol=1e-15)


def test_the_cosine_never_leaves_its_range():
    rows = np.random.default_rng(0).normal(size=(300, 3))
    similarity = cosine_similarity(np.concatenate([rows, -rows]))
    assert similarity.max() == 1
    assert similarity.min() == -1


def test_each_map_lies_at_the_place_of_its_patch():
    images = position_similarity(np.eye(6), (2, 3)).axes[0].images
    lefts, tops = [i.get_extent()[0] for i in images], [i.get_extent()[3] for i in images]
    assert lefts[:3] == sorted(set(lefts)) == lefts[3:]
    assert tops[0] == tops[2] < tops[3] == tops[5]
    for position, image in enumerate(images):
        assert np.argmax(image.get_array()) == position


def test_the_class_token_is_left_out_wherever_it_points():
    embedding = sines_and_cosines(2, 3)
    with_token = np.concatenate([1e3 * np.ones((1, embedding.shape[1])), embedding])
    figure = position_similarity(with_token, (2, 3))
    np.testing.assert_array_equal(maps(figure), maps(position_similarity(embedding, (2, 3))))
    assert "the class token, which has no place, is left out" in caption(figure)


def test_a_class_token_may_be_all_0():
    embedding = np.concatenate([np.zeros((1, 6)), np.eye(6)])
    assert len(maps(position_similarity(embedding, (2, 3)))) == 6


def test_a_batch_of_one_is_as_good_as_none():
    np.testing.assert_array_equal(
        maps(position_similarity(np.eye(4)[None], 2)), maps(position_similarity(np.eye(4), (2, 2)))
    )


def test_similarities_of_both_signs_get_a_diverging_map_centred_at_0():
    figure = position_similarity(np.random.default_rng(0).normal(size=(16, 4)), 4)
    images = figure.axes[0].images
    assert {(image.get_clim(), image.get_cmap().name) for image in images} == {((-1, 1), "RdBu_r")}
    assert figure.axes[-1].get_ylim() == pytest.approx((-1, 1))
    assert "blue = opposite" in caption(figure)


def test_similarities_from_0_up_get_a_sequential_map():
    figure = position_similarity(np.eye(16), 4)
    images = figure.axes[0].images
    assert {(image.get_clim(), image.get_cmap().name) for image in images} == {((0, 1), "viridis")}
    assert figure.axes[-1].get_ylim() == pytest.approx((0, 1))
    assert "yellow = same direction (1)" in caption(figure)


def test_rows_and_columns_are_numbered_and_named():
    axes = position_similarity(np.eye(6), (2, 3)).axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("column", "row")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1", "2"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "1"]


def test_of_a_large_grid_some_maps_are_drawn_and_it_is_said():
    embedding = np.random.default_rng(0).normal(size=(18 * 3, 5))
    figure = position_similarity(embedding, (18, 3))
    drawn = maps(figure)
    assert "drawn: the map of one patch in 2, down and across" in caption(figure)
    assert len(drawn) == 9 * 2
    # The second of the second row is that of row 2, column 2.
    expected = cosine_similarity(embedding)[2 * 3 + 2].reshape(18, 3)
    np.testing.assert_array_equal(drawn[3], expected)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["0", "2"]


def test_the_bar_is_named():
    assert position_similarity(np.eye(4), 2).axes[-1].get_ylabel() == "cosine similarity"


def test_an_embedding_of_zeros_is_refused_by_its_number():
    embedding = np.eye(4)
    embedding[2] = 0
    with pytest.raises(ValueError, match="embedding of position 2 is all 0 and has no direction"):
        position_similarity(embedding, 2)


def test_a_grid_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="position_embedding has 9 tokens and the grid has 2 × 2"):
        position_similarity(np.eye(9), 2)


def test_a_batch_of_several_is_refused():
    with pytest.raises(ValueError, match=r"position_embedding has shape \(2, 4, 4\), expected \(T"):
        position_similarity(np.ones((2, 4, 4)), 2)


def test_a_grid_that_is_no_size_is_refused():
    with pytest.raises(TypeError, match="grid must be an integer or a pair"):
        position_similarity(np.eye(4), (2, 2, 1))
