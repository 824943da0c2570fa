"""The graph behind a tensor: as data, as a text, as a picture; and what a loss does not reach."""

import matplotlib.image
import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import detect_anomaly, draw, unreached
from tinyvision.autograd.graph import graph_of


def leaf(value):
    return tv.tensor(value, requires_grad=True)


@pytest.fixture
def small():
    """An expression of numbers, gone back from while it was watched; and the names in it."""
    w, b, x = leaf(2.0), leaf(-3.0), leaf(1.5)
    with detect_anomaly():
        h = tv.tanh(w * x + b)
        loss = (h - 4.0) ** 2 + w
        loss.backward()
    return loss, {"w": w, "b": b, "x": x, "h": h}


# -- the graph as data ------------------------------------------------------------------------


def test_inputs_come_before_what_is_made_of_them_and_each_once(small):
    loss, names = small
    vertices = graph_of(loss, names)
    seen = set()
    for vertex in vertices:
        assert all(id(x) in seen for x in vertex.inputs)
        assert id(vertex) not in seen
        seen.add(id(vertex))
    assert [v.name for v in vertices if v.kind == "leaf"] == ["w", "x", "b"]
    assert vertices[-1].name == "add"


def test_values_and_gradients_are_those_of_the_formulas(small):
    loss, names = small
    known = {vertex.name: vertex for vertex in graph_of(loss, names)}
    # h = tanh(2 * 1.5 - 3) = 0; loss = (0 - 4)^2 + 2; d/dh = 2 * (0 - 4); tanh' at 0 is 1
    values = {name: known[name].value.item() for name in ("h = tanh", "sub", "pow", "add")}
    assert values == {"h = tanh": 0.0, "sub": -4.0, "pow": 16.0, "add": 18.0}
    gradients = {name: known[name].gradient.item() for name in ("h = tanh", "mul", "b", "w", "x")}
    assert gradients == {"h = tanh": -8.0, "mul": -8.0, "b": -8.0, "w": -11.0, "x": -16.0}
    assert known["pow"].settings == {"exponent": 2}
    assert known["sub"].settings == {"other": 4.0}


def test_what_was_saved_for_backward_is_known_without_the_mode():
    x = leaf([1.0, 2.0])
    vertices = {vertex.name: vertex for vertex in graph_of((x * 2.0).exp().sum())}
    np.testing.assert_array_equal(vertices["exp"].value, np.exp(np.float32([2, 4])))
    assert vertices["mul"].value is None
    assert vertices["mul"].settings == {"other": 2.0}


def test_what_was_saved_and_changed_since_is_not_shown_as_the_value():
    y = leaf([1.0]).exp()
    z = y * 2.0
    y.detach().mul_(5.0)
    assert {v.name: v.value for v in graph_of(z)}["exp"] is None


def test_shapes_are_known_of_every_operation():
    x = leaf(np.ones((2, 3)))
    shapes = [v.shape for v in graph_of((-x).sum(1).reshape(2, 1).t())]
    assert shapes == [(2, 3), (2, 3), (2,), (2, 1), (1, 2)]


def test_a_tensor_given_by_name_shows_its_value_and_the_gradient_it_retains():
    x = leaf([1.0, 2.0])
    y = x + 1.0
    y.retain_grad()
    (y * 3.0).sum().backward()
    vertex = graph_of(y, {"y": y})[-1]
    assert vertex.name == "y = add"
    assert (vertex.value.tolist(), vertex.gradient.tolist()) == ([2.0, 3.0], [3.0, 3.0])


def test_a_leaf_alone_is_a_graph_of_one():
    assert [v.kind for v in graph_of(tv.ones(2))] == ["leaf"]


def test_a_large_graph_is_cut_off_at_the_limit_and_the_rest_counted():
    y = leaf(1.0)
    for _ in range(5_000):
        y = y + 1.0
    vertices = graph_of(y, limit=10)
    assert [v.kind for v in vertices] == ["rest"] + ["operation"] * 10
    assert vertices[0].name == "4991 more"


