"""Layer normalisation of short rows, scaled and shifted, in one go over the memory.

Step by step (`standardize`, then `scale_and_shift`) each of a dozen steps reads and writes the
whole array; a block of rows stays in the processor's cache through all of them.
"""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...threads import in_parts
from ..base.blocks import enough_rows, repeated, rows_of_blocks
from ..base.rows import rows_that_count
from .affine import column_dots, scale_and_shift
from .standardize import (
    deviation_rule,
    inverse_deviation,
    slope_of_deviation,
    slope_of_standardized,
    standardize,
    standardize_slope,
    standardize_within_block,
)


@primitive
def layer_norm_rows(x, weight, bias, *, eps, kept=None):
    """(P, D), (D,), (D,) -> (P, D).

    `kept` is given the standardised rows and what they were multiplied by.
    """
    answer = np.empty(x.shape, np.result_type(x, weight))
    standardized = answer if kept is None else np.empty_like(answer)
    deviation = np.empty((len(x), 1), answer.dtype)
    if kept is not None:
        kept += standardized, deviation
    weights, biases = (repeated(row, answer) for row in (weight, bias))

    def work(start, stop):
        for place in rows_of_blocks(start, stop, x.shape[1]):
            rows, out = standardized[place], answer[place]
            standardize_within_block(x[place], eps, rows, deviation[place])
            np.multiply(rows, weights[: len(rows)], out=out)
            out += biases[: len(rows)]

    in_parts(len(x), work, enough_rows(x.shape[1]))
    return answer


def _rule(g, x, weight, *, eps, kept):
    slopes = layer_norm_slopes(g, x, weight, eps=eps, kept=kept)
    return slopes[:-2], slopes[-2], slopes[-1]


layer_norm_rows.defvjp_joint(_rule)


@primitive
def layer_norm_slopes(slope, x, weight, *, eps, kept=None):
    """The gradients of :func:`layer_norm_rows`: (P, D) of x, then a row of weight, one of bias."""
    if kept:
        standardized, deviation = kept
    else:
        standardized = standardize(x, axes=(1,), eps=eps)
        deviation = inverse_deviation(x, axes=(1,), eps=eps)
    answer = np.empty((len(x) + 2, x.shape[1]), np.result_type(slope, x, weight))
    rows = rows_that_count(slope, standardized, deviation)
    if rows is not None:
        arrays = slope[rows], x[rows], weight
        few = layer_norm_slopes.function(
            *arrays, eps=eps, kept=[standardized[rows], deviation[rows]]
        )
        answer[:-2] = 0
        answer[rows], answer[-2:] = few[:-2], few[-2:]
        return answer
    blocks = list(rows_of_blocks(0, len(x), max(x.shape[1], 64)))  # as column_dots
    sums = np.zeros((2, len(blocks), x.shape[1]))
    weights, share = repeated(weight, answer[:-2]), (weight / x.shape[1])[:, None]
    longest = max((place.stop - place.start for place in blocks), default=0)

    def work(start, stop):
        scratch = np.empty((longest, x.shape[1]), answer.dtype)
        for number in range(start, stop):
            place = blocks[number]
            slopes, rows, out = slope[place], standardized[place], answer[place]
            ones, products = np.ones(len(rows), answer.dtype), scratch[: len(rows)]
            np.multiply(slopes, rows, out=products)
            # (P,) (P, D) -> (D,); `matmul` would keep other threads waiting, see base/product.py
            sums[0, number] = np.dot(ones, products)
            sums[1, number] = np.dot(ones, slopes)
            # `standardize_slope` of slopes * weight, whose means are products with the weight.
            np.multiply(slopes, weights[: len(rows)], out=out)
            mean, along = slopes @ share, products @ share  # (P, D) @ (D, 1) -> (P, 1)
            moved = np.multiply(rows, along, out=products)
            moved += mean
            out -= moved
            out *= deviation[place]

    in_parts(len(blocks), work, least=2)
    answer[-2:] = sums.sum(axis=1)
    return answer


def _second_rule(g, slope, x, weight, *, eps):
    """By the steps that :func:`layer_norm_rows` is made of."""
    to_x, to_weight, to_bias = g[:-2], g[-2], g[-1]
    rows = standardize(x, axes=(1,), eps=eps)
    deviation = inverse_deviation(x, axes=(1,), eps=eps)
    before = scale_and_shift(slope, weight, None)
    through = standardize_slope(to_x, rows, deviation, axes=(1,))
    by_rows = slope_of_standardized(to_x, before, rows, deviation, axes=(1,))
    by_rows = by_rows + scale_and_shift(slope, to_weight, None)
    by_deviation = slope_of_deviation(to_x, before, rows, axes=(1,))
    return (
        scale_and_shift(through, weight, None) + scale_and_shift(rows, to_weight, to_bias),
        standardize_slope(by_rows, rows, deviation, axes=(1,))
        + deviation_rule(by_deviation, deviation, x, axes=(1,)),
        column_dots(slope, through),
    )


layer_norm_slopes.defvjp_joint(_second_rule)
