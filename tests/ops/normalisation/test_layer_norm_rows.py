"""Layer normalisation in one go against the steps it is made of."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.autograd import grad
from tinyvision.ops.base import blocks
from tinyvision.ops.normalisation.affine import scale_and_shift
from tinyvision.ops.normalisation.layer_norm_rows import layer_norm_rows, layer_norm_slopes
from tinyvision.ops.normalisation.standardize import standardize


def drawn(*shape, seed=0, dtype="float64"):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def in_one_go(x, weight, bias):
    return layer_norm_rows(x, weight, bias, eps=1e-3)


def step_by_step(x, weight, bias):
    return scale_and_shift(standardize(x, axes=(1,), eps=1e-3), weight, bias)


@pytest.mark.parametrize("elements", [30, 65536])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-12)])
def test_answer_and_gradients_are_those_of_the_steps(
    elements, threads, dtype, tolerance, monkeypatch
):
    monkeypatch.setattr(blocks, "_ELEMENTS", elements)
    arrays = drawn(600, 7, dtype=dtype), drawn(7, dtype=dtype), drawn(7, seed=1, dtype=dtype)
    start = tv.tensor(drawn(600, 7, seed=2, dtype=dtype))
    before = tv.get_num_threads()
    tv.set_num_threads(threads)
    try:
        found, plain = [], []
        for function, results in ((in_one_go, found), (step_by_step, plain)):
            leaves = [tv.tensor(x, requires_grad=True) for x in arrays]
            out = function(*leaves)
            results += [out.detach(), *grad(out, leaves, start)]
    finally:
        tv.set_num_threads(before)
    for one, other in zip(found, plain, strict=True):
        size = max(1.0, np.abs(other.numpy()).max())
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=0, atol=tolerance * size)


def test_what_is_kept_is_what_would_be_computed():
    x, weight, slope = drawn(50, 7), drawn(7), drawn(50, 7, seed=1)
    kept = []
    layer_norm_rows(x, weight, weight, eps=1e-3, kept=kept)
    np.testing.assert_array_equal(
        layer_norm_slopes(slope, x, weight, eps=1e-3, kept=kept),
        layer_norm_slopes(slope, x, weight, eps=1e-3),
    )


@pytest.mark.parametrize("counting", [[], [3], [0, 7, 20]], ids=str)
def test_rows_without_a_gradient_change_nothing(counting):
    x, weight, slope = drawn(50, 7), drawn(7), np.zeros((50, 7))
    slope[counting] = drawn(len(counting), 7, seed=1)
    apart = [layer_norm_slopes(slope[i : i + 1], x[i : i + 1], weight, eps=1e-3) for i in range(50)]
    expected = np.concatenate([*(each[:1] for each in apart), sum(each[1:] for each in apart)])
    np.testing.assert_allclose(
        layer_norm_slopes(slope, x, weight, eps=1e-3), expected, rtol=0, atol=1e-13
    )


def test_keeping_something_does_not_change_the_answer():
    x, weight, bias = drawn(50, 7), drawn(7), drawn(7, seed=1)
    with_gradient = F.layer_norm(
        tv.tensor(x, requires_grad=True), 7, *map(tv.tensor, (weight, bias))
    )
    alone = F.layer_norm(*(tv.tensor(x), 7, *map(tv.tensor, (weight, bias))))
    np.testing.assert_array_equal(with_gradient.detach().numpy(), alone.numpy())


def test_two_million_rows_are_added_up_to_five_digits():
    rows = np.tile(np.array([[1.0, -1.0]], np.float32), (2_000_000, 1))
    weight, slope = np.ones(2, np.float32), np.full_like(rows, 0.1)
    slopes = layer_norm_slopes(slope, rows, weight, eps=0.0)
    np.testing.assert_allclose(slopes[-2:], [[2e5, -2e5], [2e5, 2e5]], rtol=1e-5)
