import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.ops.base.promote import (
    as_type,
    check_broadcast,
    check_dim,
    check_dims,
    promoted,
    promoted_floating,
    result_type,
)

# torch's table of promotion between tensors with axes:
# https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
TYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
TABLE = """
bool    uint8   int8    int16   int32   int64   float16 float32 float64
uint8   uint8   int16   int16   int32   int64   float16 float32 float64
int8    int16   int8    int16   int32   int64   float16 float32 float64
int16   int16   int16   int16   int32   int64   float16 float32 float64
int32   int32   int32   int32   int32   int64   float16 float32 float64
int64   int64   int64   int64   int64   int64   float16 float32 float64
float16 float16 float16 float16 float16 float16 float16 float32 float64
float32 float32 float32 float32 float32 float32 float32 float32 float64
float64 float64 float64 float64 float64 float64 float64 float64 float64
"""
PAIRS = [
    (one, two, TABLE.split()[i * 9 + j])
    for i, one in enumerate(TYPES)
    for j, two in enumerate(TYPES)
]


@pytest.mark.parametrize("shape", [(2,), ()])
@pytest.mark.parametrize(("one", "two", "common"), PAIRS)
def test_two_tensors_meet_in_torchs_common_type(one, two, common, shape):
    x, y = tv.zeros(shape, dtype=one), tv.zeros(shape, dtype=two)
    assert result_type(x, y) == common
    assert [operand.dtype for operand in promoted(x, y)] == [common, common]


KINDS = {"bool": 0, "uint8": 1, "int8": 1, "int16": 1, "int32": 1, "int64": 1}


@pytest.mark.parametrize(("one", "two", "common"), PAIRS)
def test_a_tensor_without_axes_decides_only_if_it_is_of_a_higher_kind(one, two, common):
    x, y = tv.zeros(2, dtype=one), tv.zeros((), dtype=two)
    expected = two if KINDS.get(two, 2) > KINDS.get(one, 2) else one
    assert result_type(x, y) == result_type(y, x) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (True, dict.fromkeys(TYPES)),
        (2, {"bool": "int64"}),
        (2.0, dict.fromkeys(TYPES[:6], "float32")),
    ],
)
@pytest.mark.parametrize("dtype", TYPES)
def test_a_python_number_never_widens_a_type_of_its_kind(number, expected, dtype):
    for shape in [(2,), ()]:
        x = tv.zeros(shape, dtype=dtype)
        assert result_type(x, number) == result_type(number, x) == (expected.get(dtype) or dtype)


@pytest.mark.parametrize(
    "number", [2, 2.0, True, np.float64(2.0), np.float32(2.0), np.int64(2), np.float64(0.1)]
)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_no_number_changes_the_type_of_floats(number, dtype):
    x = tv.ones(2, dtype=dtype)
    for result in (x + number, number + x, x * number, x / number, number / x):
        assert result.dtype == dtype
    if number is not True:  # which is not subtracted
        assert (number - x).dtype == dtype
    for result in (x**2, 2**x, tv.maximum(x, tv.tensor(2.0)), tv.where(x > 0, x, 0.5)):
        assert result.dtype == dtype


def test_a_gradient_keeps_the_type_of_its_own_operand():
    x = tv.ones(2, dtype=tv.float32, requires_grad=True)
    y = tv.ones(2, dtype=tv.float64, requires_grad=True)
    result = x * y
    assert result.dtype == np.float64
    result.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


def test_division_makes_floats_of_integers():
    for one, two in [(tv.tensor([7]), 2), (7, tv.tensor([2])), (tv.tensor([7]), tv.tensor([2]))]:
        result = one / two
        assert result.dtype == np.float32
        assert result.tolist() == [3.5]
        assert result_type(*promoted_floating(one, two)) == np.float32


@pytest.mark.parametrize("other", ["text", None, 1j, [1.0]])
def test_an_operand_that_is_no_number_is_named(other):
    with pytest.raises(TypeError, match=f"got {type(other).__name__}"):
        tv.add(tv.ones(1), other)


def test_two_operands_that_are_no_tensors_are_refused():
    with pytest.raises(TypeError, match="expected a tensor, got int and float"):
        result_type(1, 2.0)


def test_as_type_gives_back_what_has_the_type():
    x = tv.zeros(2)
    assert as_type(x, "float32") is x
    assert as_type(x, np.float64).dtype == np.float64


# -- shapes -----------------------------------------------------------------------------------

