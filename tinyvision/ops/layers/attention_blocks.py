"""The weights of attention: all at once, or a block of queries at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...autograd.primitive import primitive
from ..base.blocks import enough_rows, even, pieces_of
from ..base.product import product
from .softmax import are_small, softmax_slope

BLOCK = 2**19
"""Weights that are worked on at a time: 2 MiB of float32."""


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


attention_weights.defvjp(scores=lambda g, ans: softmax_slope(g, ans, axis=ans.ndim - 1))


class Blocks:
    """Which weights are made when, and how. Weights stay undivided by the sums of their rows.

    Args:
        query, key: (..., L, E), (..., S, E), leading axes equal.
        scale, mask, causal: as of :func:`tinyvision.ops.layers.blocked_attention.by_blocks`.
        kept: arrays (..., L, S) and (..., L, 1) for the weights and their sums, or None.
        filled: whether these hold them already.
        length: of so many queries, the first ones; all if not given.
    """

    def __init__(self, query, key, scale, mask, causal, kept, filled, length=None):
        self.lead, self.keys = query.shape[:-2], key.shape[-2]
        self.length = query.shape[-2] if length is None else length
        # The longest leading axis is gone along: it is shared out among threads.
        self.axis = max(range(len(self.lead)), key=lambda i: self.lead[i], default=None)
        self.count = 1 if self.axis is None else self.lead[self.axis]
        # What is worked out for one of the front axis: weights, and as much as its keys.
        numbers = math.prod(self.lead) // max(self.count, 1) * self.keys
        numbers *= self.length + key.shape[-1]
        self.enough = enough_rows(numbers)  # for a thread to be woken
        self.query, self.key = self.front(query), self.front(key)
        self.scale, self.causal = scale, causal
        hidden, added = _hidden_and_added(mask)
        all_weights = (*query.shape[:-1], self.keys)
        self.hidden, self.added = (
            None if each is None else self.front(np.broadcast_to(each, all_weights))
            for each in (hidden, added)
        )
        self.kept = None if kept is None else tuple(self.front(x) for x in kept)
        self.filled = filled

    def front(self, x):
        """With the axis that is gone along first."""
        if self.axis is None:
            return x[None]
        others = [axis for axis in range(x.ndim) if axis != self.axis]
        return x.transpose(self.axis, *others)

    def between(self, start, stop) -> Iterator[tuple[slice, list[tuple[slice, slice]]]]:
        """Slices of the first axis, and for each the queries and the keys of its blocks."""
        others = math.prod(self.lead) // max(self.count, 1) * self.keys  # weights of one query
        images = max(1, BLOCK // max(1, others * self.length))
        rows = self.length if images > 1 else max(1, BLOCK // max(1, others))
        blocks = []
        for few in pieces_of(0, self.length, max(1, rows)):
            seen = min(few.stop, self.keys) if self.causal else self.keys
            blocks.append((few, slice(seen)))
        for piece in pieces_of(start, stop, even(stop - start, images)):
            yield piece, blocks

    def scaled_keys(self, images):
        """The keys as columns, if needed; as rows, small products would take twice as long."""
        if self.filled:
            return None
        return np.multiply(self.key[images].swapaxes(-1, -2), self.scale, order="C")

    def weights(self, images, rows, seen, keys):
        """The weights of a block, and the sums of their rows."""
        if self.kept is None:
            scores = product(self.query[images][..., rows, :], keys[..., seen])
            return scores, self._to_weights(scores, images, rows, seen)
        weights, total = (x[images][..., rows, :] for x in self.kept)
        weights = weights[..., seen]
        if not self.filled:
            product(self.query[images][..., rows, :], keys[..., seen], out=weights)
            total[...] = self._to_weights(weights, images, rows, seen)
        return weights, total

    def _to_weights(self, scores, images, rows, seen):
        """Scores to weights, in place; returns the sums of rows.

        A softmax takes the largest of a row away, so that nothing overflows. Small scores do not,
        and to find the largest of each row would take longer than everything else.
        """
        hidden = None if self.hidden is None else self.hidden[images][..., rows, seen]
        if self.added is not None:
            scores += self.added[images][..., rows, seen]
        if are_small(scores):
            np.exp(scores, out=scores)
            self._hide(scores, rows, hidden, 0)
            # (..., L, S) @ (S, 1): BLAS adds up a row four times faster than NumPy
            total = product(scores, np.ones((scores.shape[-1], 1), scores.dtype))
            if hidden is not None:
                total[total == 0] = 1  # a query that may look at nothing
            return total
        self._hide(scores, rows, hidden, -np.inf)
        scores[...] = attention_weights.function(scores)
        return np.ones((*scores.shape[:-1], 1), scores.dtype)

    def _hide(self, scores, rows, hidden, value):
        """Put a value where a query may not look."""
        if self.causal:  # keys before all of these queries are seen by all of them
            late = scores[..., rows.start :]
            np.copyto(late, value, where=~np.tri(*late.shape[-2:], dtype=np.bool_))
        if hidden is not None:
            np.copyto(scores, value, where=hidden)


def _hidden_and_added(mask):
    """A mask as two: where a query may not look, and finite numbers to add; None for neither."""
    if mask is None:
        return None, None
    if mask.dtype.kind == "b":
        return ~mask, None
    hidden = np.isneginf(mask)
    return hidden, np.where(hidden, mask.dtype.type(0), mask)
