import numpy as np
import pytest
from scipy.special import softmax

from tinyvision.viz.attention_strip import attention_numbers, attention_steps

QUERY = [1, 2, 3, 4]
KEYS = [[2, 1, 4, 3], [4, 3, 2, 1]]


def named(figure, name):
    (axes,) = [axes for axes in figure.axes if axes.get_title().startswith(name)]
    return axes


def written(figure):
    return [text.get_text() for text in figure.texts if "=" in text.get_text()]


def test_the_steps_are_the_formula():
    rng = np.random.default_rng(8)
    q, k, v = rng.normal(size=3), rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    scores, scaled, weights, output = attention_numbers(q, k, v)
    expected = np.array([sum(a * b for a, b in zip(q, row, strict=True)) for row in k])
    np.testing.assert_allclose(scores, expected, rtol=1e-12)
    np.testing.assert_allclose(scaled, expected / np.sqrt(3), rtol=1e-12)
    np.testing.assert_allclose(weights, softmax(expected / np.sqrt(3)), rtol=1e-12)
    np.testing.assert_allclose(output, softmax(expected / np.sqrt(3)) @ v, rtol=1e-12)


def test_the_articles_example_is_the_formula_worked_out_by_hand():
    scores, scaled, weights, output = attention_numbers(*map(np.array, (QUERY, KEYS, KEYS)))
    first = 1 / (1 + np.exp(-4.0))  # exp(14) / (exp(14) + exp(10))
    assert scores.tolist() == [28, 20]
    assert scaled.tolist() == [14, 10]
    np.testing.assert_allclose(weights, [first, 1 - first], rtol=1e-12)
    # Both keys are (3, 2, 3, 2) ± (1, 1, -1, -1).
    np.testing.assert_allclose(output, [4 - 2 * first, 3 - 2 * first, 2 + 2 * first, 1 + 2 * first])


def test_great_scores_do_not_overflow():
    _, _, weights, _ = attention_numbers(np.array([1e4]), np.array([[1e4], [0.0]]), np.eye(2))
    assert weights.tolist() == [1, 0]


def test_the_heat_maps_hold_the_steps():
    figure = attention_steps(QUERY, KEYS, KEYS)
    steps = attention_numbers(*map(np.array, (QUERY, KEYS, KEYS)))
    names = ("scores", "scaled", "weights")
    for name, step in zip(names, steps[:3], strict=True):
        np.testing.assert_array_equal(named(figure, name).images[0].get_array(), step[:, None])
    np.testing.assert_array_equal(figure.axes[-1].images[0].get_array(), steps[3][None])
    np.testing.assert_array_equal(named(figure, "query").images[0].get_array(), [QUERY])
    np.testing.assert_array_equal(named(figure, "keys").images[0].get_array(), KEYS)
    np.testing.assert_array_equal(named(figure, "values").images[0].get_array(), KEYS)


def test_every_number_is_written_in_its_cell():
    figure = attention_steps(QUERY, KEYS, KEYS)
    assert [text.get_text() for text in named(figure, "scores").texts] == ["28", "20"]
    assert [text.get_text() for text in named(figure, "scaled").texts] == ["14", "10"]
    assert [text.get_text() for text in named(figure, "weights").texts] == ["0.9820", "0.0180"]
    output = [text.get_text() for text in figure.axes[-1].texts]
    assert output == ["2.036", "1.036", "3.964", "2.964"]


def test_the_arithmetic_is_written_out():
    lines = written(attention_steps(QUERY, KEYS, KEYS))
    for line in (
        "score₁ = q · k₁ = 1·2 + 2·1 + 3·4 + 4·3 = 28",
        "score₂ = q · k₂ = 1·4 + 2·3 + 3·2 + 4·1 = 20",
        "scaled₁ = 28 / √4 = 28 / 2 = 14",
        "weight₁ = exp(14) / (exp(14) + exp(10)) = 0.9820",
        "output = 0.9820·v₁ + 0.0180·v₂ = (2.036, 1.036, 3.964, 2.964)",
    ):
        assert line in lines


def test_a_long_sum_is_shortened_in_its_middle():
    lines = written(attention_steps([0.0], np.zeros((5, 1)), np.zeros((5, 1))))
    assert "weight₁ = exp(0) / (exp(0) + exp(0) + … + exp(0)) = 0.2000" in lines


def test_scores_have_one_scale_before_and_after_the_division():
    figure = attention_steps(QUERY, KEYS, KEYS)
    before, after = (named(figure, name).images[0].get_clim() for name in ("scores", "scaled"))
    assert before == after == (0, 28)


def test_negative_numbers_get_a_scale_centred_at_zero():
    figure = attention_steps([1.0, -2.0], [[1.0, 1.0]], [[3.0, -1.0]])
    assert named(figure, "query").images[0].get_clim() == (-3, 3)
    assert named(figure, "scores").images[0].get_clim() == (-1, 1)
    assert any("blue = negative" in text for text in written(figure))


def test_the_output_stands_below_the_values_it_is_mixed_from():
    figure = attention_steps(QUERY, KEYS, np.ones((2, 3)))
    values, output = named(figure, "values").get_position(), figure.axes[-1].get_position()
    assert (output.x0, output.x1) == pytest.approx((values.x0, values.x1))
    assert output.y1 < values.y0


def test_a_query_may_be_a_row():
    figure = attention_steps([QUERY], KEYS, KEYS)
    np.testing.assert_array_equal(named(figure, "query").images[0].get_array(), [QUERY])


def test_several_queries_are_refused():
    with pytest.raises(ValueError, match=r"query has shape \(2, 4\), expected one query"):
        attention_steps(KEYS, KEYS, KEYS)


def test_keys_of_another_length_are_refused():
    with pytest.raises(ValueError, match="keys have 4 numbers and query has 3"):
        attention_steps([1, 2, 3], KEYS, KEYS)


def test_a_value_missing_is_refused():
    with pytest.raises(ValueError, match="values has 1 rows and keys has 2"):
        attention_steps(QUERY, KEYS, KEYS[:1])


@pytest.mark.parametrize("n", [0, 9])
def test_too_many_keys_to_read_or_none_are_refused(n):
    with pytest.raises(ValueError, match=rf"keys has shape \({n}, 4\), expected from 1 to 8"):
        attention_steps(QUERY, np.zeros((n, 4)), np.zeros((n, 4)))


def test_values_too_long_to_read_are_refused():
    with pytest.raises(ValueError, match=r"values has shape \(2, 9\), expected from 1 to 8"):
        attention_steps(QUERY, KEYS, np.zeros((2, 9)))
