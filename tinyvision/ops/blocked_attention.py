"""Attention a block of queries at a time, so that all weights are never in memory together.

The weights of T places are T² numbers: 64 MiB a head at 4,096 places. A block of them fits into the
processor's cache, where it is made, used and forgotten; the way back makes it anew. Only the
weights of few keys are kept, as making them again costs more than they take. The plain formula is
:func:`tinyvision.ops.attention.attend`; the second derivative below follows it.

Source: Dao et al., "FlashAttention" (2022); Rabe and Staats, "Self-attention Does Not Need O(n²)
Memory" (2021).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..autograd.modes import is_grad_enabled
from ..autograd.primitive import primitive
from ..threads import in_parts
from .broadcast import reshape_to, sum_over
from .choose import where
from .join import join
from .linalg import matrix_product
from .order import permute_axes
from .product import product

BLOCK = 2**18
"""Weights that are worked on at a time: 1 MiB of float32, what a core's cache holds."""

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
    kept = None
    if is_grad_enabled() and any(source.requires_grad for source in sources):
        query, key, _ = _parts(tuple(source._array for source in sources))
        if key.shape[-2] <= KEPT_KEYS:
            rows = query.shape[:-1]
            kept = np.empty((*rows, key.shape[-2]), query.dtype), np.empty((*rows, 1), query.dtype)
        mask = None if mask is None else mask.copy()  # nobody counts its changes
    return attention(*sources, scale=scale, mask=mask, causal=causal, kept=kept)


@primitive
def attention(*sources, scale, mask=None, causal=False, kept=None):
    """As :func:`by_blocks`; `kept` are two arrays to be filled, the weights and their row sums."""
    query, key, value = _parts(sources)
    *lead, length, _ = query.shape
    # Places before heads in memory: putting the heads side by side again costs nothing.
    apart = (*lead[:-1], length, *lead[-1:], value.shape[-1])
    answer = np.empty(apart, np.result_type(query, key, value))
    answer = answer.swapaxes(-3, -2) if lead else answer
    walk = _Walk(query, key, scale, mask, causal, kept)

    def work(start, stop):
        for images, blocks in walk.blocks(start, stop):
            keys = walk.scaled_keys(images)
            values, out = walk.front(value)[images], walk.front(answer)[images]
            for rows, seen in blocks:
                weights, total = walk.weights(images, rows, seen, keys)
                part = out[..., rows, :]
                product(weights, values[..., seen, :], out=part)
                part /= total  # fewer divisions than of the weights

    in_parts(walk.count, work)
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
    walk = _Walk(query, key, scale, mask, causal, kept, filled=True)

    def work(start, stop):
        front = walk.front
        for images, blocks in walk.blocks(start, stop):
            q, k, dq, dk, dv, starts = (
                front(x)[images] for x in (query, key, dquery, dkey, dvalue, g)
            )
            keys = walk.scaled_keys(images)
            # The scale goes in here, where it is multiplied into the least numbers.
            values = np.multiply(front(value)[images].swapaxes(-1, -2), scale, order="C")
            reached = 0  # keys that have a gradient already; the last queries reach most
            for rows, seen in reversed(blocks):
                weights, total = walk.weights(images, rows, seen, keys)
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

    in_parts(walk.count, work)
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


@primitive
def attention_weights(scores):
    """The softmax along the last axis, where a row of nothing but -inf has weights of 0.

    Such a row is a query that may look at nothing; an ordinary softmax makes it NaN.
    """
    top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = scores - np.where(np.isneginf(top), scores.dtype.type(0), top)
    np.exp(weights, out=weights)
    total = weights.sum(axis=-1, keepdims=True)
    weights /= np.where(total == 0, scores.dtype.type(1), total)
    return weights


attention_weights.defvjp(
    scores=lambda g, ans: ans * (g - sum_over(g * ans, axes=(ans.ndim - 1,), keepdim=True))
)


# -- going through the weights ----------------------------------------------------------------


