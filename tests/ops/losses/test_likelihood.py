"""Losses that are likelihoods, against the formulas and SciPy's distributions."""

import math
import re

import numpy as np
import pytest
from scipy import special, stats

import tinyvision as tv
import tinyvision.nn.functional as F

REDUCTIONS = {"mean": np.mean, "sum": np.sum, "none": lambda values: values}
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def uniform(*shape, seed=0, low=-3.0, high=3.0):
    return np.random.default_rng(seed).uniform(low, high, shape)


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(found.numpy(), expected, rtol=rtol, atol=1e-15, strict=True)


# -- yes or no --------------------------------------------------------------------------------


@each_reduction
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_cross_entropy_of_scores_is_that_of_the_formula(reduction, weighted):
    x, y = uniform(4, 3), uniform(4, 3, seed=1, low=0, high=1)
    w, positive = (uniform(3, seed=seed, low=0.1) if weighted else np.ones(3) for seed in (2, 3))
    found = F.binary_cross_entropy_with_logits(
        tv.from_numpy(x),
        tv.from_numpy(y),
        tv.from_numpy(w) if weighted else None,
        reduction=reduction,
        pos_weight=tv.from_numpy(positive) if weighted else None,
    )
    p = special.expit(x)
    close(found, REDUCTIONS[reduction](-w * (positive * y * np.log(p) + (1 - y) * np.log(1 - p))))


@pytest.mark.parametrize("dtype", [tv.float32, tv.float64])
def test_scores_of_ten_thousand_neither_overflow_nor_round(dtype):
    x = tv.tensor([1e4, -1e4, 1e4, -1e4], dtype=dtype, requires_grad=True)
    y = tv.tensor([1.0, 0.0, 0.0, 1.0], dtype=dtype)
    losses = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    losses.sum().backward()
    assert losses.tolist() == [0.0, 0.0, 1e4, 1e4]
    assert x.grad.tolist() == [0.0, 0.0, 1.0, -1.0]


def test_binary_targets_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=re.escape("has shape (3, 1), the target (3,)")):
        F.binary_cross_entropy_with_logits(tv.zeros(3, 1), tv.zeros(3))


@each_reduction
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_cross_entropy_of_probabilities_is_that_of_the_formula(reduction, weighted):
    p, y = uniform(4, 3, low=0.01, high=0.99), uniform(4, 3, seed=1, low=0, high=1)
    w = uniform(3, seed=2, low=0.1) if weighted else np.ones(3)
    found = F.binary_cross_entropy(
        tv.from_numpy(p),
        tv.from_numpy(y),
        tv.from_numpy(w) if weighted else None,
        reduction=reduction,
    )
    close(found, REDUCTIONS[reduction](-w * (y * np.log(p) + (1 - y) * np.log(1 - p))))


