"""Order statistics against NumPy and SciPy."""

import math

import numpy as np
import pytest
import scipy.stats

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(4, 7, 3))
NAN = math.nan


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_the_kth_value_is_the_kth_of_the_sorted(dim, keepdim):
    values, indices = tv.kthvalue(t(X), 3, dim, keepdim)
    expected = np.sort(X, axis=dim).take([2], axis=dim)
    wide = indices.numpy() if keepdim else np.expand_dims(indices.numpy(), dim)
    np.testing.assert_array_equal(np.take_along_axis(X, wide, dim), expected)
    np.testing.assert_array_equal(values.numpy(), expected if keepdim else expected.squeeze(dim))


@pytest.mark.parametrize("dim", [0, 1, 2])
def test_the_median_of_an_even_number_is_the_lower_one(dim):
    lower = np.sort(X, axis=dim).take((X.shape[dim] - 1) // 2, axis=dim)
    np.testing.assert_array_equal(tv.median(t(X), dim).values.numpy(), lower)


def test_the_median_of_all_is_one_number():
    assert tv.median(t(X)).item() == np.sort(X.ravel())[(X.size - 1) // 2]


def test_equal_medians_share_the_gradient():
    x = t([1.0, 2.0, 2.0, 3.0], requires_grad=True)
    tv.median(x).backward()
    assert x.grad.tolist() == [0.0, 0.5, 0.5, 0.0]


@pytest.mark.parametrize("dim", [None, 0])
def test_nan_is_the_median_unless_it_is_passed_over(dim):
    x = t([4.0, NAN, 1.0, 2.0])
    found, passed = tv.median(x, dim), tv.nanmedian(x, dim)
    if dim is not None:
        assert (found.indices.item(), passed.indices.item()) == (1, 3)
        found, passed = found.values, passed.values
    assert math.isnan(found.item())
    assert passed.item() == 2.0


def test_of_nothing_but_nan_every_median_is_nan():
    assert math.isnan(tv.nanmedian(t([NAN, NAN])).item())
    assert math.isnan(tv.median(tv.zeros(0)).item())


@pytest.mark.parametrize("dim", [0, 1])
def test_the_mode_is_scipys_and_stands_where_the_index_says(dim):
    x = np.random.default_rng(0).integers(0, 4, (9, 8))
    values, indices = tv.mode(t(x), dim)
    np.testing.assert_array_equal(values.numpy(), scipy.stats.mode(x, axis=dim).mode)
    picked = np.take_along_axis(x, np.expand_dims(indices.numpy(), dim), dim).squeeze(dim)
    np.testing.assert_array_equal(picked, values.numpy())


def test_the_mode_stands_last_where_it_stands_several_times():
    assert tv.mode(t([7, 5, 7, 5, 7, 1])).indices.item() == 4


def test_the_mode_of_no_lines_is_empty():
    assert tv.mode(tv.zeros(0, 3)).values.shape == (0,)


QUANTILES = np.array([0.0, 0.1, 0.5, 0.77, 1.0])


@pytest.mark.parametrize("method", ["linear", "lower", "higher", "midpoint", "nearest"])
@pytest.mark.parametrize("dim", [None, 0, 1, -1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_quantiles_are_numpys(method, dim, keepdim):
    found = tv.quantile(t(X), t(QUANTILES), dim, keepdim, interpolation=method)
    expected = np.quantile(X, QUANTILES, axis=dim, keepdims=keepdim, method=method)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-13)


def test_one_quantile_has_no_axis_of_its_own():
    assert tv.quantile(t(X), 0.3, 1).shape == (4, 3)
    assert tv.quantile(tv.tensor(2.0), 0.3).item() == 2.0


def test_nan_is_every_quantile_unless_it_is_passed_over():
    x = np.where(X > 1.0, NAN, X)
    found = tv.quantile(t(x), t(QUANTILES), 1).numpy()
    np.testing.assert_allclose(found, np.quantile(x, QUANTILES, axis=1), rtol=1e-13)
    found = tv.nanquantile(t(x), t(QUANTILES), 1).numpy()
    np.testing.assert_allclose(found, np.nanquantile(x, QUANTILES, axis=1), rtol=1e-13)


def test_a_quantile_has_a_slope_in_its_share():
    q = tv.tensor(0.6, requires_grad=True)
    tv.quantile(tv.tensor([1.0, 2.0, 5.0]), q).backward()
    assert q.grad.item() == pytest.approx(3.0 * 2)  # 3 from one element to the next, 2 steps


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tv.kthvalue(t([1.0]), 2), RuntimeError, r"k=2, but dim -1 has 1 elements"),
        (lambda: tv.kthvalue(t([1.0]), 0), RuntimeError, r"k=0.*k is 1\.\.1"),
        (lambda: tv.median(tv.zeros(0, 3), 0), IndexError, r"median: dim 0.*has no elements"),
        (lambda: tv.median(t([True])), RuntimeError, "median is not defined for booleans"),
        (lambda: tv.mode(tv.zeros(0, 3), 0), IndexError, "mode: dim 0.*has no elements"),
        (lambda: tv.quantile(tv.zeros(0), 0.5), RuntimeError, "quantile of no elements"),
        (lambda: tv.quantile(t([1.0]), 1.5), RuntimeError, "q must be from 0 to 1, got 1.5"),
        (lambda: tv.quantile(t([1.0]), NAN), RuntimeError, "q must be from 0 to 1, got nan"),
        (lambda: tv.quantile(t([1]), 0.5), RuntimeError, "needs float32 or float64, got int64"),
        (
            lambda: tv.quantile(t([1.0]), tv.ones(1)),
            RuntimeError,
            "q is float32, the input float64",
        ),
        (lambda: tv.quantile(tv.ones(1), tv.ones(1, 1)), RuntimeError, "q must be a number or"),
        (
            lambda: tv.quantile(t([1.0]), 0.5, interpolation="cubic"),
            ValueError,
            "must be one of linear, lower, higher, midpoint, nearest, got 'cubic'",
        ),
    ],
)
def test_what_has_no_order_statistic_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
