"""Products with something added, against NumPy."""

import numpy as np
import pytest

import tinyvision as tv

rng = np.random.default_rng(0)
FACTORS = [(1, 1), (2, 0.5), (0, 3)]


def draw(*shape):
    return rng.normal(size=shape)


# name: the shapes of the two factors, and their product
PRODUCTS = {
    "addmm": ((2, 3), (3, 4), np.matmul),
    "addmv": ((2, 3), (3,), np.matmul),
    "addr": ((2,), (3,), np.outer),
    "baddbmm": ((5, 2, 3), (5, 3, 4), np.matmul),
    "addbmm": ((5, 2, 3), (5, 3, 4), lambda x, y: np.matmul(x, y).sum(0)),
}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(("beta", "alpha"), FACTORS)
def test_the_product_and_what_is_added_are_weighted(name, beta, alpha):
    x, y, product = draw(*PRODUCTS[name][0]), draw(*PRODUCTS[name][1]), PRODUCTS[name][2]
    for added in (draw(*product(x, y).shape), draw(1), np.float64(2.0)):
        expected = beta * added + alpha * product(x, y)
        operands = [tv.tensor(a) for a in (added, x, y)]
        found = getattr(tv, name)(*operands, beta=beta, alpha=alpha)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)
        method = getattr(operands[0], name)(*operands[1:], beta=beta, alpha=alpha)
        np.testing.assert_array_equal(method.numpy(), found.numpy())


def test_what_beta_zero_takes_away_may_be_nan():
    found = tv.addmm(tv.full((1, 1), float("nan")), tv.ones(1, 2), tv.ones(2, 1), beta=0)
    assert found.tolist() == [[2.0]]


def test_integers_and_booleans():
    x = tv.tensor([[1, 2]])
    found = tv.addmm(x, tv.tensor([[3]]), x)
    assert (found.tolist(), found.dtype) == ([[4, 8]], tv.int64)
    with pytest.raises(RuntimeError, match=r"addmm: beta must be an integer .* got 0\.5"):
        tv.addmm(x, tv.tensor([[3]]), x, beta=0.5)
    flags = tv.tensor([True, False])
    assert tv.addr(tv.zeros(2, 2, dtype=tv.bool), flags, flags).tolist() == [
        [True, False],
        [False] * 2,
    ]
    with pytest.raises(RuntimeError, match="addmv is not defined for booleans"):
        tv.addmv(flags, flags[None].expand(2, 2), flags)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="axis -1 has size 3"):
        tv.addmm(tv.ones(3), tv.ones(2, 2), tv.ones(2, 2))
    with pytest.raises(ValueError, match="expand: 2 sizes for a tensor of 3 axes"):
        tv.addmm(tv.ones(1, 2, 2), tv.ones(2, 2), tv.ones(2, 2))
    with pytest.raises(RuntimeError, match="addmm: one operand is float64"):
        tv.addmm(tv.ones(2, 2).double(), tv.ones(2, 2), tv.ones(2, 2))
    with pytest.raises(ValueError, match="mm needs tensors of 2 axes"):
        tv.addmm(tv.ones(2), tv.ones(2), tv.ones(2, 2))