def test_the_logarithm_of_an_impossible_answer_counts_as_minus_100():
    p = tv.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    y = tv.tensor([1.0, 0.0, 0.0, 1.0], requires_grad=True)
    loss = F.binary_cross_entropy(p, y, reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [100.0, 100.0, 0.0, 0.0]
    assert y.grad.tolist() == [100.0, -100.0, 100.0, -100.0]
    # the slope's denominator, p * (1 - p), is taken to be at least 1e-12
    np.testing.assert_allclose(p.grad.numpy(), [-1e12, 1e12, 0.0, 0.0], rtol=1e-6)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must be probabilities, 0\.\.1, got .*use binary_cross"):
        F.binary_cross_entropy(tv.tensor([0.5, wrong]), tv.zeros(2))


def test_targets_of_another_shape_than_the_probabilities_are_refused():
    with pytest.raises(ValueError, match=re.escape("has shape (3, 1), the target (3,)")):
        F.binary_cross_entropy(tv.zeros(3, 1), tv.zeros(3))


# -- the Kullback-Leibler divergence ----------------------------------------------------------


@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none", "batchmean"])
def test_kl_div_is_that_of_the_formula(reduction, log_target):
    p = special.softmax(uniform(4, 3, seed=1), axis=1)
    q = special.log_softmax(uniform(4, 3), axis=1)
    target = np.log(p) if log_target else p
    found = F.kl_div(
        tv.from_numpy(q), tv.from_numpy(target), reduction=reduction, log_target=log_target
    )
    terms = p * (np.log(p) - q)
    expected = terms.sum() / 4 if reduction == "batchmean" else REDUCTIONS[reduction](terms)
    close(found, expected)


def test_a_target_of_zero_adds_nothing_and_has_finite_gradients():
    q = tv.tensor([-0.5, -1.0], requires_grad=True)
    p = tv.tensor([1.0, 0.0], requires_grad=True)
    loss = F.kl_div(q, p, reduction="sum")
    loss.backward()
    assert loss.item() == 0.5
    assert q.grad.tolist() == [-1.0, 0.0]
    assert bool(tv.isfinite(p.grad).all())


# -- counts and measurements ------------------------------------------------------------------


@each_reduction
def test_the_poisson_loss_is_the_likelihood_up_to_the_factorial(reduction):
    logs, counts = uniform(4, 3), np.arange(12.0).reshape(4, 3)
    expected = -stats.poisson.logpmf(counts, np.exp(logs)) - special.gammaln(counts + 1)
    found = F.poisson_nll_loss(tv.from_numpy(logs), tv.from_numpy(counts), reduction=reduction)
    close(found, REDUCTIONS[reduction](expected), rtol=1e-10)


def test_the_poisson_loss_of_expected_counts_is_that_of_their_logarithms():
    logs, counts = uniform(4, 3), np.arange(12.0).reshape(4, 3)
    options = {"log_input": False, "eps": 0.0, "reduction": "none"}
    of_counts = F.poisson_nll_loss(tv.from_numpy(np.exp(logs)), tv.from_numpy(counts), **options)
    of_logs = F.poisson_nll_loss(tv.from_numpy(logs), tv.from_numpy(counts), reduction="none")
    close(of_counts, of_logs.numpy(), rtol=1e-10)


def test_the_full_poisson_loss_comes_close_to_the_likelihood():
    """Stirling leaves out less than 1 / (12 n)."""
    counts = np.arange(2.0, 50.0)
    logs = np.log(counts + 0.5)
    found = F.poisson_nll_loss(
        tv.from_numpy(logs), tv.from_numpy(counts), full=True, reduction="none"
    )
    left_out = -stats.poisson.logpmf(counts, np.exp(logs)) - found.numpy()
    assert (left_out > 0).all()
    assert (left_out < 1 / (12 * counts)).all()


def test_a_count_of_zero_has_a_finite_gradient():
    x, counts = tv.tensor([0.0, 0.0], requires_grad=True), tv.tensor([0.0, 1.0], requires_grad=True)
    F.poisson_nll_loss(x, counts, full=True, reduction="sum").backward()
    assert x.grad.tolist() == [1.0, 0.0]
    assert counts.grad.tolist() == [0.0, 0.0]


@each_reduction
@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (1, 3), (4,), ()], ids=str)
def test_the_full_gaussian_loss_is_the_likelihood(reduction, shape):
    x, y, var = uniform(4, 3), uniform(4, 3, seed=1), uniform(*shape, seed=2, low=0.5)
    given = tv.from_numpy(np.asarray(var)) if shape else float(var)
    found = F.gaussian_nll_loss(
        tv.from_numpy(x), tv.from_numpy(y), given, full=True, reduction=reduction
    )
    spread = np.sqrt(var[:, None] if shape == (4,) else var)
    close(found, REDUCTIONS[reduction](-stats.norm.logpdf(y, x, spread)), rtol=1e-10)


def test_a_variance_below_eps_counts_as_eps_and_has_the_slope_there():
    var = tv.tensor([0.0], dtype=tv.float64, requires_grad=True)
    zero = tv.zeros(1, dtype=tv.float64)
    loss = F.gaussian_nll_loss(zero, zero, var, eps=0.25)
    loss.backward()
    assert loss.item() == pytest.approx(0.5 * math.log(0.25))
    assert var.grad.item() == pytest.approx(0.5 / 0.25)


@pytest.mark.parametrize("var", [tv.tensor([1.0, -2.0]), -2.0], ids=["tensor", "number"])
def test_a_negative_variance_is_refused(var):
    with pytest.raises(ValueError, match=r"var must not be negative, got -2\.0"):
        F.gaussian_nll_loss(tv.zeros(2), tv.zeros(2), var)


@pytest.mark.parametrize("shape", [(2,), (1, 1, 3), (1, 1), (3, 4)])
def test_a_variance_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=re.escape("var must have the input's shape (4, 3)")):
        F.gaussian_nll_loss(tv.zeros(4, 3), tv.zeros(4, 3), tv.ones(shape))


def test_an_unknown_reduction_of_a_gaussian_loss_is_refused():
    with pytest.raises(ValueError, match="reduction must be 'mean', 'sum' or 'none', got 'total'"):
        F.gaussian_nll_loss(tv.zeros(1), tv.zeros(1), 1.0, reduction="total")
