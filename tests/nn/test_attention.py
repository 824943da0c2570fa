"""Multi-head attention and the encoder layer against loops over heads, queries and keys."""

import math

import numpy as np
import pytest
from scipy.special import softmax

import tinyvision as tv
from tinyvision import nn

HEADS, SIZE = 2, 6


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def made(**options):
    """A layer in float64 whose biases are not zero, and its parameters as arrays."""
    tv.manual_seed(0)
    options = {"batch_first": True, "dtype": "float64", **options}
    layer = nn.MultiheadAttention(SIZE, HEADS, **options)
    with tv.no_grad():
        for bias in (layer.in_proj_bias, layer.out_proj.bias):
            if bias is not None:
                bias.uniform_(-1.0, 1.0)
    return layer, {name: p.detach().numpy() for name, p in layer.named_parameters()}


def by_loops(weights, query, key, value, hidden=None, added_keys=()):
    """One head after the other, one query after the other; `hidden` (N, heads, L, S) of booleans.

    `added_keys` are pairs of a key and a value behind the projected ones.
    """
    if "in_proj_weight" in weights:
        matrices = np.split(weights["in_proj_weight"], 3)
    else:
        matrices = [weights[f"{name}_proj_weight"] for name in "qkv"]
    biases = np.split(weights.get("in_proj_bias", np.zeros(3 * SIZE)), 3)
    width = SIZE // HEADS
    answers, all_weights = [], []
    for n in range(len(query)):
        q, k, v = (
            x[n] @ m.T + b for x, m, b in zip((query, key, value), matrices, biases, strict=True)
        )
        for extra_key, extra_value in added_keys:
            k, v = np.vstack([k, extra_key]), np.vstack([v, extra_value])
        out = np.zeros((len(q), SIZE))
        shares = np.zeros((HEADS, len(q), len(k)))
        for head in range(HEADS):
            part = slice(head * width, (head + 1) * width)
            for i in range(len(q)):
                seen = [
                    j
                    for j in range(len(k))
                    if hidden is None or j >= hidden.shape[-1] or not hidden[n, head, i, j]
                ]
                scores = [float(q[i, part] @ k[j, part]) / math.sqrt(width) for j in seen]
                for share, j in zip(softmax(scores) if seen else [], seen, strict=True):
                    out[i, part] += share * v[j, part]
                    shares[head, i, j] = share
        bias = weights.get("out_proj.bias", np.zeros(SIZE))
        answers.append(out @ weights["out_proj.weight"].T + bias)
        all_weights.append(shares)
    return np.array(answers), np.array(all_weights)


def agree(found, expected):
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_self_attention_equals_the_formula_by_loops(bias):
    layer, weights = made(bias=bias)
    x = drawn(3, 4, SIZE)
    tensor = tv.tensor(x)
    out, shares = layer(tensor, tensor, tensor)
    expected, by_head = by_loops(weights, x, x, x)
    agree(out, expected)
    agree(shares, by_head.mean(1))


def test_queries_keys_and_values_may_differ_in_number_and_size():
    layer, weights = made(kdim=5, vdim=7)
    q, k, v = drawn(2, 3, SIZE), drawn(2, 4, 5, seed=1), drawn(2, 4, 7, seed=2)
    out, shares = layer(*map(tv.tensor, (q, k, v)), average_attn_weights=False)
    expected, by_head = by_loops(weights, q, k, v)
    agree(out, expected)
    agree(shares, by_head)


def test_keys_of_the_queries_size_share_one_weight_with_them():
    layer, weights = made()
    q, k = drawn(2, 3, SIZE), drawn(2, 4, SIZE, seed=1)
    out, shares = layer(tv.tensor(q), tv.tensor(k), tv.tensor(k), need_weights=False)
    agree(out, by_loops(weights, q, k, k)[0])
    assert shares is None


def test_places_come_first_unless_batch_first_is_said():
    layer, weights = made(batch_first=False)
    x = drawn(2, 3, SIZE)
    tensor = tv.tensor(x).transpose(0, 1)
    out, _ = layer(tensor, tensor, tensor)
    agree(out.transpose(0, 1), by_loops(weights, x, x, x)[0])


def test_one_example_needs_no_batch():
    layer, weights = made()
    x = drawn(3, SIZE)
    tensor = tv.tensor(x)
    padding = tv.tensor([False, True, False])
    out, shares = layer(tensor, tensor, tensor, key_padding_mask=padding)
    hidden = np.broadcast_to([False, True, False], (1, HEADS, 3, 3))
    expected, by_head = by_loops(weights, x[None], x[None], x[None], hidden)
    agree(out, expected[0])
    agree(shares, by_head[0].mean(0))


