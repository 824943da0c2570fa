"""Attention a block of queries at a time, so that all weights are never in memory together.

The weights of T places are T² numbers: 64 MiB a head at 4,096 places. A block of them fits into the
processor's cache, where it is made, used and forgotten; the way back makes it anew. Only the
weights of few keys are kept, as making them again costs more than they take. The plain formula is
:func:`tinyvision.ops.layers.attention.attend`; the second derivative below follows it.

Source: Dao et al., "FlashAttention" (2022); Rabe and Staats, "Self-attention Does Not Need O(n²)
Memory" (2021).
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...threads import in_parts
from ..base.broadcast import reshape_to, sum_over
from ..base.choose import where
from ..base.keep import room
from ..base.linalg import matrix_product
from ..base.order import permute_axes
from ..base.product import product
from ..base.rows import last_row_that_counts
from ..shapes.join import join
from .attention_blocks import Blocks, attention_weights

KEPT_KEYS = 256
"""Up to so many keys the weights are kept for the way back; with more they are made anew."""


def by_blocks(*sources, scale, mask=None, causal=False):
    """Attention without dropout; what is kept for the way back depends on the number of keys.

    Args:
        sources: query (..., L, E), key (..., S, E) and value (..., S, Ev), leading axes equal; or
            all three in one, (..., T, 3, heads, d).
        scale: what the products are multiplied by.
        mask: an array, True where a query may look at a key, or numbers to add; or None.
        causal: whether a query may look only at keys up to its own place.

    Returns:
        (..., L, Ev), or (..., heads, T, d).
    """
    kept = room(*sources)
    if kept is not None:
        mask = None if mask is None else mask.copy()  # nobody counts its changes
        _, key, _ = _parts(tuple(source._array for source in sources))
        kept = kept if key.shape[-2] <= KEPT_KEYS else None
    return attention(*sources, scale=scale, mask=mask, causal=causal, kept=kept)


@primitive
def attention(*sources, scale, mask=None, causal=False, kept=None):
    """As :func:`by_blocks`; `kept` is given the weights and the sums of their rows."""
    query, key, value = _parts(sources)
    *lead, length, _ = query.shape
    # Places before heads in memory: putting the heads side by side again costs nothing.
    apart = (*lead[:-1], length, *lead[-1:], value.shape[-1])
    answer = np.empty(apart, np.result_type(query, key, value))
    answer = answer.swapaxes(-3, -2) if lead else answer
    if kept is not None:
        rows = query.shape[:-1]
        kept += np.empty((*rows, key.shape[-2]), answer.dtype), np.empty((*rows, 1), answer.dtype)
    blocked = Blocks(query, key, scale, mask, causal, kept, filled=False)

    def work(start, stop):
        for images, blocks in blocked.between(start, stop):
            keys = blocked.scaled_keys(images)
            values, out = blocked.front(value)[images], blocked.front(answer)[images]
            for rows, seen in blocks:
                weights, total = blocked.weights(images, rows, seen, keys)
                part = out[..., rows, :]
                product(weights, values[..., seen, :], out=part)
                part /= total  # fewer divisions than of the weights

    in_parts(blocked.count, work, blocked.enough)
    return answer


def _rule(g, sources, *, scale, mask, causal, kept):
    flat = attention_slopes(g, *sources, scale=scale, mask=mask, causal=causal, kept=kept)
    return _pieces(flat, sources)


attention.defvjp_joint(_rule)


@primitive
def attention_slopes(*arrays, scale, mask=None, causal=False, kept=None):
    """The gradients of :func:`attention`, end to end as one row; `arrays` are g and the sources."""
    g, *sources = arrays
    query, key, value = _parts(sources)
    sizes = sum(source.size for source in sources)
    flat = np.empty(sizes, np.result_type(query, key, value))
    dquery, dkey, dvalue = _parts(_pieces(flat, sources))
    # Behind the last query with a gradient there is nothing to send back: no blocks are made of it.
    length = last_row_that_counts(g, *sources, *([] if mask is None else [mask]))
    dquery[..., length:, :] = 0
    blocked = Blocks(query, key, scale, mask, causal, kept or None, bool(kept), length)

    def work(start, stop):
        front = blocked.front
        for images, blocks in blocked.between(start, stop):
            q, k, dq, dk, dv, starts = (
                front(x)[images] for x in (query, key, dquery, dkey, dvalue, g)
            )
            keys = blocked.scaled_keys(images)
            # The scale goes in here, where it is multiplied into the least numbers.
            values = np.multiply(front(value)[images].swapaxes(-1, -2), scale, order="C")
            reached = 0  # keys that have a gradient already; the last queries reach most
            for rows, seen in reversed(blocks):
                weights, total = blocked.weights(images, rows, seen, keys)
                start_rows = starts[..., rows, :] / total
                slopes = product(start_rows, values[..., seen])
                mean = np.vecdot(weights, slopes)[..., None]
                mean /= total
                slopes -= mean
                slopes *= weights
                product(slopes, k[..., seen, :], out=dq[..., rows, :])
                for out, x, y in ((dk, slopes, q[..., rows, :]), (dv, weights, start_rows)):
                    if reached:
                        out[..., seen, :] += product(x.swapaxes(-1, -2), y)
                    else:
                        product(x.swapaxes(-1, -2), y, out=out[..., seen, :])
                reached = reached or seen.stop
            dk[..., reached:, :], dv[..., reached:, :] = 0, 0

    in_parts(blocked.count, work, blocked.enough)
    return flat


def _second_rule(g, arrays, *, scale, mask, causal):
    """The formula written out, with all weights in memory."""
    start, *sources = arrays
    query, key, value = _parts(sources)
    a, b, c = _parts(_pieces(g, sources))  # for the gradients of query, key and value
    scores = matrix_product(query, _swap(key)) * scale
    allowed = _allowed(mask, causal, scores.shape)
    if mask is not None and mask.dtype.kind != "b":
        scores = scores + mask
    if allowed is not None:
        scores = where(allowed, scores, -math.inf)
    weights = attention_weights(scores)
    slopes = matrix_product(start, _swap(value))
    mean = _row_sum(weights * slopes)
    dscores = weights * (slopes - mean)
    moved = (matrix_product(a, _swap(key)) + matrix_product(query, _swap(b))) * scale
    moved_mean = _row_sum(weights * moved)
    back = weights * (moved - moved_mean)
    inner = (slopes - mean) * moved - slopes * moved_mean + matrix_product(start, _swap(c))
    outer = weights * (inner - _row_sum(weights * inner))
    dstart = matrix_product(back, value) + matrix_product(weights, c)
    dquery = (matrix_product(outer, key) + matrix_product(dscores, b)) * scale
    dkey = (matrix_product(_swap(outer), query) + matrix_product(_swap(dscores), a)) * scale
    dvalue = matrix_product(_swap(back), start)
    return dstart, *_together(dquery, dkey, dvalue, sources)


attention_slopes.defvjp_joint(_second_rule)


# -- query, key and value, apart or in one ----------------------------------------------------


def _parts(sources):
    """Query, key and value: three already, or (..., T, 3, heads, d) as three (..., heads, T, d)."""
    if len(sources) == 3:
        return sources
    (packed,) = sources
    lead = range(packed.ndim - 4)
    places, three, heads, features = range(packed.ndim - 4, packed.ndim)
    apart = permute_axes(packed, axes=(three, *lead, heads, places, features))
    return apart[0], apart[1], apart[2]


def _together(dquery, dkey, dvalue, sources):
    """Gradients of the parts as gradients of the sources."""
    if len(sources) == 3:
        return dquery, dkey, dvalue
    parts = [reshape_to(x, shape=(1, *x.shape)) for x in (dquery, dkey, dvalue)]
    apart = join(*parts, axis=0)
    three, *lead, heads, places, features = range(apart.ndim)
    return (permute_axes(apart, axes=(*lead, places, three, heads, features)),)


def _pieces(flat, sources):
    """A row of numbers cut into arrays of the shapes of the sources."""
    pieces, start = [], 0
    for source in sources:
        stop = start + math.prod(source.shape)
        pieces.append(reshape_to(flat[start:stop], shape=source.shape))
        start = stop
    return tuple(pieces)


def _allowed(mask, causal, shape):
    """Where a query may look, as one boolean array; None if everywhere."""
    allowed = mask if mask is not None and mask.dtype.kind == "b" else None
    if causal:
        below = np.tri(*shape[-2:], dtype=np.bool_)
        allowed = below if allowed is None else allowed & below
    return allowed


def _swap(x):
    return permute_axes(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def _row_sum(x):
    return sum_over(x, axes=(x.ndim - 1,), keepdim=True)
