"""The picture of a graph: what its boxes say."""

import numpy as np
import pytest

from tinyvision.autograd.graph import Vertex
from tinyvision.viz import computation_graph


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_box_says_name_shape_settings_value_and_gradient():
    x = Vertex("leaf", "x", (2,), np.array([1.0, -2.5]), np.array([0.123, 4.0]))
    y = Vertex("operation", "y = pow", (2,), None, None, [x], {"exponent": 3})
    assert texts(computation_graph([x, y])) == [
        *("x", "(2,)", "value [1, −2.5]", "grad [0.12, 4]"),
        *("y = pow", "(2,)", "exponent 3"),
    ]


def test_values_too_long_to_read_are_left_out():
    x = Vertex("leaf", "x", (9,), np.linspace(0, 1, 9))
    assert texts(computation_graph([x])) == ["x", "(9,)"]


def test_there_is_an_arrow_for_each_input_and_one_for_an_input_used_twice():
    x, y = Vertex("leaf", "x", ()), Vertex("leaf", "y", ())
    z = Vertex("operation", "add", (), inputs=[x, y])
    figure = computation_graph([x, y, z, Vertex("operation", "mul", (), inputs=[z, z])])
    assert sum(type(patch).__name__ == "FancyArrowPatch" for patch in figure.axes[0].patches) == 3


def test_no_vertices_are_refused():
    with pytest.raises(ValueError, match="vertices is empty"):
        computation_graph([])
