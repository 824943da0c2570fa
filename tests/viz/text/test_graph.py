"""The graph as a tree of text."""

import pytest

import tinyvision as tv
from tinyvision.lessons import views
from tinyvision.viz.text import graph


def rows(text):
    """The lines, each as words."""
    return [line.split() for line in text.splitlines()]


def test_values_and_gradients_are_those_of_the_chain_rule():
    w, x, b = (tv.tensor(value, requires_grad=True) for value in (3.0, 2.0, 1.0))
    with views.watch():
        loss = (w * x + b) ** 2
        loss.backward()
    # y = 7, loss = 49; dloss/dy = 14, dloss/dw = 14 x = 28, dloss/dx = 14 w = 42
    assert rows(views.graph(loss, w=w, x=x, b=b)) == [
        ["value", "gradient"],
        ["pow", "(exponent", "2)", "49", "1"],
        ["↑", "add", "7", "14"],
        ["├─", "mul", "6", "14"],
        ["│", "├─", "w", "3", "28"],
        ["│", "└─", "x", "2", "42"],
        ["└─", "b", "1", "14"],
    ]


def test_what_is_used_twice_is_written_once():
    w = tv.tensor(3.0, requires_grad=True)
    assert rows(views.graph(w * w, w=w)) == [
        ["value"],
        ["mul", "9"],
        ["├─", "w", "#1", "3"],
        ["└─", "w,", "see", "#1"],
    ]


def test_of_a_large_array_the_shape_is_given():
    w = tv.zeros(10, 20, requires_grad=True)
    loss = w.sum()
    loss.backward()
    assert rows(views.graph(loss, w=w))[-1] == ["↑", "w", "10", "×", "20", "10", "×", "20"]


def test_columns_are_aligned():
    w = tv.tensor([1.0, 2.0], requires_grad=True)
    with views.watch():
        loss = (w * w).sum()
        loss.backward()
    lines = views.graph(loss, w=w).splitlines()
    assert len({len(line) for line in lines if "see" not in line}) == 1


def test_watching_ends_with_its_block_and_looks_for_no_nan():
    with views.watch():
        assert tv.tensor(-1.0).log().isnan()
    assert not tv.is_anomaly_enabled()


def test_nothing_cannot_be_shown():
    with pytest.raises(ValueError, match="vertices is empty"):
        graph([])


def test_what_is_no_tensor_has_no_graph():
    with pytest.raises(TypeError, match="graph of a tensor, got float"):
        views.graph(3.0)
