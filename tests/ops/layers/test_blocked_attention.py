"""Attention by blocks against the plain formula, whatever the blocks; and its memory."""

import gc
import tracemalloc

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import grad, gradgradcheck
from tinyvision.nn.functional import scaled_dot_product_attention
from tinyvision.ops.layers import attention_blocks, blocked_attention
from tinyvision.ops.layers.attention import attend, self_attention
from tinyvision.ops.layers.blocked_attention import attention, by_blocks


def drawn(*shape, seed=0, scale=1.0, dtype="float64"):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype(dtype)


@pytest.fixture(params=[(5, 256), (5, 0), (2**18, 256), (2**18, 0)], ids=str)
def _sizes(request, monkeypatch):
    """Blocks of one query or of all; weights kept for the way back, or made anew."""
    block, kept_keys = request.param
    monkeypatch.setattr(attention_blocks, "BLOCK", block)
    monkeypatch.setattr(blocked_attention, "KEPT_KEYS", kept_keys)


def answer_and_gradients(function, *arrays):
    leaves = [tv.tensor(x, requires_grad=True) for x in arrays]
    out = function(*leaves)
    start = tv.tensor(drawn(*out.shape, seed=9, dtype=out.dtype))
    return [x.numpy() for x in (out.detach(), *grad(out, leaves, start))]


