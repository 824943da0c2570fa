"""Rows of a gradient that are all 0, and what need not be computed for them.

A classifier that reads the class token alone sends gradients of 0 to all the other places, down to
the last layer's attention; a loss over some places does so to the rest.
"""

from __future__ import annotations

import numpy as np

from ...threads import one_blas_thread


def rows_that_count(slope, *others):
    """The numbers of the rows where the slope, (P, D), is not all 0, if these are few; else None.

    They are looked for only if the last row is all 0: elsewhere that one look is all it costs.
    `others` are what the slope is multiplied by; with an infinity or a NaN in them, all rows count.
    """
    if not len(slope) or slope[-1].any():
        return None
    (rows,) = np.nonzero(slope.any(axis=1))
    return rows if 2 * len(rows) <= len(slope) and all(map(_is_finite, others)) else None


def last_row_that_counts(slope, *others):
    """How many rows there are up to the last where the slope, (..., P, D), is not all 0.

    `others` as of :func:`rows_that_count`.
    """
    length = slope.shape[-2]
    if not length or slope[..., -1, :].any() or not all(map(_is_finite, others)):
        return length
    rows = np.moveaxis(slope, -2, 0).reshape(length, -1)
    (places,) = np.nonzero(rows.any(axis=1))
    return int(places[-1]) + 1 if len(places) else 0


def _is_finite(x) -> bool:
    """Whether 0 times x is 0: of infinity and NaN it is NaN. One number tells it.

    The sum of squares takes BLAS a third of the time of a sum. Should it overflow, the answer is
    wrong on the safe side: more is computed than need be.
    """
    if x.dtype not in (np.float32, np.float64) or not x.flags.forc:
        return bool(np.isfinite(x.sum()))
    numbers = x.ravel(order="K")
    with one_blas_thread(), np.errstate(over="ignore"):
        return bool(np.isfinite(np.dot(numbers, numbers)))
