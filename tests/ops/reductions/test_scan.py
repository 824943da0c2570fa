"""Scans against loops and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.ops.base.recurrence import recur, recur_back

X = np.random.default_rng(0).normal(size=(3, 5))
NAN = math.nan


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize(("function", "ufunc"), [(tv.cumsum, np.add), (tv.cumprod, np.multiply)])
def test_running_sums_and_products_run_along_the_axis(function, ufunc, dim):
    np.testing.assert_allclose(function(t(X), dim).numpy(), ufunc.accumulate(X, dim), rtol=1e-14)


@pytest.mark.parametrize("function", [tv.cumsum, tv.cumprod])
@pytest.mark.parametrize("dtype", [tv.int32, tv.uint8, tv.bool])
def test_integers_and_booleans_scan_to_int64(function, dtype):
    assert function(tv.ones(3, dtype=dtype), 0).dtype == tv.int64


def test_a_scan_converts_first_where_a_type_is_given():
    assert tv.cumprod(t([200, 200], dtype=tv.uint8), 0, dtype=tv.float32).tolist() == [200, 40000]


@pytest.mark.parametrize("function", [tv.cumsum, tv.cumprod, tv.logcumsumexp])
def test_a_number_is_its_own_scan(function):
    assert function(tv.tensor(0.5), 0).item() == pytest.approx(0.5)


def test_the_gradient_of_a_running_product_is_exact_where_factors_are_zero():
    x = t([2.0, 0.0, 3.0, 0.0], requires_grad=True)
    tv.cumprod(x, 0).backward(t([1.0, 10.0, 100.0, 1000.0]))
    # d(2x)/dx of the first zero reaches the products before the second one only
    assert x.grad.tolist() == [1.0, 10 * 2.0 + 100 * 6.0, 0.0, 0.0]


def test_logcumsumexp_neither_overflows_nor_vanishes():
    found = tv.logcumsumexp(t([1000.0, 1000.0, -1000.0]), 0).numpy()
    np.testing.assert_allclose(found, [1000.0, 1000 + math.log(2), 1000 + math.log(2)])


def test_the_gradient_of_logcumsumexp_is_a_share_also_of_large_numbers():
    x = t([1000.0, 1000.0, 2000.0], requires_grad=True)
    tv.logcumsumexp(x, 0).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [1.5, 0.5, 1.0])


def test_minus_infinity_has_no_share_in_logcumsumexp():
    x = t([-np.inf, -np.inf, 0.0], requires_grad=True)
    y = tv.logcumsumexp(x, 0)
    assert y.tolist() == [-math.inf, -math.inf, 0.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 1.0]


@given(st.lists(st.sampled_from([-1.0, 0.0, 2.0, NAN]), min_size=1, max_size=6))
def test_the_largest_so_far_is_the_last_of_equal_ones_and_nan_stays(values):
    best, place = -math.inf, 0
    expected = []
    for i, value in enumerate(values):
        if value != value or (best == best and value >= best):
            best, place = value, i
        expected.append((best, place))
    found = tv.cummax(t(values), 0)
    np.testing.assert_array_equal(found.values.numpy(), [value for value, _ in expected])
    assert found.indices.tolist() == [place for _, place in expected]


def test_the_smallest_so_far_is_the_largest_of_the_opposite():
    low, high = tv.cummin(t(X), 1), tv.cummax(t(-X), 1)
    np.testing.assert_array_equal(low.values.numpy(), -high.values.numpy())
    np.testing.assert_array_equal(low.indices.numpy(), high.indices.numpy())


def test_the_largest_so_far_of_a_number_is_itself():
    assert tv.cummax(tv.tensor(3.0), 0).indices.item() == 0


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("dim", [0, 1])
def test_differences_are_numpys(n, dim):
    np.testing.assert_array_equal(tv.diff(t(X), n, dim).numpy(), np.diff(X, n, axis=dim))


def test_differences_with_something_before_and_behind():
    found = tv.diff(t([3.0, 5.0]), prepend=t([1.0]), append=t([9.0, 10.0]))
    assert found.tolist() == [2.0, 2.0, 4.0, 1.0]


def test_booleans_differ_or_not():
    assert tv.diff(t([True, False, False])).tolist() == [True, False]


def test_a_recurrence_is_its_loop_and_its_adjoint_runs_back():
    a, b = np.random.default_rng(1).normal(size=(2, 6))
    forth, back = [0.0], [0.0]
    for i in range(6):
        forth.append(a[i] * forth[-1] + b[i])
        back.append((a[6 - i] if i else 0.0) * back[-1] + b[5 - i])
    np.testing.assert_allclose(recur(a, b, axis=0), forth[1:])
    np.testing.assert_allclose(recur_back(a, b, axis=0), back[:0:-1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tv.logcumsumexp(t([1]), 0), RuntimeError, "logcumsumexp needs floats, got int64"),
        (lambda: tv.diff(tv.tensor(1.0)), RuntimeError, "diff needs a tensor with at least one"),
        (lambda: tv.diff(t([1.0]), -1), RuntimeError, "n must be at least 0, got -1"),
        (lambda: tv.cumprod(t([1.0]), 1), IndexError, "dim 1 is out of range"),
    ],
)
def test_what_cannot_be_scanned_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