class _Walk:
    """Which weights are made when, and how.

    Args:
        kept: arrays for the weights and their row sums, or None.
        filled: whether these hold them already.
    """

    def __init__(self, query, key, scale, mask, causal, kept, filled=False):
        self.lead, self.length, self.keys = query.shape[:-2], query.shape[-2], key.shape[-2]
        # The longest leading axis is walked along: it is shared out among threads.
        self.axis = max(range(len(self.lead)), key=lambda i: self.lead[i], default=None)
        self.count = 1 if self.axis is None else self.lead[self.axis]
        self.query, self.key = self.front(query), self.front(key)
        self.scale, self.causal = scale, causal
        self.mask = None
        if mask is not None:
            self.mask = self.front(np.broadcast_to(mask, (*query.shape[:-1], self.keys)))
        self.kept = None if kept is None else tuple(self.front(x) for x in kept)
        self.filled = filled
        self.limit = math.log(np.finfo(query.dtype).max) / 3

    def front(self, x):
        """With the axis that is walked along first."""
        return x[None] if self.axis is None else np.moveaxis(x, self.axis, 0)

    def blocks(self, start, stop) -> Iterator[tuple[slice, list[tuple[slice, slice]]]]:
        """Slices of the first axis, and for each the queries and keys of its blocks."""
        others = math.prod(self.lead) // max(self.count, 1) * self.keys  # weights of one query
        images = max(1, BLOCK // max(1, others * self.length))
        rows = self.length if images > 1 else max(1, BLOCK // max(1, others))
        blocks = []
        for first in range(0, self.length, max(1, rows)):
            last = min(first + rows, self.length)
            seen = min(last, self.keys) if self.causal else self.keys
            blocks.append((slice(first, last), slice(seen)))
        for first in range(start, stop, images):
            yield slice(first, min(first + images, stop)), blocks

    def scaled_keys(self, images):
        """The keys as columns; next to each other in memory, small products are twice as fast."""
        if self.kept is not None and self.filled:
            return None
        return np.multiply(self.key[images].swapaxes(-1, -2), self.scale, order="C")

    def weights(self, images, rows, seen, keys):
        """The weights of a block of queries, not divided by their row sums; and these."""
        if self.kept is not None:
            weights, total = (x[images][..., rows, :] for x in self.kept)
            weights = weights[..., seen]
            if self.filled:
                return weights, total
            product(self.query[images][..., rows, :], keys[..., seen], out=weights)
        else:
            weights, total = product(self.query[images][..., rows, :], keys[..., seen]), None
        self._hide(weights, images, rows, seen)
        sums = self._exponentials(weights)
        if total is None:
            return weights, sums
        total[...] = sums
        return weights, total

    def _hide(self, scores, images, rows, seen):
        if self.causal:
            places, keys = np.arange(self.length)[rows, None], np.arange(self.keys)[seen]
            np.copyto(scores, -np.inf, where=keys > places)
        if self.mask is not None:
            mask = self.mask[images][..., rows, seen]
            if mask.dtype.kind == "b":
                np.copyto(scores, -np.inf, where=~mask)
            else:
                scores += mask

    def _exponentials(self, scores):
        """Scores to weights, in place; their row sums.

        A softmax takes the largest of a row away so that none overflows. Scores within the cube
        root of the largest number do not, and finding each row's largest would take longer than
        all the rest.
        """
        if scores.size and scores.max() < self.limit and scores.min() > -self.limit:  # not if NaN
            np.exp(scores, out=scores)
            # (..., L, S) @ (S, 1): BLAS adds up a row four times faster than NumPy
            return product(scores, np.ones((scores.shape[-1], 1), scores.dtype))
        scores[...] = attention_weights.function(scores)
        return np.ones((*scores.shape[:-1], 1), scores.dtype)


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
        below = np.tri(*shape[-2:], dtype=bool)
        allowed = below if allowed is None else allowed & below
    return allowed


def _swap(x):
    return permute_axes(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def _row_sum(x):
    return sum_over(x, axes=(x.ndim - 1,), keepdim=True)
