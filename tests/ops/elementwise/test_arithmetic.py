"""Sums, products and quotients, element by element, and the types they have."""

import numpy as np
import pytest

import tinyvision as tv

X = np.array([[-2.5, -1.0, 0.5], [3.0, 0.25, 7.0]])
Y = np.array([[1.5, -2.0, 4.0]])


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


def scalars(function, *arrays):
    """A function of Python numbers, taken through broadcast arrays one place at a time."""
    return np.array([function(*numbers) for numbers in np.broadcast(*arrays)]).reshape(
        np.broadcast_shapes(*[array.shape for array in arrays])
    )


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (tv.add, lambda x, y: x + y),
        (tv.sub, lambda x, y: x - y),
        (tv.mul, lambda x, y: x * y),
        (tv.rsub, lambda x, y: y - x),
    ],
)
def test_two_operands_give_what_python_gives_number_by_number(function, formula):
    np.testing.assert_allclose(function(t(X), t(Y)).numpy(), scalars(formula, X, Y), rtol=1e-15)


def test_the_negative_is_that_of_python():
    assert tv.neg(t(X)).tolist() == [[-x for x in row] for row in X.tolist()]


def test_alpha_multiplies_the_second_operand():
    np.testing.assert_array_equal(tv.add(t([1.0, 2.0]), t([3.0, 4.0]), alpha=10).numpy(), [31, 42])
    np.testing.assert_array_equal(
        tv.sub(t([1.0, 2.0]), t([3.0, 4.0]), alpha=10).numpy(), [-29, -38]
    )


# -- special values ---------------------------------------------------------------------------


def test_infinity_less_infinity_is_nan_without_a_warning():
    assert np.isnan((t([np.inf]) - np.inf).item())


def test_overflow_is_infinite_without_a_warning():
    big = t([3e38], np.float32)
    for answer in (big * 10.0, big + big, big.square(), -big - big, big**2):
        assert np.isinf(answer.item())


# -- types ------------------------------------------------------------------------------------

F16, F32, F64, I8, I32, I64, U8, B = (
    tv.float16, tv.float32, tv.float64, tv.int8, tv.int32, tv.int64, tv.uint8, tv.bool,
)  # fmt: skip

# Written from torch's documentation ("Type promotion", torch.result_type), not from our answers.
# A pair (type, ()) is a tensor without axes; a bare Python number has a kind but no width.
PROMOTION = [
    (F32, F64, F64),
    (F16, F32, F32),
    (F16, I64, F16),
    (F32, I64, F32),
    (U8, I8, tv.int16),
    (U8, I32, I32),
    (I32, I64, I64),
    (B, U8, U8),
    (B, F16, F16),
    (F32, (F64, ()), F32),  # an axis counts before a width of the same kind
    (I8, (I64, ()), I8),
    (F16, (I64, ()), F16),
    (I64, (F64, ()), F64),  # a higher kind counts before an axis
    (B, (I32, ()), I32),
    ((F32, ()), (F64, ()), F64),
    (F32, 2, F32),
    (F32, 2.5, F32),
    (F16, 2.5, F16),
    (F64, 2, F64),
    (I8, 2, I8),
    (I64, 2.5, F32),  # a number alone brings the default type of its kind
    (U8, 2.5, F32),
    (B, 2, I64),
    (B, 2.5, F32),
    (I32, True, I32),
    ((F32, ()), 2.5, F32),
    (F32, np.float64(2.5), F32),  # NumPy's numbers count as Python's
    ((F32, ()), np.float64(2.5), F32),
    ((I64, ()), np.float64(2.5), F32),
    (F16, np.int64(2), F16),
]


def operand(description):
    """A tensor of ones as the table describes it, or the number itself."""
    if isinstance(description, tuple):
        return tv.ones((), dtype=description[0])
    return tv.ones(2, dtype=description) if isinstance(description, np.dtype) else description


@pytest.mark.parametrize(("first", "second", "expected"), PROMOTION)
def test_types_combine_as_torch_documents(first, second, expected):
    x, y = operand(first), operand(second)
    for function in (tv.mul, tv.add, lambda a, b: tv.where(tv.tensor([True]), a, b)):
        assert function(x, y).dtype == expected
        assert function(y, x).dtype == expected


@pytest.mark.parametrize(("first", "second", "expected"), PROMOTION)
def test_quotients_are_floats(first, second, expected):
    quotient = tv.div(operand(first), operand(second))
    assert quotient.dtype == (expected if expected.kind == "f" else F32)


