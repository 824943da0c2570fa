"""Subtract the mean, divide by the standard deviation: one primitive for every normalisation.

Along the last axis of an array it goes through blocks of rows that stay in the processor's cache,
where the several steps cost little; along others it takes one step after the other.
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...threads import in_parts
from ..base.blocks import are_short_rows, enough_rows, rows_of_blocks
from ..base.broadcast import inner_axes, memory_order, sum_of_rows, sum_over
from ..base.linalg import matrix_product
from ..elementwise.power import rsqrt

_LONGEST_DOT = 65536  # BLAS adds up in 32 or more sums side by side, which is exact enough so far


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
    deviation = rsqrt(_mean_of_products(centred, centred, axes) + eps)
    centred *= deviation
    return centred, deviation


def _standardized_rows(x, eps):
    width = x.shape[-1]
    rows = x.reshape(-1, width)
    answer = np.empty(rows.shape, x.dtype.newbyteorder("="))
    deviation = np.empty((len(rows), 1), answer.dtype)

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            standardize_within_block(rows[place], eps, answer[place], deviation[place])

    in_parts(len(rows), work, enough_rows(width))
    return answer.reshape(x.shape), deviation.reshape(*x.shape[:-1], 1)


def standardize_within_block(x, eps, out, inverse):
    """Few rows (P, D), written to `out`, and 1 / sqrt(var + eps) to `inverse`, (P, 1)."""
    # (P, D) @ (D, 1) -> (P, 1): BLAS adds up a row four times faster than NumPy
    np.subtract(x, x @ _share(x), out=out)
    # The variance from the distances to the mean, never E[x2] - E[x]2.
    np.vecdot(out, out, out=inverse[:, 0])
    inverse *= 1.0 / x.shape[1]
    inverse += eps
    np.sqrt(inverse, out=inverse)
    np.divide(1.0, inverse, out=inverse)
    out *= inverse


def _share(x):
    return np.full((x.shape[1], 1), 1.0 / x.shape[1], x.dtype)


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


def deviation_rule(g, ans, x, *, axes):
    """The rule of :func:`inverse_deviation`."""
    centred = x - mean_over(x, axes)
    return centred * (g * (ans * ans * ans) * (-1.0 / _count(x, axes)))


inverse_deviation.defvjp(x=deviation_rule)


@primitive
def standardize_slope(slope, standardized, deviation, *, axes):
    """The gradient of :func:`standardize`; `deviation` is the inverse one.

    Moving all x together, or stretching them, changes nothing: both parts are taken out.
    """
    if not are_short_rows(slope, axes):
        kept = slope - mean_over(slope, axes)
        kept -= standardized * _mean_of_products(slope, standardized, axes)
        kept *= deviation
        return kept
    width = slope.shape[-1]
    slopes, rows = slope.reshape(-1, width), standardized.reshape(-1, width)
    inverse = deviation.reshape(-1, 1)
    answer = np.empty(rows.shape, np.result_type(slope, standardized))

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            slope_within_block(slopes[place], rows[place], inverse[place], answer[place])

    in_parts(len(rows), work, enough_rows(width))
    return answer.reshape(slope.shape)


def slope_within_block(slope, rows, inverse, out):
    """:func:`standardize_slope` of few rows, (P, D) and (P, 1), written to `out`."""
    np.subtract(slope, slope @ _share(slope), out=out)  # (P, D) @ (D, 1) -> (P, 1)
    along = np.vecdot(slope, rows)[:, None]
    along *= 1.0 / slope.shape[1]
    out -= rows * along
    out *= inverse


def slope_of_standardized(g, slope, standardized, deviation, *, axes):
    """The rule of :func:`standardize_slope` for what was standardised."""
    along, across = (mean_product(x, standardized, axes) for x in (slope, g))
    return (g * along + slope * across) * (deviation * -1.0)


def slope_of_deviation(g, slope, standardized, *, axes):
    """The rule of :func:`standardize_slope` for the inverse deviation."""
    along = mean_product(slope, standardized, axes)
    kept = slope - mean_over(slope, axes) - standardized * along
    return sum_over(g * kept, axes=axes, keepdim=True)


standardize_slope.defvjp(
    slope=lambda g, standardized, deviation, *, axes: standardize_slope(
        g, standardized, deviation, axes=axes
    ),
    standardized=slope_of_standardized,
    deviation=slope_of_deviation,
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


def _mean_of_products(x, y, axes):
    """The same of plain arrays; images, too, are gone through without the products in memory."""
    order = memory_order(x)
    inner = inner_axes(order, axes)
    length = math.prod(x.shape[axis] for axis in order[len(order) - inner :])
    x_rows, y_rows = x.transpose(order), y.transpose(order)
    in_rows = x_rows.flags.c_contiguous and y_rows.flags.c_contiguous and x.dtype == y.dtype
    if not (inner and in_rows and x.itemsize >= 4 and length <= _LONGEST_DOT):
        return mean_product(x, y, axes)
    shape = (*x_rows.shape[: x.ndim - inner], length)
    rows = np.vecdot(x_rows.reshape(shape), y_rows.reshape(shape))
    total = sum_of_rows(rows, order, axes) * (1.0 / _count(x, axes))
    return np.expand_dims(total, axes)


def _count(x, axes) -> int:
    return max(math.prod(x.shape[axis] for axis in axes), 1)


@primitive
def row_dots(x, y):
    """The inner products of rows: (..., D), (..., D) -> (..., 1)."""
    return np.vecdot(x, y)[..., None]


row_dots.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)
