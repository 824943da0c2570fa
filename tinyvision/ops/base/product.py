"""The one place where matrix products are issued: on one thread, or shared out.

Where threads work already, on parts of their own, products with few numbers as their answer are by
``np.dot``: ``np.matmul`` lets go of Python's lock only if the answer has more than 500 numbers, and
all threads but one would wait, however many numbers are added up.
"""

from __future__ import annotations

import math

import numpy as np

from ...threads import get_num_threads, in_parts, one_blas_thread

WORTH_SHARING = 4e6
"""Multiplications of one part below which waking a thread for it costs more than it gains."""


def product(x, y, out=None):
    """``x @ y`` of arrays, (..., M, K) or (K,) and (..., K, N), written to `out` if given."""
    rows, columns = x.shape[-2] if x.ndim > 1 else 1, y.shape[-1]
    work = max(math.prod(x.shape) * columns, math.prod(y.shape) * rows)
    if get_num_threads() == 1 or work < get_num_threads() * WORTH_SHARING or x.ndim == 1:
        with one_blas_thread():
            return np.matmul(x, y, out=out)
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    if out is None:
        out = np.empty((*batch, rows, columns), np.result_type(x, y))
    if batch and batch[0] >= get_num_threads():
        x = np.broadcast_to(x, (*batch, *x.shape[-2:]))
        y = np.broadcast_to(y, (*batch, *y.shape[-2:]))
        in_parts(batch[0], lambda a, b: np.matmul(x[a:b], y[a:b], out=out[a:b]))
    elif rows >= columns:
        in_parts(rows, lambda a, b: np.matmul(x[..., a:b, :], y, out=out[..., a:b, :]))
    else:  # of what all parts need, BLAS puts a copy in order for each: let it be the shorter side
        in_parts(columns, lambda a, b: np.matmul(x, y[..., a:b], out=out[..., a:b]))
    return out
