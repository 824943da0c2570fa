"""Subtract the mean, divide by the standard deviation: one primitive for every normalisation.

Along the last axis of an array it goes through blocks of rows that stay in the processor's cache,
where the several steps cost little; along others it takes one step after the other.
"""

from __future__ import annotations

import math

import numpy as np

from ..autograd.primitive import primitive
from ..threads import in_parts
from .blocks import rows_of_blocks
from .broadcast import sum_over
from .linalg import matrix_product
from .power import rsqrt

_LONGEST_ROW = 1024


@primitive
def standardize(x, *, axes, eps, kept=None):
    """(x - mean) / sqrt(var + eps) over the axes; var without Bessel's correction.

    `kept` is given 1 / sqrt(var + eps).
    """
    if are_short_rows(x, axes):
        answer, deviation = _standardized_rows(x, eps)
    else:
        answer, deviation = plain_standardize(x, axes, eps)
    if kept is not None:
        kept.append(deviation)
    return answer


def plain_standardize(x, axes, eps):
    """The same step by step: what the tests hold blocks of rows to; and 1 / sqrt(var + eps)."""
    centred = x - mean_over(x, axes)
    deviation = rsqrt(mean_product(centred, centred, axes) + eps)
    centred *= deviation
    return centred, deviation


def _standardized_rows(x, eps):
    width = x.shape[-1]
    rows = x.reshape(-1, width)
    answer = np.empty(rows.shape, x.dtype.newbyteorder("="))
    deviation = np.empty((len(rows), 1), answer.dtype)
    share = np.full((width, 1), 1.0 / width, answer.dtype)

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            out, inverse = answer[place], deviation[place, 0]
            # The variance from the distances to the mean, never E[x2] - E[x]2.
            np.subtract(rows[place], rows[place] @ share, out=out)  # (P, D) @ (D, 1) -> (P, 1)
            np.vecdot(out, out, out=inverse)
            inverse *= 1.0 / width
            inverse += eps
            np.sqrt(inverse, out=inverse)
            np.divide(1.0, inverse, out=inverse)
            out *= deviation[place]

    in_parts(len(rows), work, least=256)
    return answer.reshape(x.shape), deviation.reshape(*x.shape[:-1], 1)


standardize.defvjp(
    x=lambda g, ans, x, *, axes, eps, kept: standardize_slope(
        g, ans, inverse_deviation(x, axes=axes, eps=eps, kept=kept), axes=axes
    )
)


@primitive
def inverse_deviation(x, *, axes, eps, kept=None):
    """1 / sqrt(var + eps) over the axes, which stay with size 1."""
    if kept:
        return kept[0]
    short = are_short_rows(x, axes)
    return (_standardized_rows(x, eps) if short else plain_standardize(x, axes, eps))[1]


def _deviation_rule(g, ans, x, *, axes):
    centred = x - mean_over(x, axes)
    return centred * (g * (ans * ans * ans) * (-1.0 / _count(x, axes)))


inverse_deviation.defvjp(x=_deviation_rule)


@primitive
def standardize_slope(slope, standardized, deviation, *, axes):
    """The gradient of :func:`standardize`; `deviation` is the inverse one.

    Moving all x together, or stretching them, changes nothing: both parts are taken out.
    """
    if not are_short_rows(slope, axes):
        kept = slope - mean_over(slope, axes)
        kept -= standardized * mean_product(slope, standardized, axes)
        kept *= deviation
        return kept
    width = slope.shape[-1]
    slopes, rows = slope.reshape(-1, width), standardized.reshape(-1, width)
    inverse = deviation.reshape(-1, 1)
    answer = np.empty(rows.shape, np.result_type(slope, standardized))
    share = np.full((width, 1), 1.0 / width, answer.dtype)

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            out = answer[place]
            np.subtract(slopes[place], slopes[place] @ share, out=out)
            along = np.vecdot(slopes[place], rows[place])[:, None]
            along *= 1.0 / width
            out -= rows[place] * along
            out *= inverse[place]

    in_parts(len(rows), work, least=256)
    return answer.reshape(slope.shape)


def _slope_of_standardized(g, slope, standardized, deviation, *, axes):
    along, across = (mean_product(x, standardized, axes) for x in (slope, g))
    return (g * along + slope * across) * (deviation * -1.0)


def _slope_of_deviation(g, slope, standardized, *, axes):
    along = mean_product(slope, standardized, axes)
    kept = slope - mean_over(slope, axes) - standardized * along
    return sum_over(g * kept, axes=axes, keepdim=True)


standardize_slope.defvjp(
    slope=lambda g, standardized, deviation, *, axes: standardize_slope(
        g, standardized, deviation, axes=axes
    ),
    standardized=_slope_of_standardized,
    deviation=_slope_of_deviation,
)


# -- means ------------------------------------------------------------------------------------


def mean_over(x, axes):
    """The mean over axes, which stay with size 1."""
    if are_short_rows(x, axes):
        # (..., D) @ (D, 1) -> (..., 1): BLAS adds up a row four times faster than NumPy
        return matrix_product(x, np.full((x.shape[-1], 1), 1.0 / x.shape[-1], x.dtype))
    return sum_over(x, axes=axes, keepdim=True) * (1.0 / _count(x, axes))


def mean_product(x, y, axes):
    """The mean of x * y, without the product in memory where that is possible."""
    if are_short_rows(x, axes):
        return row_dots(x, y) * (1.0 / x.shape[-1])
    return mean_over(x * y, axes)


def _count(x, axes) -> int:
    return max(math.prod(x.shape[axis] for axis in axes), 1)


def are_short_rows(x, axes) -> bool:
    """Whether to go over the last axis alone, short enough to be added up in its own type."""
    return (
        axes == (x.ndim - 1,)
        and 0 < x.shape[-1] <= _LONGEST_ROW
        and x.dtype in (np.float32, np.float64)
    )


@primitive
def row_dots(x, y):
    """The inner products of rows: (..., D), (..., D) -> (..., 1)."""
    return np.vecdot(x, y)[..., None]


row_dots.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)
