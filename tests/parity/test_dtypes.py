"""The data type of a result: torch's promotion, for every pair of operands."""

import itertools

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
NUMBERS = {"a bool": True, "an int": 3, "a float": 2.5}


def operand(library, kind):
    """A tensor of two elements, a 0-d tensor (its type prefixed by '0-d '), or a number."""
    if kind in NUMBERS:
        return NUMBERS[kind]
    shape = () if kind.startswith("0-d ") else (2,)
    name = kind.removeprefix("0-d ")
    return library.tensor(np.ones(shape, name))


TENSORS = [*DTYPES, *[f"0-d {name}" for name in DTYPES]]
KINDS = [*TENSORS, *NUMBERS]


def type_name(tensor):
    return str(tensor.dtype).removeprefix("torch.")


@pytest.mark.parametrize("first", KINDS)
def test_a_sum_has_the_type_torch_gives_it(first):
    for second in KINDS if first in TENSORS else TENSORS:
        theirs = torch.result_type(operand(torch, first), operand(torch, second))
        ours = tv.add(operand(tv, first), operand(tv, second)).dtype
        assert ours.name == str(theirs).removeprefix("torch."), f"{first} + {second}"


OPERATIONS = {
    "a - b": lambda t, a, b: a - b,
    "a * b": lambda t, a, b: a * b,
    "a / b": lambda t, a, b: a / b,
    "a // b": lambda t, a, b: a // b,
    "a % b": lambda t, a, b: a % b,
    "a ** b": lambda t, a, b: a**b,
    "a < b": lambda t, a, b: a < b,
    "a == b": lambda t, a, b: a == b,
    "maximum": lambda t, a, b: t.maximum(a, b),
    "where": lambda t, a, b: t.where(t.tensor(True), a, b),
    "div trunc": lambda t, a, b: t.div(a, b, rounding_mode="trunc"),
    "div floor": lambda t, a, b: t.div(a, b, rounding_mode="floor"),
    "logical_and": lambda t, a, b: t.logical_and(a, b),
    "clamp": lambda t, a, b: t.clamp(a, b, b),
    "a & b": lambda t, a, b: a & b,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_other_operations_of_two_operands_have_the_types_torch_gives_them(name):
    operation = OPERATIONS[name]
    compared = 0
    for first, second in itertools.product(KINDS, KINDS):
        if first in NUMBERS and second in NUMBERS:
            continue
        if name == "a ** b" and {first, second} <= {"bool", "0-d bool", "a bool"}:
            continue  # int8, as in NumPy (torch: bool)
        try:
            theirs = operation(torch, operand(torch, first), operand(torch, second))
        except (RuntimeError, TypeError):
            continue  # torch has no such operation for these
        ours = operation(tv, operand(tv, first), operand(tv, second))
        assert type_name(ours) == type_name(theirs), f"{name} of {first} and {second}"
        compared += 1
    assert compared > 80


REDUCTIONS = {
    "sum": lambda t, a: t.sum(a),
    "sum along": lambda t, a: t.sum(a, 0),
    "prod": lambda t, a: t.prod(a),
    "cumsum": lambda t, a: t.cumsum(a, 0),
    "any": lambda t, a: t.any(a.float()),  # of uint8 torch's any is uint8, ours bool as for others
    "max": lambda t, a: t.max(a),
    "argmax": lambda t, a: t.argmax(a),
    "amin": lambda t, a: t.amin(a),
    "sort": lambda t, a: t.sort(a, stable=True).values,
    "exp": lambda t, a: t.exp(a),
    "sqrt": lambda t, a: t.sqrt(a),
    "sigmoid": lambda t, a: t.sigmoid(a),
    "square": lambda t, a: t.square(a),
    "abs": lambda t, a: t.abs(a),
    "softmax": lambda t, a: t.softmax(a, 0, dtype=None),
    "mean": lambda t, a: t.mean(a),
    "var": lambda t, a: t.var(a),
    "norm": lambda t, a: t.norm(a),
    "a.float()": lambda t, a: a.float(),
    "a.long()": lambda t, a: a.long(),
    "zeros_like": lambda t, a: t.zeros_like(a),
    "new_tensor": lambda t, a: a.new_zeros(3),
    "relu": lambda t, a: t.relu(a),
    "cat with float32": lambda t, a: t.cat([a, t.ones(2)]),
    "cat with int16": lambda t, a: t.cat([a, t.ones(2, dtype=t.int16)]),
    "stack with float64": lambda t, a: t.stack([a, t.ones(2, dtype=t.float64)]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_operations_of_one_operand_have_the_types_torch_gives_them(name, dtype):
    try:
        theirs = REDUCTIONS[name](torch, operand(torch, dtype))
    except (RuntimeError, NotImplementedError):
        pytest.skip("torch has no such operation for this type")
    assert type_name(REDUCTIONS[name](tv, operand(tv, dtype))) == type_name(theirs)


@pytest.mark.parametrize(
    "data",
    [
        *(1, 1.0, True, [1, 2], [1, 2.0], [True, 2], [[1.0], [2.0]], []),
        *(np.float64(1), np.int16(3), [np.float32(1)], np.ones(2), np.ones(2, "float16")),
    ],
    ids=repr,
)
def test_data_become_tensors_of_the_same_type(data):
    assert type_name(tv.tensor(data)) == type_name(torch.tensor(data))


CREATED = {
    "zeros": lambda t: t.zeros(2),
    "ones": lambda t: t.ones(2, 3),
    "full of ints": lambda t: t.full((2,), 7),
    "full of floats": lambda t: t.full((2, 2), 7.0),
    "full of bools": lambda t: t.full((2,), True),
    "arange": lambda t: t.arange(5),
    "arange of floats": lambda t: t.arange(0, 1, 0.25),
    "arange down": lambda t: t.arange(5, 1, -2),
    "linspace": lambda t: t.linspace(0, 1, 7),
    "linspace of one": lambda t: t.linspace(3, 9, 1),
    "eye": lambda t: t.eye(3),
    "eye wide": lambda t: t.eye(2, 3, dtype=t.float64),
    "full_like": lambda t: t.full_like(t.ones(2), 3),
    "ones_like": lambda t: t.ones_like(t.arange(3)),
    "randint type": lambda t: t.randint(0, 1, (3,)),
    "randperm of one": lambda t: t.randperm(1),
    "tril": lambda t: t.tril(t.ones(3, 4), -1),
    "triu": lambda t: t.triu(t.ones(3, 4), 1),
    "new_ones": lambda t: t.zeros(2, dtype=t.float64).new_ones(2, 2),
    "new_tensor": lambda t: t.zeros(2).new_tensor([1, 2]),
}


@pytest.mark.parametrize("case", CREATED.values(), ids=CREATED)
def test_new_tensors_have_the_same_type_and_values(agree, case):
    agree(lambda t: case(t), order=0)