def test_padding_is_not_looked_at():
    layer, weights = made()
    x = drawn(2, 4, SIZE)
    padding = np.array([[False, False, True, True], [False, True, False, False]])
    tensor = tv.tensor(x)
    hidden = np.broadcast_to(padding[:, None, None], (2, HEADS, 4, 4))
    expected = by_loops(weights, x, x, x, hidden)[0]
    agree(layer(tensor, tensor, tensor, key_padding_mask=tv.tensor(padding))[0], expected)
    added = tv.tensor(np.where(padding, -np.inf, 0.0))
    agree(layer(tensor, tensor, tensor, key_padding_mask=added)[0], expected)


def test_a_mask_says_for_each_query_or_each_head_what_not_to_look_at():
    layer, weights = made()
    x = drawn(2, 4, SIZE)
    tensor = tv.tensor(x)
    causal = np.triu(np.ones((4, 4), bool), 1)
    expected = by_loops(weights, x, x, x, np.broadcast_to(causal, (2, HEADS, 4, 4)))[0]
    masked = layer(tensor, tensor, tensor, attn_mask=tv.tensor(causal), is_causal=True)[0]
    agree(masked, expected)
    apart = np.random.default_rng(3).random((2 * HEADS, 4, 4)) < 0.3
    apart[..., 0] = False
    expected = by_loops(weights, x, x, x, apart.reshape(2, HEADS, 4, 4))[0]
    agree(layer(tensor, tensor, tensor, attn_mask=tv.tensor(apart))[0], expected)


def test_both_masks_hold_together():
    layer, weights = made()
    x = drawn(1, 4, SIZE)
    tensor = tv.tensor(x)
    causal = np.triu(np.ones((4, 4), bool), 1)
    padding = np.array([[False, True, False, False]])
    found = layer(
        tensor, tensor, tensor, attn_mask=tv.tensor(causal), key_padding_mask=tv.tensor(padding)
    )[0]
    hidden = np.broadcast_to(causal | padding[:, None, None], (1, HEADS, 4, 4))
    agree(found, by_loops(weights, x, x, x, hidden)[0])


def test_a_learned_and_a_zero_key_are_appended_and_never_masked():
    layer, weights = made(add_bias_kv=True, add_zero_attn=True)
    x = drawn(2, 3, SIZE)
    tensor = tv.tensor(x)
    nothing = np.zeros((1, SIZE))
    added = ((weights["bias_k"][0], weights["bias_v"][0]), (nothing, nothing))
    hidden = np.ones((2, HEADS, 3, 3), bool)  # only the added keys are left
    found = layer(tensor, tensor, tensor, attn_mask=tv.tensor(hidden[0, 0]))[0]
    agree(found, by_loops(weights, x, x, x, hidden, added)[0])


@pytest.mark.parametrize(
    ("shapes", "options", "message"),
    [
        (((2, 3, 5), (2, 3, 6), (2, 3, 6)), {}, "query must have 3 axes .* and 6 features"),
        (((2, 3, 6), (2, 3, 6), (2, 4, 6)), {}, "must have equal places"),
        (((2, 3, 6), (4, 3, 6), (4, 3, 6)), {}, "2 queries but 4 keys .* batch_first=True"),
        (((2, 3, 6),) * 3, {"is_causal": True}, "only a hint"),
        (((2, 3, 6),) * 3, {"attn_mask": tv.zeros(2, 2)}, r"must be \(3, 3\) or \(4, 3, 3\)"),
        (((2, 3, 6),) * 3, {"key_padding_mask": tv.zeros(3, 2)}, r"must be \(2, 3\)"),
    ],
)
def test_what_does_not_fit_is_named(shapes, options, message):
    layer, _ = made(dtype="float32")
    with pytest.raises(ValueError, match=message):
        layer(*(tv.zeros(*shape) for shape in shapes), **options)


def test_heads_must_share_the_features_evenly():
    with pytest.raises(ValueError, match="num_heads=4 must divide embed_dim=6"):
        nn.MultiheadAttention(6, 4)


def by_norm(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_layer_is_attention_and_two_linear_maps_with_residuals(norm_first):
    tv.manual_seed(0)
    layer = nn.TransformerEncoderLayer(
        SIZE, HEADS, 8, dropout=0.0, batch_first=True, norm_first=norm_first, dtype="float64"
    )
    weights = {name: p.detach().numpy() for name, p in layer.named_parameters()}
    inner = {k.removeprefix("self_attn."): v for k, v in weights.items() if "self_attn" in k}

    def attention(x):
        return by_loops(inner, x, x, x)[0]

    def feed_forward(x):
        hidden = np.maximum(x @ weights["linear1.weight"].T + weights["linear1.bias"], 0)
        return hidden @ weights["linear2.weight"].T + weights["linear2.bias"]

    x = drawn(2, 3, SIZE)
    if norm_first:
        middle = x + attention(by_norm(x))
        expected = middle + feed_forward(by_norm(middle))
    else:
        middle = by_norm(x + attention(x))
        expected = by_norm(middle + feed_forward(middle))
    agree(layer(tv.tensor(x)), expected)