def test_alpha_never_changes_the_type():
    assert tv.add(tv.ones(2), tv.ones(2), alpha=np.float64(0.5)).dtype == F32
    assert tv.sub(tv.ones(2), tv.ones(2), alpha=np.float64(0.5)).dtype == F32


def test_a_fraction_of_an_integer_tensor_is_refused():
    with pytest.raises(RuntimeError, match=r"alpha must be an integer.*, got 0\.5"):
        tv.add(tv.tensor([1, 2]), tv.tensor([1, 2]), alpha=0.5)


@pytest.mark.parametrize("function", [tv.floor_divide, tv.remainder, tv.fmod, tv.pow])
def test_two_booleans_are_refused(function):
    with pytest.raises(RuntimeError, match="not defined for two booleans"):
        function(tv.tensor([True]), tv.tensor([True]))


@pytest.mark.parametrize("other", [tv.tensor([True]), tv.tensor([1.0]), 1, True])
def test_a_boolean_is_never_subtracted(other):
    for x, y in [(tv.tensor([True]), other), (other, tv.tensor([True]))]:
        with pytest.raises(RuntimeError, match="sub is not defined for booleans; use ~x"):
            tv.sub(x, y)


def test_alpha_of_booleans_is_one_or_nothing():
    x, y = tv.tensor([True, False]), tv.tensor([True, True])
    assert tv.add(x, y, alpha=2).tolist() == [True, True]
    assert tv.add(x, y, alpha=0).tolist() == [True, False]
    with pytest.raises(RuntimeError, match="alpha must be a number unless all are booleans"):
        tv.add(tv.tensor([1]), tv.tensor([1]), alpha=True)


@pytest.mark.parametrize("other", [tv.tensor([5], dtype=tv.uint8), 5])
def test_alpha_counts_modulo_the_range_of_an_integer_type(other):
    x = tv.tensor([1], dtype=tv.uint8)
    assert tv.add(x, other, alpha=-3).tolist() == [(1 - 15) % 256]
    assert tv.sub(x, other, alpha=100).tolist() == [(1 - 500) % 256]


def test_positive_is_the_tensor_itself():
    x = t([1.0])
    assert tv.positive(x) is x
    with pytest.raises(RuntimeError, match="positive is not defined for booleans"):
        tv.positive(tv.tensor([True]))


# -- sums of products -------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 0.75, 1.0, -1.0, 2.5])
def test_lerp_goes_the_share_of_the_way_that_is_its_weight(weight):
    start, end = t([1.0, -2.0]), t([5.0, 6.0])
    expected = [1.0 + weight * 4.0, -2.0 + weight * 8.0]
    assert tv.lerp(start, end, weight).tolist() == expected
    assert tv.lerp(start, end, t(weight)).tolist() == expected


def test_lerp_arrives_exactly():
    start, end = t([0.1, 1e20]), t([0.7, 0.3])
    assert tv.lerp(start, end, 1.0).tolist() == end.tolist()
    assert tv.lerp(start, end, t([1.0, 1.0])).tolist() == end.tolist()


def test_lerp_refuses_integers_and_types_that_differ():
    with pytest.raises(TypeError, match="lerp needs floats of one data type, got int64"):
        tv.lerp(tv.tensor([1]), tv.tensor([2]), 0.5)
    with pytest.raises(TypeError, match="got float32, float64"):
        tv.lerp(tv.ones(1), t([1.0]), 0.5)


def test_products_are_added():
    x, y, z = t([1.0, 2.0]), t([3.0]), t([[4.0], [5.0]])
    assert tv.addcmul(x, y, z, value=2).tolist() == [[25.0, 26.0], [31.0, 32.0]]
    assert tv.addcmul(tv.tensor([1]), tv.tensor([2]), tv.tensor([3])).tolist() == [7]


def test_the_negative_of_a_boolean_is_refused():
    with pytest.raises(RuntimeError, match="to invert a mask use ~x"):
        -tv.tensor([True])


@pytest.mark.parametrize("function", [tv.add, tv.sub, tv.mul, tv.div, tv.remainder, tv.pow])
def test_shapes_that_cannot_be_combined_are_named_with_the_axis(function):
    with pytest.raises(
        ValueError, match=r"shapes \(2, 3\) and \(2, 4\).*axis -1 has size 3.*and 4"
    ):
        function(tv.ones(2, 3), tv.ones(2, 4))


def test_what_is_no_number_is_named():
    with pytest.raises(TypeError, match="expected a number, an array or a tensor, got str: 'a'"):
        tv.add(tv.ones(2), "a")
