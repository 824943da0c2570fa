"""Softmax, its logarithm, and logsumexp: none of them overflows, and -inf is a weight of 0."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ...threads import in_parts
from ..base.blocks import are_short_rows, enough_rows, rows_of_blocks
from ..base.broadcast import reshape_to, restore_axes, sum_over
from ..base.choose import where
from ..base.promote import as_type, check_dim, check_dims, floating
from ..chance.random import default_generator
from ..elementwise.exponential import exp


@primitive
def _softmax(x, *, axis):
    if are_short_rows(x, (axis,)):
        return _softmax_of_rows(x)
    return plain_softmax(x, axis)


def plain_softmax(x, axis):
    """The same for any axis and length: what the tests hold blocks of rows to."""
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    np.exp(shifted, out=shifted)
    shifted /= sum_over(shifted, axes=(axis,), keepdim=True)
    return shifted


def _softmax_of_rows(x):
    """A block of rows at a time, so that the steps after the first find it in cache."""
    width = x.shape[-1]
    rows = x.reshape(-1, width)
    answer = np.empty(rows.shape, x.dtype.newbyteorder("="))
    ones = np.ones((width, 1), answer.dtype)

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            block, out = rows[place], answer[place]
            if are_small(block):
                np.exp(block, out=out)
            else:
                np.subtract(block, block.max(axis=-1, keepdims=True), out=out)
                np.exp(out, out=out)
            out /= out @ ones  # (P, D) @ (D, 1) -> (P, 1), by BLAS four times faster than a sum

    in_parts(len(rows), work, enough_rows(width))
    return answer.reshape(x.shape)


def are_small(scores) -> bool:
    """Whether exponentials need no largest number taken away to stay far from overflow.

    To find the largest of all takes a fifth of the time of finding that of each row.
    """
    limit = math.log(np.finfo(scores.dtype).max) / 3  # also for their sum times something
    return bool(scores.size and scores.max() < limit and scores.min() > -limit)  # not if NaN


_softmax.defvjp(x=lambda g, ans, *, axis: softmax_slope(g, ans, axis=axis))


@primitive
def softmax_slope(slope, weights, *, axis):
    """The gradient of a softmax along an axis, from its answer: weights * (slope - mean)."""
    if not are_short_rows(weights, (axis,)):
        return weights * (slope - sum_over(slope * weights, axes=(axis,), keepdim=True))
    width = weights.shape[-1]
    slopes, shares = slope.reshape(-1, width), weights.reshape(-1, width)
    answer = np.empty(shares.shape, np.result_type(slope, weights))

    def work(start, stop):
        for place in rows_of_blocks(start, stop, width):
            block, share, out = slopes[place], shares[place], answer[place]
            np.subtract(block, np.vecdot(block, share)[:, None], out=out)
            out *= share

    in_parts(len(shares), work, enough_rows(width))
    return answer.reshape(weights.shape)


def _slope_of_weights(g, slope, weights, *, axis):
    means = [sum_over(x * weights, axes=(axis,), keepdim=True) for x in (slope, g)]
    return g * (slope - means[0]) - slope * means[1]


softmax_slope.defvjp(
    slope=lambda g, weights, *, axis: softmax_slope(g, weights, axis=axis),
    weights=_slope_of_weights,
)


@primitive
def _log_softmax(x, *, axis):
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    shifted -= np.log(sum_over(np.exp(shifted), axes=(axis,), keepdim=True))
    return shifted


_log_softmax.defvjp(
    x=lambda g, ans, *, axis: g - exp(ans) * sum_over(g, axes=(axis,), keepdim=True)
)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Positive weights that add up to 1 along an axis: ``exp(x) / sum(exp(x))``.

    Args:
        input: any shape; integers become float32.
        dim: the axis; must be given.

    Raises:
        ValueError: ``dim`` is missing.

    >>> import tinyvision as tv
    >>> tv.softmax(tv.tensor([0.0, 0.0, float("-inf")]), dim=0)
    tensor([0.5, 0.5, 0. ])
    """
    return _along("softmax", _softmax, input, dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """The logarithm of :func:`softmax`, exact also where the softmax would round to 0.

    >>> import tinyvision as tv
    >>> tv.log_softmax(tv.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return _along("log_softmax", _log_softmax, input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """The :func:`softmax` of ``-x``: the least has the largest weight.

    Raises:
        ValueError: ``dim`` is missing.

    >>> import tinyvision as tv
    >>> tv.nn.functional.softmin(tv.tensor([0.0, float("inf")]), dim=0)
    tensor([1., 0.])
    """
    return _along("softmin", _softmax, -input, dim, dtype)


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A random choice among classes, with a gradient: the softmax of scores with noise added.

    Args:
        logits: scores, any shape.
        tau: the temperature; the lower, the nearer the answer is to 0 and 1.
        hard: answer with 0 and 1 themselves; the gradient is that of the soft answer.
        eps: has no effect in torch either, and may not be changed here.
        dim: the axis of the classes.

    Raises:
        TypeError: the scores are integers.
        ValueError: ``eps`` is given.

    Source: Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.functional.gumbel_softmax(tv.tensor([0.0, 1e9, 0.0]), hard=True)
    tensor([0., 1., 0.])
    """
    if eps != 1e-10:
        raise ValueError(f"gumbel_softmax: eps={eps} would have no effect; leave it out")
    if logits.dtype.kind != "f":
        raise TypeError(f"gumbel_softmax needs floats, got {logits.dtype}; use x.float()")
    # Minus the logarithm of an exponential number is a Gumbel number; of 0 it would be infinite.
    drawn = default_generator.numpy.standard_exponential(logits.shape)
    noise = -np.log(np.maximum(drawn, np.finfo(np.float64).tiny))
    soft = softmax((logits + noise.astype(logits.dtype)) / tau, dim)
    if not hard:
        return soft
    values = unwrap(soft)
    axis = check_dim(dim, values.ndim)
    chosen = np.zeros_like(values)
    np.put_along_axis(chosen, values.argmax(axis=axis, keepdims=True), 1, axis=axis)
    return soft + (chosen - values)


def _along(name, function, input, dim, dtype):
    if dim is None:
        raise ValueError(f"{name} needs dim, the axis whose weights add up to 1; often dim=-1")
    if dtype is not None:
        input = as_type(input, dtype)
    (x,) = floating(input)
    axis = check_dim(dim, x.ndim)
    if x.ndim == 0:
        return reshape_to(function(reshape_to(x, shape=(1,)), axis=0), shape=())
    if x.dtype == np.float16:  # rounded once, at the end
        return as_type(function(as_type(x, np.float32), axis=axis), x.dtype)
    return function(x, axis=axis)


def logsumexp(input, dim, keepdim=False):
    """``log(sum(exp(input)))`` along axes, without overflow.

    >>> import tinyvision as tv
    >>> tv.logsumexp(tv.tensor([1000.0, float("-inf")]), dim=0)
    tensor(1000.)
    """
    return _logsumexp(*floating(input), axes=check_dims(dim, input.ndim), keepdim=keepdim)


@primitive
def _logsumexp(x, *, axes, keepdim):
    top = x.max(axis=axes, keepdims=True, initial=-np.inf)
    finite = np.where(np.isfinite(top), top, x.dtype.type(0))  # inf - inf would be NaN
    total = np.log(sum_over(np.exp(x - finite), axes=axes, keepdim=True)) + finite
    return total if keepdim else total.squeeze(axes)


def _logsumexp_rule(g, ans, x, *, axes):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    return g * exp(x - where(ans == -np.inf, 0.0, ans))  # -inf - -inf would be NaN


_logsumexp.defvjp(x=_logsumexp_rule)
