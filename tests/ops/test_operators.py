import ast
import inspect
import operator

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.ops.operators import ALIASES, CONVERSIONS, METHODS, OPERATORS, UNARY

ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
LEFT, RIGHT = np.array([7.0, -7.0, 3.0]), np.array([2.0, 3.0, 3.0])


# -- operators --------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", [*ARITHMETIC, *COMPARISONS])
@pytest.mark.parametrize("right", ["tensor", "array", "number", "numpy number"])
def test_an_operator_does_what_numpys_does(symbol, right):
    operate = {**ARITHMETIC, **COMPARISONS}[symbol]
    other = {"number": 2.0, "numpy number": np.float64(2.0)}.get(right, RIGHT)
    result = operate(tv.tensor(LEFT), tv.tensor(RIGHT) if right == "tensor" else other)
    assert isinstance(result, tv.Tensor)
    np.testing.assert_array_equal(result.numpy(), operate(LEFT, other))


@pytest.mark.parametrize("symbol", [*ARITHMETIC, *COMPARISONS])
@pytest.mark.parametrize("left", [2.0, 3, np.float64(2.0), np.array([2.0, 3.0, 4.0])])
def test_a_number_or_an_array_may_stand_on_the_left(symbol, left):
    operate = {**ARITHMETIC, **COMPARISONS}[symbol]
    result = operate(left, tv.tensor(RIGHT))
    assert isinstance(result, tv.Tensor)
    np.testing.assert_array_equal(result.numpy(), operate(left, RIGHT))


@pytest.mark.parametrize("symbol", [*ARITHMETIC, "@"])
@pytest.mark.parametrize("other", [None, {}, {1.0}, object()])
def test_an_operator_refuses_what_is_no_number(symbol, other):
    operate = {**ARITHMETIC, "@": operator.matmul}[symbol]
    for left, right in [(tv.tensor(LEFT), other), (other, tv.tensor(LEFT))]:
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(left, right)


def test_something_else_may_know_how_to_be_operated_with():
    class Knowing:
        def __radd__(self, other):
            return "its own way"

    assert tv.ones(1) + Knowing() == "its own way"


@pytest.mark.parametrize("other", ["text", None, [1.0]])
def test_a_tensor_is_unequal_to_what_is_no_number(other):
    assert (tv.ones(1) == other) is False
    assert (tv.ones(1) != other) is True


def test_matrix_products_take_arrays_on_either_side():
    matrix, vector = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    assert (tv.tensor(matrix) @ vector).tolist() == (matrix @ vector).tolist()
    assert (matrix @ tv.tensor(vector)).tolist() == (matrix @ vector).tolist()


def test_bits_are_combined():
    x, y = tv.tensor([True, True, False]), tv.tensor([True, False, False])
    assert (x & y).tolist() == [True, False, False]
    assert (x | y).tolist() == [True, True, False]
    assert (x ^ y).tolist() == [False, True, False]
    assert (~y).tolist() == [False, True, True]
    assert (6 & tv.tensor([3])).tolist() == [2]
    assert (6 | tv.tensor([3])).tolist() == [7]
    assert (6 ^ tv.tensor([3])).tolist() == [5]


def test_unary_operators():
    x = tv.tensor([-1.5, 2.0])
    assert (-x).tolist() == [1.5, -2.0]
    assert +x is x
    assert abs(x).tolist() == [1.5, 2.0]


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "**"])
def test_operators_are_derived_on_both_sides(symbol):
    operate = ARITHMETIC[symbol]
    x = tv.tensor([1.3, 0.7], dtype=tv.float64, requires_grad=True)
    y = tv.tensor([0.6, 2.1], dtype=tv.float64, requires_grad=True)
    assert tv.autograd.gradcheck(lambda x: operate(x, 1.7), x)
    assert tv.autograd.gradcheck(lambda x: operate(1.7, x), x)
    assert tv.autograd.gradcheck(operate, [x, y])


# -- methods ----------------------------------------------------------------------------------

NAMES = [(module, name) for module, names in METHODS.items() for name in names.split()]


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_method_is_the_function_of_its_name(module, name):
    method, function = getattr(tv.Tensor, name), getattr(module, name)
    assert method.__name__ == name
    assert method.__doc__ == function.__doc__


def test_no_name_is_given_to_two_methods():
    names = [name for _, name in NAMES] + list(CONVERSIONS) + list(ALIASES)
    assert len(set(names)) == len(names)


def test_the_table_replaces_nothing_the_class_defines_itself():
    """What stands in tensor.py and in the table as well would be lost silently."""
    (definition,) = ast.parse(inspect.getsource(tv.Tensor)).body
    own = {item.name for item in definition.body if isinstance(item, ast.FunctionDef)}
    assert {"backward", "item"} <= own
    assert own.isdisjoint({*OPERATORS, *UNARY, *CONVERSIONS, *ALIASES, *(n for _, n in NAMES)})


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_an_alias_is_the_same_method(alias, name):
    assert getattr(tv.Tensor, alias) is getattr(tv.Tensor, name)


def test_a_method_passes_on_positions_and_keywords():
    x = tv.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.sum(1, keepdim=True).tolist() == x.sum(dim=1, keepdim=True).tolist() == [[3], [7]]
    assert x.add(1, alpha=10).tolist() == [[11, 12], [13, 14]]
    assert x.add(other=x).tolist() == [[2, 4], [6, 8]]


def test_where_keeps_the_tensor_itself_where_the_condition_holds():
    x = tv.tensor([-1.0, 2.0])
    assert x.where(x > 0, 7.0).tolist() == [7, 2]


def test_transposes_are_properties():
    x = tv.zeros(2, 3, 4)
    assert x.T.shape == (4, 3, 2)
    assert x.mT.shape == (2, 4, 3)


# -- types ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "dtype"), CONVERSIONS.items())
def test_a_conversion_has_the_name_of_its_type(name, dtype):
    assert getattr(tv.tensor([0.0, 1.5]), name)().dtype == dtype
    assert getattr(tv.tensor([True]), name)().dtype == dtype


def test_a_conversion_to_the_same_type_is_the_tensor_itself():
    x = tv.zeros(1)
    assert x.float() is x
    assert x.to(tv.float32) is x
    assert x.to("cpu") is x
    assert x.to(tv.float32, copy=True) is not x


@pytest.mark.parametrize(
    "convert",
    [
        lambda x: x.to(tv.float64),
        lambda x: x.to("float64"),
        lambda x: x.to(dtype=tv.float64),
        lambda x: x.to("cpu", tv.float64),
        lambda x: x.to(device="cpu", dtype=tv.float64),
        lambda x: x.to(tv.zeros(1, dtype=tv.float64)),
        lambda x: x.to(tv.float64, non_blocking=True),
        lambda x: x.type(tv.float64),
        lambda x: x.type_as(tv.zeros(1, dtype=tv.float64)),
    ],
)
def test_to_understands_types_tensors_and_the_cpu(convert):
    assert convert(tv.tensor([1.5])).dtype == np.float64


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "mps"])
def test_another_device_is_refused(device):
    with pytest.raises(ValueError, match=f"on the CPU only, got device '{device}'"):
        tv.zeros(1).to(device)
    with pytest.raises(ValueError, match="CPU only"):
        tv.zeros(1).to(device=device)


def test_a_misspelt_option_of_to_is_refused():
    with pytest.raises(TypeError, match="dtpye"):
        tv.zeros(1).to(dtpye=tv.float64)


def test_a_conversion_between_floats_is_derived():
    x = tv.tensor([1.0, 2.0], requires_grad=True)
    (x.double() * 3).sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [3, 3]
