"""Scattering against loops."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4, 2))


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@st.composite
def calls(draw):
    axis = draw(st.integers(0, 2))
    sizes = [draw(st.integers(0, size)) for size in X.shape]
    sizes[axis] = draw(st.integers(0, 6))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    index = rng.integers(0, X.shape[axis], sizes)
    return axis, index, rng.normal(size=[size + 1 for size in sizes])


def met(axis, index, src):
    """What is scattered to each place, in order."""
    found = {place: [] for place in np.ndindex(X.shape)}
    for place in np.ndindex(index.shape):
        found[(*place[:axis], int(index[place]), *place[axis + 1 :])].append(src[place])
    return found


@given(calls())
def test_the_last_value_scattered_to_a_place_stays(call):
    axis, index, src = call
    expected = X.copy()
    for place, values in met(*call).items():
        expected[place] = [X[place], *values][-1]
    np.testing.assert_array_equal(tv.scatter(t(X), axis, t(index), t(src)).numpy(), expected)


REDUCTIONS = {
    "sum": sum,
    "prod": lambda values: functools.reduce(lambda a, b: a * b, values),
    "mean": lambda values: sum(values) / len(values),
    "amax": max,
    "amin": min,
}


@pytest.mark.parametrize("reduce", REDUCTIONS)
@pytest.mark.parametrize("include_self", [True, False])
@given(calls())
def test_what_meets_at_a_place_is_reduced(reduce, include_self, call):
    axis, index, src = call
    expected = X.copy()
    for place, values in met(*call).items():
        if values:
            expected[place] = REDUCTIONS[reduce]([X[place]] * include_self + values)
    found = tv.scatter_reduce(t(X), axis, t(index), t(src), reduce, include_self=include_self)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_one_number_can_be_scattered_added_and_multiplied():
    index = t([0, 2])
    assert tv.scatter(tv.ones(3), 0, index, 5.0).tolist() == [5.0, 1.0, 5.0]
    assert tv.scatter(tv.ones(3), 0, index, value=5.0).tolist() == [5.0, 1.0, 5.0]
    assert tv.scatter(tv.ones(3), 0, index, 5.0, reduce="add").tolist() == [6.0, 1.0, 6.0]
    assert tv.scatter(tv.full((3,), 2.0), 0, index, 5.0, reduce="multiply").tolist() == [10, 2, 10]


def test_the_mean_of_integers_is_rounded_down():
    found = tv.scatter_reduce(t([0, 9]), 0, t([0]), t([-1]), "mean")
    assert found.tolist() == [-1, 9]


def test_only_the_value_that_stays_gets_a_gradient():
    src = t([1.0, 2.0], requires_grad=True)
    tv.scatter(t([0.0]), 0, t([0, 0]), src).sum().backward()
    assert src.grad.tolist() == [0.0, 1.0]


def test_equal_extremes_share_the_gradient_with_what_was_there():
    x, src = t([5.0], requires_grad=True), t([5.0, 5.0, 1.0], requires_grad=True)
    tv.scatter_reduce(x, 0, t([0, 0, 0]), src, "amax").backward(t([3.0]))
    assert x.grad.tolist() == [1.0]
    assert src.grad.tolist() == [1.0, 1.0, 0.0]


def test_the_gradient_of_a_product_is_exact_where_a_factor_is_zero():
    src = t([0.0, 3.0, 2.0], requires_grad=True)
    tv.scatter_reduce(t([1.0, 1.0]), 0, t([0, 0, 1]), src, "prod").sum().backward()
    assert src.grad.tolist() == [3.0, 0.0, 1.0]


def test_a_number_counts_as_one_element():
    assert tv.scatter(tv.tensor(5.0), 0, t(0), tv.tensor(7.0)).item() == 7.0
    assert tv.scatter_add(tv.tensor(5.0), 0, t(0), tv.tensor(7.0)).item() == 12.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda i: tv.scatter(tv.zeros(3), 0, i), TypeError, "needs src or value"),
        (
            lambda i: tv.scatter(tv.zeros(3), 0, i, 1.0, reduce="sum"),
            ValueError,
            "reduce must be 'add' or 'multiply', got 'sum'",
        ),
        (
            lambda i: tv.scatter_reduce(tv.zeros(3), 0, i, tv.ones(2), "max"),
            ValueError,
            "must be one of sum, prod, mean, amax, amin, got 'max'",
        ),
        (
            lambda i: tv.scatter(tv.zeros(3), 0, i, tv.ones(2, dtype=tv.float64)),
            RuntimeError,
            "src is float64, the input float32",
        ),
        (lambda i: tv.scatter(tv.zeros(3), 0, i, tv.ones(1)), ValueError, "the tensor only 1"),
        (lambda i: tv.scatter(tv.zeros(3), 0, i, tv.ones(2, 1)), ValueError, "the tensor 2"),
        (lambda i: tv.scatter(tv.zeros(3), 0, i - 1, 1.0), IndexError, r"names places -1\.\.1"),
    ],
)
def test_what_cannot_be_scattered_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(t([0, 2]))
