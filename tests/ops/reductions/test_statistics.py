"""Statistics against NumPy."""

import math

import numpy as np
import pytest

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 6))
HOLES = np.where(X > 0.5, np.nan, X)


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@pytest.mark.parametrize("dim", [None, 0, (0, 1)])
def test_nonzeros_are_counted(dim):
    x = np.array([[0, 1, 2], [0, 0, 3]])
    found = tv.count_nonzero(t(x), dim)
    np.testing.assert_array_equal(found.numpy(), np.count_nonzero(x, axis=dim))


@pytest.mark.parametrize("dim", [None, 0, 1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_sums_and_means_pass_over_nan(dim, keepdim):
    total = tv.nansum(t(HOLES), dim, keepdim).numpy()
    np.testing.assert_allclose(total, np.nansum(HOLES, axis=dim, keepdims=keepdim))
    mean = tv.nanmean(t(HOLES), dim, keepdim).numpy()
    np.testing.assert_allclose(mean, np.nanmean(HOLES, axis=dim, keepdims=keepdim))


def test_nan_gets_no_gradient_of_a_sum_that_passes_over_it():
    x = t([1.0, math.nan], requires_grad=True)
    tv.nansum(x).backward()
    assert x.grad.tolist() == [1.0, 0.0]


def test_the_mean_of_nothing_but_nan_is_nan():
    assert math.isnan(tv.nanmean(t([math.nan])).item())


@pytest.mark.parametrize("correction", [0, 1, 2])
@pytest.mark.parametrize("fweights", [None, [1, 2, 1, 3, 1, 1]])
@pytest.mark.parametrize("aweights", [None, [0.5, 1.0, 0.2, 1.0, 2.0, 0.7]])
def test_the_covariance_is_numpys(correction, fweights, aweights):
    found = tv.cov(
        t(X),
        correction=correction,
        fweights=None if fweights is None else t(fweights),
        aweights=None if aweights is None else t(aweights),
    )
    expected = np.cov(X, ddof=correction, fweights=fweights, aweights=aweights)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_the_covariance_of_one_variable_is_its_variance():
    assert tv.cov(t(X[0])).item() == pytest.approx(X[0].var(ddof=1))
    assert tv.cov(t([1, 2, 4])).dtype == tv.float32


def test_the_correlation_is_numpys():
    np.testing.assert_allclose(tv.corrcoef(t(X)).numpy(), np.corrcoef(X), rtol=1e-12)
    assert tv.corrcoef(t(X[0])).item() == 1.0


@pytest.mark.parametrize("p", [0, 1, 2, 3, math.inf])
def test_the_distance_is_the_norm_of_the_difference(p):
    a, b = X[0], X[1]
    assert tv.dist(t(a), t(b), p).item() == pytest.approx(np.linalg.norm(a - b, p))


def test_renorm_shrinks_what_is_too_long_and_leaves_the_rest():
    x = t([[3.0, 0.3], [4.0, 0.4]])
    np.testing.assert_allclose(tv.renorm(x, 2, 1, 1.0).numpy(), [[0.6, 0.3], [0.8, 0.4]], rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.nanmean(t([1])), "nanmean needs floats, got int64"),
        (lambda: tv.cov(tv.zeros(1, 2, 3)), r"cov needs numbers.*shape \(1, 2, 3\)"),
        (lambda: tv.cov(t([True])), "cov needs numbers.*got bool"),
        (lambda: tv.cov(tv.zeros(3), fweights=tv.ones(3)), "fweights must be integers of shape"),
        (lambda: tv.cov(tv.zeros(3), aweights=tv.ones(2)), r"aweights must be floats.*\(3,\)"),
        (lambda: tv.cov(tv.zeros(2), aweights=t([1.0, -2.0])), "must not be negative, got -2.0"),
        (lambda: tv.renorm(tv.zeros(2), 2, 0, 1.0), "renorm needs at least two axes"),
        (lambda: tv.renorm(tv.zeros(2, 2), 0, 0, 1.0), "p must be above 0.*got p=0"),
    ],
)
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(RuntimeError, match=message):
        call()
