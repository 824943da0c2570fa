"""Scaled dot-product attention: `softmax(Q Kᵀ / sqrt(d)) V`.

Each query is compared with every key; the values are averaged with weights that grow with the
agreement. Source: the article, section 4.2; Vaswani et al., "Attention Is All You Need" (2017).
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.tensor import Tensor, unwrap
from ..base.broadcast import stretch_to
from ..base.choose import where
from ..base.linalg import matrix_product
from ..base.order import permute_axes
from ..base.promote import as_type, check_broadcast
from ..chance.dropout import dropout
from .attention_blocks import attention_weights
from .blocked_attention import by_blocks


def attend(query, key, value, attn_mask=None, dropout_p=0.0, scale=None):
    """The answer of attention and its weights: (..., L, Ev) and (..., L, S).

    The formula as it is written, with all weights in memory.

    Args: as :func:`scaled_dot_product_attention`.
    """
    if query.dtype == np.float16:  # scores rounded to 11 bits would move the weights by percents
        q, k, v = (as_type(each, np.float32) for each in (query, key, value))
        answer, weights = attend(q, k, v, attn_mask, dropout_p, scale)
        return as_type(answer, np.float16), as_type(weights, np.float16)
    scale = 1.0 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    axes = (*range(key.ndim - 2), key.ndim - 1, key.ndim - 2)
    # (..., L, E) @ (..., E, S) -> (..., L, S)
    scores = matrix_product(query * scale, permute_axes(key, axes=axes))
    if attn_mask is not None:
        if attn_mask.dtype.kind == "b":
            scores = where(attn_mask, scores, -math.inf)
        else:
            scores = scores + attn_mask
    weights = attention_weights(scores)
    return matrix_product(dropout(weights, dropout_p), value), weights


def scaled_dot_product_attention(
    query,
    key,
    value,
    attn_mask=None,
    dropout_p=0.0,
    is_causal=False,
    scale=None,
    enable_gqa=False,
):
    """Average the values, each weighted by how well its key agrees with the query.

    Args:
        query: (..., L, E).
        key: (..., S, E).
        value: (..., S, Ev).
        attn_mask: broadcasts to (..., L, S). Boolean: True where a query may look at a key; float:
            added to the scores. A query that may look at nothing gets zeros.
        dropout_p: this share of the weights is dropped; always, so pass 0 in evaluation.
        is_causal: a query may look at keys up to its own place.
        scale: what the products are multiplied by; ``1 / sqrt(E)`` if not given.
        enable_gqa: let groups of query heads (axis -3) share a key and value head.

    Returns:
        (..., L, Ev).

    Raises:
        ValueError: shapes do not fit; a mask is given and ``is_causal`` as well.

    Source: Vaswani et al. (2017), as in the article, section 4.2.

    >>> import tinyvision as tv
    >>> q = tv.tensor([[1.0, 2.0, 3.0, 4.0]])
    >>> k = tv.tensor([[2.0, 1.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0]])
    >>> tv.nn.functional.scaled_dot_product_attention(q, k, k)
    tensor([[2.036, 1.036, 3.964, 2.964]])
    """
    for name, tensor in (("query", query), ("key", key), ("value", value)):
        if tensor.ndim < 2:
            raise ValueError(
                f"attention: {name} must have at least two axes (places, features), "
                f"got shape {tensor.shape}"
            )
        if tensor.dtype != query.dtype:
            raise RuntimeError(f"attention: query is {query.dtype}, {name} is {tensor.dtype}")
    if enable_gqa:
        key, value = _shared_heads(query, key), _shared_heads(query, value)
    if query.shape[-1] != key.shape[-1]:
        raise ValueError(
            f"attention: the query has {query.shape[-1]} features, the key {key.shape[-1]}; "
            "they are multiplied with each other and must be equally many"
        )
    if key.shape[-2] != value.shape[-2]:
        raise ValueError(
            f"attention: {key.shape[-2]} keys but {value.shape[-2]} values; each needs the other"
        )
    check_broadcast(query.shape[:-2], key.shape[:-2])
    check_broadcast(query.shape[:-2], value.shape[:-2])
    if attn_mask is not None:
        if is_causal:
            raise ValueError("attention: give attn_mask or is_causal, not both")
        _check_mask(attn_mask, query, key)
    if _needs_all_weights(query, attn_mask, dropout_p):
        if is_causal:
            attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
        return attend(query, key, value, attn_mask, dropout_p, scale)[0]
    scale = 1.0 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    wide = np.promote_types(query.dtype, np.float32)
    lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    if attn_mask is not None:
        check_broadcast(lead, attn_mask.shape[:-2])
        lead = np.broadcast_shapes(lead, attn_mask.shape[:-2])
    q, k, v = (
        as_type(_stretched(each, lead), wide) for each in (query, key, value)
    )  # (..., places, features), leading axes equal
    mask = None if attn_mask is None else unwrap(attn_mask)
    if mask is not None and mask.dtype.kind == "f":
        mask = mask.astype(wide, copy=False)
    return as_type(by_blocks(q, k, v, scale=scale, mask=mask, causal=is_causal), query.dtype)


def self_attention(qkv):
    """Attention of places to each other, query, key and value in one: as a projection gives them.

    Args:
        qkv: (N, T, 3, heads, d).

    Returns:
        (N, T, heads, d), so that the heads of a place lie side by side.
    """
    wide = as_type(qkv, np.promote_types(qkv.dtype, np.float32))
    answer = by_blocks(wide, scale=1.0 / math.sqrt(qkv.shape[-1]))
    return permute_axes(as_type(answer, qkv.dtype), axes=(0, 2, 1, 3))


def _needs_all_weights(query, mask, dropout_p) -> bool:
    """Whether the plain formula is called for: weights are dropped, or the mask is learned."""
    learned = isinstance(mask, Tensor) and mask.requires_grad
    return dropout_p != 0 or learned or query.dtype.kind != "f"


def _stretched(x, lead):
    shape = (*lead, *x.shape[-2:])
    return x if x.shape == shape else stretch_to(x, shape=shape)


def _check_mask(mask, query, key) -> None:
    wanted = (query.shape[-2], key.shape[-2])
    sizes = zip(mask.shape[::-1], wanted[::-1], strict=False)  # the last axis with the last
    if any(size not in (1, full) for size, full in sizes):
        raise ValueError(
            f"attention: attn_mask of shape {mask.shape} does not fit {wanted[0]} queries and "
            f"{wanted[1]} keys; its last two axes must be {wanted}"
        )
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"attention: attn_mask must be boolean (True = may look) or float (added), got "
            f"{mask.dtype}; use mask.bool()"
        )


def _shared_heads(query, tensor):
    """Repeat key or value heads so that there is one for each query head."""
    if query.ndim < 3 or query.shape[-3] % tensor.shape[-3]:
        raise ValueError(
            f"attention: {query.shape[-3]} query heads cannot share {tensor.shape[-3]} key heads "
            "evenly"
        )
    times = query.shape[-3] // tensor.shape[-3]
    apart = tensor.unsqueeze(-3)
    return apart.expand(*tensor.shape[:-2], times, *tensor.shape[-2:]).flatten(-4, -3)
