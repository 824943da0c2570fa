"""Powers, roots and reciprocals, element by element."""

import math

import numpy as np
import pytest

import tinyvision as tv

X = np.array([[-2.5, -1.0, 0.5], [3.0, 0.25, 7.0]])


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


def slope(function, *values):
    """The gradients of the sum of the answer with respect to each value."""
    leaves = [t(value, requires_grad=True) for value in values]
    function(*leaves).sum().backward()
    return [leaf.grad.numpy() for leaf in leaves]


def scalars(function, *arrays):
    """A function of Python numbers, taken through broadcast arrays one place at a time."""
    return np.array([function(*numbers) for numbers in np.broadcast(*arrays)]).reshape(
        np.broadcast_shapes(*[array.shape for array in arrays])
    )


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (tv.square, lambda x: x * x),
        (tv.sqrt, math.sqrt),
        (tv.rsqrt, lambda x: 1 / math.sqrt(x)),
        (tv.reciprocal, lambda x: 1 / x),
    ],
)
def test_one_operand_gives_what_python_gives_number_by_number(function, formula):
    x = np.abs(X)
    np.testing.assert_allclose(function(t(x)).numpy(), scalars(formula, x), rtol=1e-15)


def test_pow_gives_what_python_gives():
    exponents = np.array([[2.0, -1.0, 0.5], [3.0, 0.0, -2.5]])
    bases = np.abs(X)
    found = tv.pow(t(bases), t(exponents)).numpy()
    np.testing.assert_allclose(found, scalars(math.pow, bases, exponents), rtol=1e-14)


def test_the_root_of_a_negative_number_is_nan():
    assert np.isnan(tv.sqrt(t([-1.0])).item())


def test_the_slope_of_the_root_at_zero_is_infinite():
    assert slope(tv.sqrt, [0.0])[0] == np.inf


def test_the_slope_of_x_to_the_zeroth_is_zero_also_at_zero():
    np.testing.assert_array_equal(slope(lambda x: x**0, [0.0, 2.0])[0], [0, 0])
    np.testing.assert_array_equal(slope(lambda x: x ** t([0.0, 0.0]), [0.0, 2.0])[0], [0, 0])


def test_the_slope_of_zero_to_the_power_of_y_is_zero():
    np.testing.assert_array_equal(slope(lambda y: 0.0**y, [0.0, 1.0, 2.0])[0], [0, 0, 0])
    np.testing.assert_array_equal(slope(lambda y: t([0.0]) ** y, [1.0, 2.0])[0], [0, 0])


def test_squares_of_zero_have_slope_zero_and_curvature_two():
    x = t([0.0], requires_grad=True)
    (first,) = tv.autograd.grad(x**2, x, create_graph=True)
    (second,) = tv.autograd.grad(first, x)
    assert (first.item(), second.item()) == (0.0, 2.0)


def test_an_infinite_gradient_through_a_constant_power_stays_zero():
    x = t([1.0], requires_grad=True)
    (x**0).backward(t([np.inf]))
    assert x.grad.item() == 0.0


def test_pow_of_a_negative_base_has_the_slope_of_the_polynomial():
    np.testing.assert_allclose(slope(lambda x: x**3, [-2.0])[0], [12.0])


# -- types ------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [tv.neg, tv.square, tv.sqrt, tv.rsqrt, tv.reciprocal])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_keep_their_type(function, dtype):
    assert function(tv.ones(2, dtype=dtype)).dtype == dtype


@pytest.mark.parametrize("function", [tv.sqrt, tv.rsqrt, tv.reciprocal])
@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_roots_and_reciprocals_of_integers_are_float32(function, dtype):
    assert function(tv.ones(2, dtype=dtype)).dtype == tv.float32


def test_squares_of_integers_are_integers():
    found = tv.square(tv.tensor([3, -4]))
    assert (found.dtype, found.tolist()) == (tv.int64, [9, 16])


def test_an_integer_to_a_negative_power_is_refused():
    with pytest.raises(RuntimeError, match=r"negative power.*x\.float\(\)"):
        tv.tensor([2, 3]) ** -1


# -- what builds on powers --------------------------------------------------------------------


def test_float_power_is_float64_whatever_it_is_given():
    for base, exponent in [(tv.tensor([2, 4]), -1), (tv.tensor([2.0, 4.0]), tv.tensor([-1]))]:
        found = tv.float_power(base, exponent)
        assert (found.dtype, found.tolist()) == (tv.float64, [0.5, 0.25])
    assert tv.float_power(2, tv.tensor([3])).tolist() == [8.0]


def test_ldexp_multiplies_by_a_power_of_two():
    x, powers = [0.75, -3.0, 1.0], [2, -1, 10]
    expected = [math.ldexp(a, b) for a, b in zip(x, powers, strict=True)]
    assert tv.ldexp(t(x), tv.tensor(powers)).tolist() == expected
    assert tv.ldexp(tv.tensor([3]), tv.tensor([2])).dtype == tv.float32


def test_hypot_is_that_of_python_and_does_not_overflow():
    x, y = [3.0, -5.0, 0.0, 1e300], [4.0, 12.0, 0.0, 1e300]
    expected = [math.hypot(a, b) for a, b in zip(x, y, strict=True)]
    np.testing.assert_allclose(tv.hypot(t(x), t(y)).numpy(), expected, rtol=1e-15)