def test_many_leaves_of_one_operation_are_cut_off_too():
    vertices = graph_of(tv.stack([leaf(1.0) for _ in range(1_000)]), limit=20)
    assert len(vertices) == 21


def test_a_graph_of_two_to_the_60_paths_is_drawn_in_60_steps():
    y = leaf(1.0)
    for _ in range(60):
        y = y + y
    assert len(graph_of(y, limit=100)) == 61
    assert len(draw(y, limit=100).splitlines()) == 121


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: draw(1.0), TypeError, "the graph of a tensor, got float"),
        (lambda: draw(tv.ones(1), names=["w"]), TypeError, r"\{'w': w\}, or a module, got list"),
        (lambda: draw(tv.ones(1), names={"w": 1}), TypeError, "dictionary of tensors"),
        (lambda: draw(tv.ones(1), limit=0), ValueError, "limit must be at least 1, got 0"),
        (lambda: draw(tv.ones(1), "graph.gif"), ValueError, "expected one of .png"),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- as a text --------------------------------------------------------------------------------


def test_the_text_is_a_tree_in_which_shared_parts_are_written_once(small):
    loss, names = small
    assert draw(loss, names=names).splitlines() == [
        "add () = 18, grad 1",
        "├─ pow () with exponent 2 = 16, grad 1",
        "│  ↑ sub () with other 4 = -4, grad -8",
        "│  ↑ h = tanh () = 0, grad -8",
        "│  ↑ add () = 0, grad -8",
        "│  ├─ mul () = 3, grad -8",
        "│  │  ├─ w () = 2, grad -11 #1",
        "│  │  └─ x () = 1.5, grad -16",
        "│  └─ b () = -3, grad -8",
        "└─ w: see #1",
    ]


def test_the_parameters_of_a_module_have_its_names():
    model = tv.nn.Sequential(tv.nn.Linear(2, 1))
    text = draw(model(tv.ones(1, 2)), names=model)
    assert "0.weight (1, 2) = " in text
    assert "0.bias (1,) = " in text


def test_large_values_are_not_written_out():
    text = draw(leaf(np.arange(17.0)).exp())
    assert text.splitlines() == ["exp (17,)", "↑ leaf (17,)"]


# -- as a picture -----------------------------------------------------------------------------


def test_the_picture_is_written_and_its_path_returned(small, tmp_path):
    loss, names = small
    path = draw(loss, tmp_path / "new" / "graph.png", names=names)
    assert path == tmp_path / "new" / "graph.png"
    assert matplotlib.image.imread(path).std() > 0.05


# -- what a loss does not reach ---------------------------------------------------------------


class TwoHeads(tv.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = tv.nn.Linear(2, 2)
        self.head = tv.nn.Linear(2, 1)
        self.forgotten = tv.nn.Linear(2, 1)

    def forward(self, x):
        return self.head(self.body(x))


def test_parameters_that_a_loss_does_not_reach_are_those_without_a_gradient():
    model = TwoHeads()
    loss = model(tv.ones(3, 2)).sum()
    assert unreached(loss, model) == ["forgotten.weight", "forgotten.bias"]
    loss.backward()
    without = [name for name, p in model.named_parameters() if p.grad is None]
    assert unreached(loss, model) == without


def test_frozen_and_detached_parameters_are_unreached():
    model = TwoHeads()
    model.head.bias.requires_grad_(False)
    loss = model.head(model.body(tv.ones(3, 2)).detach()).sum()
    assert set(unreached(loss, model)) == {
        "body.weight", "body.bias", "head.bias", "forgotten.weight", "forgotten.bias",
    }  # fmt: skip


def test_tensors_inside_the_graph_can_be_asked_for_by_name():
    x = leaf(1.0)
    y, z = x * 2.0, x * 3.0
    assert unreached(y + 1.0, {"x": x, "y": y, "z": z}) == ["z"]
