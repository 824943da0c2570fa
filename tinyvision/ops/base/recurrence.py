"""A linear recurrence along an axis: the way back through running products, and its own."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from .index import pick, put
from .order import flip_axes


@primitive
def recur(factor, term, *, axis):
    """``s[i] = factor[i] * s[i - 1] + term[i]`` along an axis; before the first stands 0."""
    factors, out = np.moveaxis(factor, axis, 0), term.copy()
    sums = np.moveaxis(out, axis, 0)
    for i in range(1, len(sums)):
        sums[i] += factors[i] * sums[i - 1]
    return out


def recur_back(factor, term, *, axis):
    """``s[i] = factor[i + 1] * s[i + 1] + term[i]``: the adjoint of :func:`recur` in ``term``."""
    ahead = shifted(factor, -1, axis=axis)
    turned = (flip_axes(x, axes=(axis,)) for x in (ahead, term))
    return flip_axes(recur(*turned, axis=axis), axes=(axis,))


def shifted(x, by, *, axis):
    """Moved along an axis by one place, forth (1) or back (-1); a zero enters."""
    n = x.shape[axis]
    kept, to = (slice(0, max(n - 1, 0)), slice(1, None))[::by]
    before = (slice(None),) * axis
    return put(pick(x, index=(*before, kept)), index=(*before, to), shape=x.shape)


recur.defvjp(
    factor=lambda g, ans, factor, *, axis: (
        recur_back(factor, g, axis=axis) * shifted(ans, 1, axis=axis)
    ),
    term=lambda g, factor, *, axis: recur_back(factor, g, axis=axis),
)
