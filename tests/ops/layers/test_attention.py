"""Attention against SciPy and naive loops, and its corner cases."""

import math

import numpy as np
import pytest
from scipy.special import softmax

import tinyvision as tv
from tinyvision.nn.functional import scaled_dot_product_attention as attention


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def by_loops(q, k, v, allowed=None, scale=None):
    """One query after the other, one key after the other; (L, E), (S, E), (S, Ev) -> (L, Ev)."""
    scale = 1 / math.sqrt(q.shape[1]) if scale is None else scale
    out = np.zeros((len(q), v.shape[1]))
    for i in range(len(q)):
        keys = [j for j in range(len(k)) if allowed is None or allowed[i, j]]
        scores = [sum(q[i, e] * k[j, e] for e in range(q.shape[1])) * scale for j in keys]
        for weight, j in zip(softmax(scores) if keys else [], keys, strict=True):
            out[i] += weight * v[j]
    return out


def test_it_equals_the_formula_by_loops():
    q, k, v = drawn(4, 3), drawn(5, 3, seed=1), drawn(5, 2, seed=2)
    out = attention(*map(tv.tensor, (q, k, v)))
    np.testing.assert_allclose(out.numpy(), by_loops(q, k, v), rtol=1e-12)


def test_a_boolean_mask_says_where_a_query_may_look():
    q, k, v = drawn(4, 3), drawn(5, 3, seed=1), drawn(5, 2, seed=2)
    allowed = np.random.default_rng(3).random((4, 5)) < 0.5
    allowed[:, 0] = True
    out = attention(*map(tv.tensor, (q, k, v)), attn_mask=tv.tensor(allowed))
    np.testing.assert_allclose(out.numpy(), by_loops(q, k, v, allowed), rtol=1e-12)


def test_minus_infinity_in_a_float_mask_means_the_same():
    q, k, v = map(tv.tensor, (drawn(4, 3), drawn(5, 3, seed=1), drawn(5, 2, seed=2)))
    allowed = np.arange(20).reshape(4, 5) % 3 != 0
    added = np.where(allowed, 0.0, -np.inf)
    np.testing.assert_array_equal(
        attention(q, k, v, tv.tensor(added)).numpy(), attention(q, k, v, tv.tensor(allowed)).numpy()
    )


def test_causal_queries_look_at_keys_up_to_their_own_place():
    q, k, v = drawn(4, 3), drawn(5, 3, seed=1), drawn(5, 2, seed=2)
    out = attention(*map(tv.tensor, (q, k, v)), is_causal=True)
    np.testing.assert_allclose(out.numpy(), by_loops(q, k, v, np.tri(4, 5, dtype=bool)), rtol=1e-12)


def test_a_query_that_may_look_at_nothing_gets_zeros_and_finite_gradients():
    q, k, v = (tv.tensor(drawn(3, 3, seed=s), requires_grad=True) for s in range(3))
    allowed = tv.tensor(np.array([[True] * 3, [False] * 3, [True] * 3]))
    out = attention(q, k, v, allowed)
    out.sum().backward()
    assert (out[1] == 0).all()
    for x in (q, k, v):
        assert tv.isfinite(x.grad).all()
    assert (q.grad[1] == 0).all()


def test_a_key_that_is_masked_for_all_gets_no_gradient():
    q, k, v = (tv.tensor(drawn(3, 3, seed=s), requires_grad=True) for s in range(3))
    attention(q, k, v, tv.tensor(np.array([True, False, True]))).sum().backward()
    assert (k.grad[1] == 0).all()
    assert (v.grad[1] == 0).all()


def test_equal_keys_give_the_mean_of_the_values():
    v = drawn(5, 2)
    out = attention(tv.tensor(drawn(1, 3)), tv.ones(5, 3, dtype=tv.float64), tv.tensor(v))
    np.testing.assert_allclose(out.numpy()[0], v.mean(axis=0), rtol=1e-12)


def test_the_order_of_keys_and_their_values_does_not_matter():
    q, k, v = drawn(4, 3), drawn(5, 3, seed=1), drawn(5, 2, seed=2)
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(
        attention(*map(tv.tensor, (q, k[order], v[order]))).numpy(),
        attention(*map(tv.tensor, (q, k, v))).numpy(),
        rtol=1e-12,
    )


def test_scores_of_ten_thousand_do_not_overflow():
    q = tv.tensor([[1e4, 0.0]], dtype=tv.float32)
    k = tv.tensor([[1e4, 0.0], [0.0, 1.0]])
    v = tv.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert attention(q, k, v).tolist() == [[1.0, 2.0]]


def test_heads_in_groups_share_keys_and_values():
    q, k, v = drawn(4, 2, 3), drawn(2, 5, 3, seed=1), drawn(2, 5, 3, seed=2)
    out = attention(*map(tv.tensor, (q, k, v)), enable_gqa=True).numpy()
    for head in range(4):
        np.testing.assert_allclose(
            out[head], by_loops(q[head], k[head // 2], v[head // 2]), rtol=1e-12
        )


def test_dropped_weights_keep_the_expectation():
    tv.manual_seed(0)
    q, k, v = (tv.ones(1, 4), tv.ones(20000, 4), tv.ones(20000, 1))
    assert attention(q, k, v, dropout_p=0.5).item() == pytest.approx(1.0, abs=0.05)


def test_half_precision_is_rounded_only_at_the_end():
    q, k, v = (drawn(6, 8, seed=seed).astype(np.float16) * 4 for seed in (0, 1, 2))
    found = attention(*map(tv.tensor, (q, k, v))).numpy()
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, by_loops(*(x.astype(float) for x in (q, k, v))), rtol=2**-10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(dtype):
    q = tv.tensor(drawn(3, 4), dtype=dtype, requires_grad=True)
    out = attention(q, q, q, is_causal=True)
    out.sum().backward()
    assert out.dtype == q.grad.dtype == dtype


@pytest.mark.parametrize(
    ("shapes", "options", "error", "message"),
    [
        (((3,), (3,), (3,)), {}, ValueError, "query must have at least two axes"),
        (((4, 3), (5, 2), (5, 2)), {}, ValueError, "query has 3 features, the key 2"),
        (((4, 3), (5, 3), (6, 3)), {}, ValueError, "5 keys but 6 values"),
        (((2, 4, 3), (3, 5, 3), (3, 5, 3)), {}, ValueError, "cannot be combined"),
        (((4, 3),) * 3, {"attn_mask": tv.ones(4, 4), "is_causal": True}, ValueError, "not both"),
        (((4, 3),) * 3, {"attn_mask": tv.ones(3, 4)}, ValueError, "does not fit 4 queries"),
        (((4, 3),) * 3, {"attn_mask": tv.tensor([1, 0, 1, 0])}, TypeError, "boolean"),
        (((3, 4, 2), (2, 4, 2), (2, 4, 2)), {"enable_gqa": True}, ValueError, "share"),
    ],
)
def test_what_does_not_fit_is_named(shapes, options, error, message):
    with pytest.raises(error, match=message):
        attention(*(tv.zeros(*shape) for shape in shapes), **options)


def test_different_types_are_named():
    x = tv.zeros(2, 3)
    with pytest.raises(RuntimeError, match="query is float32, value is float64"):
        attention(x, x, x.double())
