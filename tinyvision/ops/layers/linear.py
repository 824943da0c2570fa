"""A linear layer: every row times the same weights, plus the same bias."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...threads import in_parts
from ..base.blocks import even, pieces_of, repeated, rows_of_blocks
from ..base.broadcast import column_sums, reshape_to, stretch_to, sum_over
from ..base.linalg import check_same_type, matrix_product
from ..base.order import permute_axes
from ..base.product import WORTH_SHARING
from ..base.rows import rows_that_count
from ..base.shape_advice import for_features

_TILE = 3 * 2**17
"""Numbers read and written while a tile of rows is worked on: 1.5 MiB of float32.

BLAS writes zeros to where the answer goes, then adds to them, and the bias is added after that; the
gradients read the slope three times. Tile by tile it is all still in the processor's cache.
"""


def _tiles(start, stop, row, weight):
    """Slices of the rows from start to stop; `row` numbers belong to one."""
    rows = _TILE // max(row, 1)
    if rows < max(weight.shape):  # to put the weights in order for each tile would take longer
        rows = stop - start
    return pieces_of(start, stop, even(stop - start, max(rows, 1)))


@primitive
def _linear(x, weight, bias):
    """(..., K), (O, K), (O,) -> (..., O); the bias may be None."""
    rows, columns = _rows(x), weight.T
    out = np.empty((len(rows), len(weight)), np.result_type(x, weight))
    answer = out.reshape(*x.shape[:-1], len(weight))
    if len(rows) >= len(weight):
        _by_rows(rows, columns, bias, out)
    else:  # what all parts need is put in order for each: let it be the shorter side
        _by_features(rows, columns, bias, out)
    return answer


def _by_rows(rows, columns, bias, out):
    """Each thread computes some rows of (P, K) @ (K, O) -> (P, O)."""
    biases = None if bias is None else repeated(bias, out)

    def work(start, stop):
        for tile in _tiles(start, stop, sum(columns.shape), columns):
            np.matmul(rows[tile], columns, out=out[tile])
            if biases is not None:
                for place in rows_of_blocks(tile.start, tile.stop, out.shape[1]):
                    out[place] += biases[: place.stop - place.start]

    in_parts(len(rows), work, math.ceil(WORTH_SHARING / max(columns.size, 1)))


def _by_features(rows, columns, bias, out):
    """Each thread computes some features of (P, K) @ (K, O) -> (P, O)."""

    def work(start, stop):
        mine = slice(start, stop)
        np.matmul(rows, columns[:, mine], out=out[:, mine])
        if bias is not None:
            out[:, mine] += bias[mine]

    in_parts(columns.shape[1], work, math.ceil(WORTH_SHARING / max(rows.size, 1)))


def _rows(x):
    """(..., D) -> (P, D)."""
    return reshape_to(x, shape=(math.prod(x.shape[:-1]), x.shape[-1]))


def _are_shared_by_rows(rows, weight) -> bool:
    """Whether there are more rows than features, so that each thread does some rows whole."""
    return len(rows) >= max(*weight.shape, 1) and weight.size > 0


@primitive
def linear_slopes(slope, x, weight, *, biased=True):
    """The gradients of :func:`_linear`, end to end: (..., K) of x, (O, K) of weight, (O,) of bias.

    One after the other they would be shared out among threads three times.
    """
    size = x.size + weight.size + (len(weight) if biased else 0)
    flat = np.empty(size, np.result_type(slope, x, weight))
    slope, x = _rows(slope), _rows(x)
    to_x, to_weight, to_bias = _apart(flat, x.shape, weight.shape)
    rows = rows_that_count(slope, x, weight)
    if rows is not None:  # of the others the gradient is 0, and they add nothing to the sums
        few = x[rows]
        slopes = linear_slopes.function(slope[rows], few, weight, biased=biased)
        to_x[...] = 0
        to_x[rows], to_weight[...], to_bias[...] = _apart(slopes, few.shape, weight.shape)
        return flat
    if not _are_shared_by_rows(x, weight):

        def features(start, stop):
            mine = slice(start, stop)
            np.matmul(slope, weight[:, mine], out=to_x[:, mine])  # (P, O) @ (O, K) -> (P, K)
            np.matmul(slope.T, x[:, mine], out=to_weight[:, mine])  # (O, P) @ (P, K) -> (O, K)

        in_parts(x.shape[1], features, math.ceil(WORTH_SHARING / max(2 * slope.size, 1)))
        if biased:
            to_bias[...] = _sum_of_rows(slope)
        return flat
    parts = {}

    def work(start, stop):
        of_weight = to_weight if start == 0 else np.empty_like(to_weight)
        of_bias = np.zeros(len(weight))  # float64
        for tile in _tiles(start, stop, len(weight) + 2 * x.shape[1], weight):
            np.matmul(slope[tile], weight, out=to_x[tile])
            if tile.start == start:
                np.matmul(slope[tile].T, x[tile], out=of_weight)
            else:
                of_weight += np.matmul(slope[tile].T, x[tile])
            if biased:
                of_bias += column_sums(slope[tile])
        parts[start] = of_weight, of_bias

    in_parts(len(x), work, math.ceil(WORTH_SHARING / (2 * weight.size)))
    # In the order of the parts, not that in which the threads came to an end.
    (_, bias), *others = (parts[start] for start in sorted(parts))
    for of_weight, of_bias in others:
        to_weight += of_weight
        bias += of_bias
    if biased:
        to_bias[...] = bias
    return flat


def _sum_of_rows(slope):
    return sum_over(slope, axes=(0,), keepdim=False)


def _apart(flat, x_shape, weight_shape):
    """What :func:`linear_slopes` puts end to end."""
    x_size, weight_size = math.prod(x_shape), math.prod(weight_shape)
    return (
        reshape_to(flat[:x_size], shape=x_shape),
        reshape_to(flat[x_size : x_size + weight_size], shape=weight_shape),
        flat[x_size + weight_size :],
    )


def _turned_rows(x):
    """(..., D) -> (D, P)."""
    return permute_axes(_rows(x), axes=(1, 0))


def _back_to_x(slope, weight):
    """(..., O) @ (O, K) -> (..., K)."""
    of_rows = matrix_product(_rows(slope), weight)
    return reshape_to(of_rows, shape=(*slope.shape[:-1], weight.shape[1]))


def _rule(g, x, weight, *, needs):
    slopes = linear_slopes(g, x, weight, biased=needs[2])
    to_x, to_weight, to_bias = _apart(slopes, x.shape, weight.shape)
    return to_x, to_weight, to_bias if needs[2] else None


def _second_rule(g, slope, x, weight, *, biased):
    """What :func:`linear_slopes` gives is slope @ weight, slope.T @ x and the slope's row sums.

    Two products and a sum: `g`, cut up as they are, is sent back through each as through any.
    """
    to_x, to_weight, to_bias = _apart(g, x.shape, weight.shape)
    return (
        _linear(to_x, weight, None) + _linear(x, to_weight, to_bias if biased else None),
        _back_to_x(slope, to_weight),
        matrix_product(_turned_rows(slope), _rows(to_x)),
    )


_linear.defvjp(
    x=lambda g, weight: _back_to_x(g, weight),
    weight=lambda g, x: matrix_product(_turned_rows(g), _rows(x)),
    bias=lambda g: _sum_of_rows(_rows(g)),
)
_linear.defvjp_joint(_rule, wanted=("x", "weight"))
linear_slopes.defvjp_joint(_second_rule)


def linear(input, weight, bias=None):
    """``input @ weight.T + bias``, on the last axis.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,) or None.

    Returns:
        (..., out_features).

    Raises:
        ValueError: the sizes do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.linear(tv.tensor([1.0, 2.0]), tv.tensor([[1.0, 0.0], [1.0, 1.0]]), tv.tensor([0.0, 10.0]))
    tensor([ 1., 13.])
    """
    if weight.ndim == 1:
        weight_rows = reshape_to(weight, shape=(1, *weight.shape))
        return reshape_to(linear(input, weight_rows, bias), shape=input.shape[:-1])
    if weight.ndim != 2:
        raise ValueError(f"linear: weight must have 2 axes (out, in), got shape {weight.shape}")
    if input.ndim == 0 or input.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"linear: the last axis of the input, of shape {input.shape}, must have "
            f"{weight.shape[1]} elements (in_features of weight {weight.shape}), got "
            f"{input.shape[-1] if input.ndim else 'none'}; "
            f"{for_features(input.shape, weight.shape[1])}"
        )
    check_same_type("linear", input, weight)
    if bias is not None:
        check_same_type("linear: weight and bias", weight, bias)
        if bias.shape not in (weight.shape[:1], ()):
            raise ValueError(
                f"linear: bias must have shape {weight.shape[:1]} (out_features), got {bias.shape}"
            )
        bias = stretch_to(bias, shape=weight.shape[:1]) if bias.ndim == 0 else bias
    return _linear(input, weight, bias)
