"""Indexing, gathering and scattering against torch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

INDICES = {
    "integer": lambda t: 1,
    "negative integer": lambda t: -1,
    "two integers": lambda t: (0, 2),
    "slice": lambda t: slice(1, None),
    "slice with a step": lambda t: (slice(None), slice(None, None, 2)),
    "slice past the end": lambda t: slice(1, 99),
    "empty slice": lambda t: slice(2, 1),
    "ellipsis": lambda t: (..., 1),
    "new axis": lambda t: (None, slice(None), None, 1),
    "list": lambda t: [0, 1, 0],
    "tensor": lambda t: t.tensor([1, 0, 1]),
    "tensor of negative places": lambda t: t.tensor([-1, 0, -2]),
    "matrix of places": lambda t: t.tensor([[0, 1], [1, 1]]),
    "tensor after a slice": lambda t: (slice(None), t.tensor([2, 0, 2])),
    "tensors together": lambda t: (t.tensor([0, 1, 1]), t.tensor([2, 0, 2])),
    "tensors that broadcast": lambda t: (t.tensor([[0], [1]]), t.tensor([2, 0, 1])),
    "tensors apart": lambda t: (t.tensor([0, 1]), slice(None), t.tensor([3, 3])),
    "tensor and integer apart": lambda t: (t.tensor([0, 1]), slice(None), 3),
    "tensor after ellipsis": lambda t: (..., t.tensor([3, 3, 0])),
    "tensor and new axis": lambda t: (None, t.tensor([0, 0])),
    "0-d tensor": lambda t: t.tensor(1),
    "0-d tensor within": lambda t: (slice(None), t.tensor(1)),
    "mask of the first axis": lambda t: t.tensor([True, False]),
    "mask of two axes": lambda t: t.tensor([[True, False, True], [False, False, True]]),
    "mask after a slice": lambda t: (slice(None), t.tensor([True, False, True])),
    "mask and integers": lambda t: (t.tensor([True, True]), t.tensor([0, 2])),
    "mask of none": lambda t: t.tensor([False, False]),
    "uint8 places are not a mask": lambda t: t.tensor([0, 1]).to(t.int32),
    "everything": lambda t: ...,
    "empty list": lambda t: [],
    "True": lambda t: True,
    "False": lambda t: False,
}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_indexing_and_its_derivatives_agree(agree, normal, index):
    agree(lambda t, x: (x * x)[index(t)], normal(2, 3, 4))


def square_of_a_copy(t, x, index, value):
    out = (x * x).clone()
    out[index(t)] = value
    return out * out


@pytest.mark.parametrize("name", [name for name in INDICES if name not in ("True", "False")])
def test_assigning_a_number_agrees(agree, normal, name):
    agree(lambda t, x: square_of_a_copy(t, x, INDICES[name], 2.5), normal(2, 3, 4))


@pytest.mark.parametrize(
    "name", ["slice", "integer", "two integers", "tensor after a slice", "everything"]
)
def test_assigning_a_tensor_agrees(agree, normal, name):
    index = INDICES[name]
    if name == "tensor after a slice":
        index = lambda t: (slice(None), t.tensor([2, 0]))  # noqa: E731
    agree(lambda t, x, y: square_of_a_copy(t, x, index, y[0] * y[0]), normal(2, 3, 4), normal(1, 4))


def test_an_element_assigned_through_a_mask_agrees(agree, normal):
    def case(t, x, y):
        out = x.clone()
        out[x > 0] = y
        return out * out

    agree(case, normal(2, 3, 4), np.array(3.0))


PLACES = np.array([[0, 2, 1], [1, 1, 0]])


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_gather_agrees(agree, normal, dim):
    agree(lambda t, x, i: t.gather(x * x, dim, i % x.shape[dim]), normal(4, 3), PLACES)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_scatter_add_agrees(agree, normal, dim):
    # torch derives this only if src has the shape of the index; larger ones agree in values
    for shape, order in (((2, 3), 2), ((3, 5), 0)):
        agree(
            lambda t, x, y, i: t.scatter_add(x * x, dim, i % x.shape[dim], y * y),
            normal(4, 3),
            normal(*shape),
            PLACES,
            order=order,
        )


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_index_select_agrees(agree, normal, dim):
    places = np.array([1, 0, 1])
    agree(lambda t, x, i: t.index_select(x * x, dim, i), normal(4, 3, 2), places)


@pytest.mark.parametrize("dim", [0, 1])
def test_take_along_dim_agrees(agree, normal, dim):
    agree(lambda t, x: t.take_along_dim(x * x, x.argsort(dim=dim), dim), normal(4, 3))


def test_masks_agree(agree, normal):
    def case(t, x):
        mask = x > 0
        return (
            t.masked_select(x * x, mask),
            t.masked_fill(x * x, mask, -1.5),
            x.masked_fill(mask[:, :1], 2),
            t.masked_select(x * x, mask[0]),
        )

    agree(case, normal(4, 3))


def test_filling_with_a_tensor_agrees(agree, normal):
    agree(lambda t, x, y: (x * x).masked_fill(x > 0, y * y), normal(4, 3), np.array(1.5))


def test_the_places_of_what_is_not_zero_agree(agree):
    x = np.array([[0, 3, 0], [1, 0, 2]])
    agree(lambda t, x: (t.nonzero(x), *t.nonzero(x, as_tuple=True), *t.where(x > 1)), x)


@pytest.mark.parametrize("classes", [-1, 4, 7])
def test_one_hot_agrees(agree, classes):
    agree(lambda t, x: t.nn.functional.one_hot(x, classes), np.array([[0, 2], [3, 1]]))


IN_PLACE = {
    "add_": lambda t, x, y: x.add_(y, alpha=2),
    "sub_": lambda t, x, y: x.sub_(y),
    "mul_": lambda t, x, y: x.mul_(y),
    "div_": lambda t, x, y: x.div_(y),
    "pow_": lambda t, x, y: x.pow_(3),
    "neg_": lambda t, x, y: x.neg_(),
    "sqrt_": lambda t, x, y: x.square().sqrt_(),
    "exp_": lambda t, x, y: x.exp_(),
    "log_": lambda t, x, y: x.square().log_(),
    "tanh_": lambda t, x, y: x.tanh_(),
    "sigmoid_": lambda t, x, y: x.sigmoid_(),
    "relu_": lambda t, x, y: x.relu_(),
    "abs_": lambda t, x, y: x.abs_(),
    "clamp_": lambda t, x, y: x.clamp_(-0.5, 0.5),
    "masked_fill_": lambda t, x, y: x.masked_fill_(y > 0, 0.5),
    "copy_": lambda t, x, y: x.copy_(y),
    "fill_": lambda t, x, y: x.fill_(2.0),
    "zero_": lambda t, x, y: x.zero_(),
}


@pytest.mark.parametrize("case", IN_PLACE.values(), ids=IN_PLACE)
def test_changes_in_place_and_their_derivatives_agree(agree, normal, case):
    def changed(t, x, y):
        copy = x * 1.0
        out = case(t, copy, y * 1.0)
        return out * y

    agree(changed, normal(2, 3), normal(3))


OPERATORS = {
    "+=": lambda t, x, y: exec("x += y", {}, {"x": x, "y": y}),
    "-=": lambda t, x, y: exec("x -= y", {}, {"x": x, "y": y}),
    "*=": lambda t, x, y: exec("x *= y", {}, {"x": x, "y": y}),
    "/=": lambda t, x, y: exec("x /= y", {}, {"x": x, "y": y}),
}


@pytest.mark.parametrize("case", OPERATORS.values(), ids=OPERATORS)
def test_augmented_assignment_changes_the_tensor_itself(agree, normal, case):
    def changed(t, x, y):
        copy = x * 1.0
        case(t, copy, y)
        return copy

    agree(changed, normal(2, 3), normal(3))