MASKS = {
    "no mask": (None, False),
    "causal": (None, True),
    "boolean": (np.random.default_rng(5).random((6, 7)) < 0.6, False),
    "nothing to look at": (np.arange(6)[:, None] != np.array([2] * 7), False),
    "of keys": (np.arange(7) % 3 != 1, False),
    "added": (drawn(6, 7, seed=6), False),
    "added with -inf": (np.where(np.eye(6, 7) == 1, -np.inf, drawn(6, 7, seed=6)), False),
    "of each head": (np.random.default_rng(7).random((2, 1, 6, 7)) < 0.6, False),
}


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("scale", [1.0, 400.0], ids=["small scores", "scores that overflow"])
@pytest.mark.parametrize("lead", [(), (3,), (2, 3)], ids=str)
@pytest.mark.parametrize("kind", MASKS)
def test_blocks_change_neither_the_answer_nor_the_gradients(kind, lead, scale):
    mask, causal = MASKS[kind]
    if mask is not None and mask.ndim > 2 and len(lead) < 2:
        pytest.skip("the mask has more axes")
    arrays = [drawn(*lead, n, d, seed=n + d, scale=scale) for n, d in ((6, 4), (7, 4), (7, 2))]
    allowed = np.tri(6, 7, dtype=bool) if causal else mask
    allowed = None if allowed is None else tv.tensor(allowed)
    found = answer_and_gradients(
        lambda q, k, v: scaled_dot_product_attention(
            q, k, v, None if causal else allowed, is_causal=causal
        ),
        *arrays,
    )
    plain = answer_and_gradients(lambda q, k, v: attend(q, k, v, allowed)[0], *arrays)
    for one, other in zip(found, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10 * np.abs(other).max())


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("counting", [0, 1, 4])
def test_queries_without_a_gradient_change_nothing(kind, counting):
    mask, causal = MASKS[kind]
    arrays = [drawn(2, 3, n, d, seed=n + d) for n, d in ((6, 4), (7, 4), (7, 2))]
    allowed = np.tri(6, 7, dtype=bool) if causal else mask
    allowed = None if allowed is None else tv.tensor(allowed)
    start = drawn(2, 3, 6, 2, seed=9)
    start[..., counting:, :] = 0
    found = []
    for function in (
        lambda q, k, v: scaled_dot_product_attention(
            q, k, v, None if causal else allowed, is_causal=causal
        ),
        lambda q, k, v: attend(q, k, v, allowed)[0],
    ):
        leaves = [tv.tensor(x, requires_grad=True) for x in arrays]
        found.append(grad(function(*leaves), leaves, tv.tensor(start)))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=1e-13)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_mask_that_makes_nan_does_so_where_there_is_no_gradient_as_well():
    arrays = [drawn(6, 4, seed=seed) for seed in range(3)]
    mask, start = drawn(6, 6, seed=4), np.zeros((6, 4))
    mask[4, 1], start[0] = np.nan, 1.0
    for function in (scaled_dot_product_attention, lambda *args: attend(*args)[0]):
        leaves = [tv.tensor(x, requires_grad=True) for x in arrays]
        of_query, _, of_value = grad(function(*leaves, tv.tensor(mask)), leaves, tv.tensor(start))
        assert np.isnan(of_query.numpy()).all(axis=1).tolist() == [False] * 4 + [True, False]
        assert np.isnan(of_value.numpy()).all()


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("shapes", [((6, 4), (2, 4)), ((2, 4), (6, 4))], ids=str)
def test_causal_attention_of_more_queries_than_keys_and_of_fewer(shapes):
    (length, d), (keys, _) = shapes
    arrays = [drawn(length, d), drawn(keys, d, seed=1), drawn(keys, 3, seed=2)]
    found = answer_and_gradients(
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True), *arrays
    )
    below = tv.tensor(np.tri(length, keys, dtype=bool))
    plain = answer_and_gradients(lambda q, k, v: attend(q, k, v, below)[0], *arrays)
    for one, other in zip(found, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("causal", [False, True])
def test_second_derivatives_follow_the_formula_in_blocks_too(causal):
    leaves = [tv.tensor(drawn(2, n, 3, seed=n), requires_grad=True) for n in (4, 5, 5)]
    gradgradcheck(lambda q, k, v: by_blocks(q, k, v, scale=0.5, causal=causal), leaves)


@pytest.mark.usefixtures("_sizes")
def test_query_key_and_value_in_one_are_as_apart():
    packed = drawn(2, 5, 3, 4, 6)

    def apart(qkv):
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind()
        return attend(q, k, v)[0].transpose(1, 2)

    found, plain = (answer_and_gradients(f, packed) for f in (self_attention, apart))
    for one, other in zip(found, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_heads_of_a_place_lie_side_by_side_in_memory():
    answer = self_attention(tv.tensor(drawn(2, 5, 3, 4, 6))).numpy()
    assert answer.flags.c_contiguous
    by_heads = scaled_dot_product_attention(*(tv.tensor(drawn(2, 4, 5, 6)) for _ in range(3)))
    assert by_heads.numpy().swapaxes(1, 2).flags.c_contiguous


@pytest.mark.usefixtures("_sizes")
def test_a_nan_in_a_query_spoils_its_own_answer_only():
    q, k, v = (drawn(2, 4, 3, seed=seed) for seed in range(3))
    clean = attention(q, k, v, scale=1.0)
    q[1, 2, 0] = np.nan
    spoilt = attention(q, k, v, scale=1.0)
    assert np.isnan(spoilt[1, 2]).all()
    spoilt[1, 2] = clean[1, 2]
    np.testing.assert_allclose(spoilt, clean, rtol=1e-12)


def test_values_near_the_largest_number_are_averaged():
    v = np.full((3, 1), 1e37, np.float32)
    found = attention(np.zeros((2, 4), np.float32), np.zeros((3, 4), np.float32), v, scale=1.0)
    np.testing.assert_allclose(found, 1e37, rtol=1e-6)


def test_scores_up_to_the_limit_of_the_fast_way_are_as_exact_as_others():
    """In float32, where the largest score is 25 and where it is 35, one row the negative of it."""
    for top in (25.0, 35.0):
        k = np.linspace(-1.0, 1.0, 50)[:, None]
        q, v = np.array([[top], [-top]]), drawn(50, 3)
        exact = np.exp(q * k.T) / np.exp(q * k.T).sum(axis=1, keepdims=True) @ v
        found = attention(*(x.astype(np.float32) for x in (q, k, v)), scale=1.0)
        np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("keys", [200, 300])
def test_changing_a_mask_afterwards_does_not_change_the_gradient(keys):
    q, k, v = (tv.tensor(drawn(n, 3, seed=n), requires_grad=True) for n in (4, keys, keys))
    mask = tv.tensor(np.random.default_rng(0).random((4, keys)) < 0.5)
    (expected,) = grad(scaled_dot_product_attention(q, k, v, mask).sum(), [v])
    out = scaled_dot_product_attention(q, k, v, mask).sum()
    mask.logical_not_()
    np.testing.assert_array_equal(grad(out, [v])[0].numpy(), expected.numpy())


def test_a_mask_that_is_learned_gets_its_gradient():
    q, k, v = (tv.tensor(drawn(4, 3, seed=seed)) for seed in range(3))
    mask = tv.zeros(4, 4, dtype=tv.float64, requires_grad=True)
    gradgradcheck(lambda m: scaled_dot_product_attention(q, k, v, m), [mask])
    assert mask.grad is None


# -- threads ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("shape", [(16, 40, 3, 4, 16), (1, 150, 3, 1, 16), (1, 60, 3, 6, 8)])
def test_threads_give_the_same_answer_and_the_same_bits_each_time(shape):
    packed = drawn(*shape, dtype="float32")
    once, again = (answer_and_gradients(self_attention, packed) for _ in range(2))
    exact = answer_and_gradients(self_attention, packed.astype(float))
    for one, other, right in zip(once, again, exact, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_allclose(one, right, rtol=1e-4, atol=1e-6)


# -- memory -------------------------------------------------------------------------------------

PLACES, FEATURES = 4096, 32
MIB = 2**20


def peak_of(function):
    gc.collect()
    tracemalloc.start()
    try:
        result = function()
        return result, tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("causal", [False, True])
def test_four_thousand_places_take_the_memory_of_a_block_not_of_all_weights(causal):
    """All weights would be 64 MiB; query, key, value, answer and gradients are 0.5 MiB each."""
    qkv = [
        tv.tensor(drawn(PLACES, FEATURES, seed=seed, dtype="float32"), requires_grad=True)
        for seed in range(3)
    ]
    answer, forward = peak_of(lambda: scaled_dot_product_attention(*qkv, is_causal=causal))
    _, backward = peak_of(lambda: answer.sum().backward())
    block = 4 * attention_blocks.BLOCK / MIB
    each = 4 * PLACES * FEATURES / MIB
    assert forward < 2 * each + 3 * block
    assert backward < 8 * each + 5 * block


@pytest.mark.parametrize("threads", [1], indirect=True)  # several need their blocks at once
def test_without_a_gradient_nothing_is_kept(threads):
    qkv = [tv.tensor(drawn(64, 65, 8, seed=seed, dtype="float32")) for seed in range(3)]
    _, forward = peak_of(lambda: scaled_dot_product_attention(*qkv))
    weights = 4 * 64 * 65 * 65 / MIB
    assert forward < 4 * 64 * 65 * 8 / MIB * 2 + weights * 1.1 + 0.1


def test_kept_weights_are_freed_by_backward():
    qkv = tv.tensor(drawn(8, 65, 3, 2, 8, dtype="float32"), requires_grad=True)
    loss = self_attention(qkv).sum()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = 4 * 8 * 2 * 65 * 65
        other = self_attention(qkv).sum()
        assert tracemalloc.get_traced_memory()[0] - before > kept
        other.backward()
        assert tracemalloc.get_traced_memory()[0] - before < kept
    finally:
        tracemalloc.stop()
    assert loss.requires_grad