sizes = st.lists(st.sampled_from([0, 1, 2, 3]), max_size=4).map(tuple)


@given(sizes, sizes)
def test_shapes_combine_if_and_only_if_numpys_do(a, b):
    try:
        np.broadcast_shapes(a, b)
    except ValueError:
        with pytest.raises(ValueError, match="cannot be combined: axis -"):
            check_broadcast(a, b)
    else:
        check_broadcast(a, b)


def test_shapes_that_cannot_be_combined_are_explained():
    with pytest.raises(
        ValueError,
        match=r"\(2, 3\) and \(2, 4\) cannot be combined: axis -1 has size 3 in one and 4 ",
    ):
        tv.ones(2, 3) + tv.ones(2, 4)


# -- axes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dim", "ndim", "axis"), [(0, 3, 0), (2, 3, 2), (-1, 3, 2), (-3, 3, 0), (0, 0, 0), (-1, 0, 0)]
)
def test_an_axis_is_counted_from_the_front(dim, ndim, axis):
    assert check_dim(dim, ndim) == axis
    assert check_dim(np.int64(dim), ndim) == axis


@pytest.mark.parametrize(("dim", "ndim"), [(3, 3), (-4, 3), (1, 0), (-2, 0)])
def test_an_axis_there_is_not_is_named(dim, ndim):
    message = f"dim {dim} is out of range for a tensor of {ndim} axes"
    with pytest.raises(IndexError, match=message):
        check_dim(dim, ndim)
    with pytest.raises(IndexError, match=message):
        check_dims(dim, ndim)
    with pytest.raises(IndexError, match=message):
        check_dims((dim,), ndim)


@pytest.mark.parametrize("dim", [1.0, "0", True, tv.tensor(0)])
def test_an_axis_is_an_integer(dim):
    with pytest.raises(TypeError, match="dim must be an integer, got"):
        check_dim(dim, 3)


@pytest.mark.parametrize(
    ("dim", "axes"),
    [
        (None, (0, 1, 2)),
        ((), (0, 1, 2)),
        (1, (1,)),
        (-1, (2,)),
        ((0, -1), (0, 2)),
        ([2, 0], (2, 0)),
    ],
)
def test_several_axes_are_counted_from_the_front(dim, axes):
    assert check_dims(dim, 3) == axes


def test_a_tensor_without_axes_has_none_to_name():
    assert check_dims(None, 0) == check_dims(0, 0) == check_dims((-1,), 0) == ()


def test_an_axis_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"dim \(0, -3\) names an axis twice"):
        check_dims((0, -3), 3)


@pytest.mark.parametrize(
    "name",
    [
        *("maximum", "minimum", "fmax", "fmin", "atan2", "ldexp", "isclose"),
        *("logical_and", "logical_or", "logical_xor"),
    ],
)
def test_functions_of_two_tensors_take_no_number(name):
    for operands in [(tv.ones(1), 2), (2, tv.ones(1))]:
        with pytest.raises(
            TypeError, match=rf"{name} needs two tensors, got the number 2; use tv\.tensor\(2\)"
        ):
            getattr(tv, name)(*operands)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32"])
@pytest.mark.parametrize("number", [300, -1, 2**40 + 7, -(2**63), 2**64 - 1])
def test_an_integer_beside_a_tensor_counts_modulo_its_range(dtype, number):
    bits, low = 8 * np.dtype(dtype).itemsize, int(np.iinfo(dtype).min)
    expected = (5 + number - low) % 2**bits + low
    for found in (tv.tensor([5], dtype=dtype) + number, number + tv.tensor([5], dtype=dtype)):
        assert (found.tolist(), found.dtype) == ([expected], dtype)


def test_comparisons_take_a_number_as_it_is():
    """torch wraps it here as well, and says that 200 < 300 is false."""
    assert (tv.tensor([200], dtype=tv.uint8) < 300).tolist() == [True]
    assert (tv.tensor([44], dtype=tv.uint8) == 300).tolist() == [False]


def test_an_integer_of_more_than_64_bits_is_refused():
    with pytest.raises(OverflowError, match=r"needs more than 64 bits.*x\.double\(\)"):
        tv.tensor([1]) + 2**64


def test_what_is_stored_must_fit():
    with pytest.raises(RuntimeError, match=r"300 lies outside the range of uint8, 0\.\.255"):
        tv.zeros(1, dtype=tv.uint8).fill_(300)
    assert tv.zeros(1).fill_(float("inf")).tolist() == [float("inf")]
