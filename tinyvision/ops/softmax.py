"""Softmax, its logarithm, and logsumexp: none of them overflows, and -inf is a weight of 0."""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import primitive
from .broadcast import reshape_to, restore_axes, sum_over
from .choose import where
from .exponential import exp
from .promote import as_type, check_dim, check_dims, floating, quiet


@primitive
@quiet
def _softmax(x, *, axis):
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    np.exp(shifted, out=shifted)
    shifted /= sum_over(shifted, axes=(axis,), keepdim=True)
    return shifted


_softmax.defvjp(x=lambda g, ans, *, axis: ans * (g - sum_over(g * ans, axes=(axis,), keepdim=True)))


@primitive
@quiet
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
@quiet
def _logsumexp(x, *, axes, keepdim):
    top = x.max(axis=axes, keepdims=True, initial=-np.inf)
    finite = np.where(np.isfinite(top), top, x.dtype.type(0))  # inf - inf would be NaN
    total = np.log(sum_over(np.exp(x - finite), axes=axes, keepdim=True)) + finite
    return total if keepdim else total.squeeze(axes)


def _logsumexp_rule(g, ans, x, *, axes):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    return g * exp(x - where(ans == -np.inf, 0.0, ans))  # -inf - -inf would be NaN


_logsumexp.defvjp(x=_logsumexp_rule)
