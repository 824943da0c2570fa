"""Norms."""

import math

import numpy as np
import pytest

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4))


def formula(values, p):
    """The p-norm of a list of numbers."""
    sizes = [abs(value) for value in values]
    if p in (math.inf, -math.inf):
        return (max if p > 0 else min)(sizes)
    if p == 0:
        return sum(size != 0 for size in sizes)
    return sum(size**p for size in sizes) ** (1 / p)


@pytest.mark.parametrize("p", [0, 0.5, 1, 1.5, 2, 3, -1, math.inf, -math.inf])
def test_norms_are_their_formula(p):
    x = tv.tensor(X)
    rows, columns = X.tolist(), X.T.tolist()
    assert tv.norm(x, p).item() == pytest.approx(formula(X.ravel(), p), rel=1e-12)
    np.testing.assert_allclose(x.norm(p, 1).numpy(), [formula(r, p) for r in rows], rtol=1e-12)
    np.testing.assert_allclose(x.norm(p, 0).numpy(), [formula(c, p) for c in columns], rtol=1e-12)
    assert x.norm(p, 1, keepdim=True).shape == (3, 1)
    assert x.norm(p, (0, 1)).shape == ()


def test_the_usual_norm_is_the_length():
    assert tv.norm(tv.tensor([3.0, 4.0])).item() == 5.0
    assert tv.norm(tv.tensor([[3.0, 4.0]]), "fro").item() == 5.0


@pytest.mark.parametrize("p", [0, 0.5, 1, 1.5, 2, 3, math.inf, -math.inf])
def test_the_slope_at_zero_is_zero(p):
    x = tv.zeros(3, requires_grad=True)
    y = x.norm(p)
    if y.requires_grad:  # the count of what is not zero has no slope at all
        y.backward()
        assert x.grad.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("p", [0.5, 1, 1.5, 2, 3])
def test_the_slope_at_a_zero_among_others_is_zero(p):
    x = tv.tensor([0.0, 2.0], requires_grad=True)
    x.norm(p).backward()
    assert x.grad.tolist() == pytest.approx([0.0, 1.0])


def test_the_largest_magnitude_shares_its_gradient_between_equals():
    x = tv.tensor([3.0, -3.0, 1.0], requires_grad=True)
    x.norm(math.inf).backward()
    assert x.grad.tolist() == [0.5, -0.5, 0.0]


def test_float16_lengths_do_not_overflow_on_the_way():
    found = tv.norm(tv.full((2,), 300.0, dtype=tv.float16))  # whose squares exceed 65504
    assert found.dtype == tv.float16
    assert found.item() == pytest.approx(300 * math.sqrt(2), rel=1e-3)


def test_the_length_of_nothing_is_zero():
    assert tv.norm(tv.zeros(0)).item() == 0.0


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="norm: p must be a number, 'fro' or 'nuc', got 'max'"):
        tv.norm(tv.ones(2, 2), "max")


def test_norms_of_integers_are_refused():
    with pytest.raises(RuntimeError, match=r"norm needs floats, got int64; use x\.float\(\)"):
        tv.norm(tv.tensor([3, 4]))
