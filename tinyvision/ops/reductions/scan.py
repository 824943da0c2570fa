"""Scans: along an axis, what has come together so far: sums, products, the largest yet."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ..base.choose import where
from ..base.index import pick
from ..base.order import flip_axes
from ..base.promote import as_type, check_dim
from ..base.recurrence import recur_back, shifted
from ..elementwise.arithmetic import sub
from ..elementwise.compare import logical_xor
from ..elementwise.exponential import exp
from ..indexing.gather import take_along
from ..shapes.join import cat
from .select import ValuesIndices

_WIDER = {"float16": np.float32, "float32": np.float64}


def _in_wider_type(x):
    """What to compute in: one term after the other, the errors add up as the terms do."""
    return _WIDER.get(x.dtype.name, x.dtype) if x.dtype.kind == "f" else np.int64


def _back_to(x, out):
    return out.astype(x.dtype, copy=False) if x.dtype.kind == "f" else out


@primitive
def _cumsum(x, *, axis):
    return _back_to(x, np.cumsum(x, axis=axis, dtype=_in_wider_type(x)))


_cumsum.defvjp(
    x=lambda g, *, axis: flip_axes(_cumsum(flip_axes(g, axes=(axis,)), axis=axis), axes=(axis,))
)


@primitive
def _cumprod(x, *, axis):
    return _back_to(x, np.cumprod(x, axis=axis, dtype=_in_wider_type(x)))


def _cumprod_rule(g, ans, x, *, axis):
    """No quotient of products, which zeros would spoil: what stands before times what follows."""
    first = (slice(None),) * axis + (slice(0, 1),)
    ones = np.zeros(x.shape, x.dtype)
    ones[first] = 1
    before = shifted(ans, 1, axis=axis) + ones
    return before * recur_back(x, g, axis=axis)


_cumprod.defvjp(x=_cumprod_rule)


@primitive
def _logcumsumexp(x, *, axis):
    wide = x.astype(_WIDER.get(x.dtype.name, x.dtype), copy=False)
    return np.logaddexp.accumulate(wide, axis=axis).astype(x.dtype, copy=False)


def _logcumsumexp_rule(g, ans, x, *, axis):
    """Shares of a later sum as products of shares, none above 1: nothing overflows."""
    nothing = ans == -np.inf  # no share of it, and -inf less -inf would be NaN
    filled = where(nothing, 0.0, ans)
    kept = where(shifted(nothing, 1, axis=axis), 0.0, exp(shifted(filled, 1, axis=axis) - filled))
    share = where(nothing, 0.0, exp(where(nothing, 0.0, x) - filled))
    return share * recur_back(kept, g, axis=axis)


_logcumsumexp.defvjp(x=_logcumsumexp_rule)


def _scanned(scan, input, dim, dtype=None):
    if dtype is not None:
        input = as_type(input, dtype)
    axis = check_dim(dim, input.ndim)
    # A number is the only one so far.
    out = scan(input, axis=axis) if input.ndim else scan(input.reshape(1), axis=0).reshape(())
    return out if dtype is None else as_type(out, dtype)  # integers scan to int64


def cumsum(input, dim, *, dtype=None):
    """The running sum along an axis.

    >>> import tinyvision as tv
    >>> tv.cumsum(tv.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    return _scanned(_cumsum, input, dim, dtype)


def cumprod(input, dim, *, dtype=None):
    """The running product along an axis.

    >>> import tinyvision as tv
    >>> tv.cumprod(tv.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    return _scanned(_cumprod, input, dim, dtype)


def logcumsumexp(input, dim):
    """The logarithm of the running sum of exponentials, without leaving the range of numbers.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.logcumsumexp(tv.tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0.0000e+00, 6.9315e-01, 1.0000e+03])
    """
    if input.dtype.kind != "f":
        raise RuntimeError(f"logcumsumexp needs floats, got {input.dtype}; use x.float()")
    return _scanned(_logcumsumexp, input, dim)


def cummax(input, dim):
    """The largest so far along an axis, and where it stands: the last of equal ones.

    Returns:
        A named tuple of values and indices, both of the shape of the input.

    >>> import tinyvision as tv
    >>> tv.cummax(tv.tensor([1.0, 3.0, 2.0]), dim=0)
    ValuesIndices(values=tensor([1., 3., 3.]), indices=tensor([0, 1, 1]))
    """
    return _extreme_so_far(np.maximum, input, dim)


def cummin(input, dim):
    """The smallest so far along an axis, and where it stands; as :func:`cummax`.

    >>> import tinyvision as tv
    >>> tv.cummin(tv.tensor([2.0, 1.0, 3.0]), dim=0).values
    tensor([2., 1., 1.])
    """
    return _extreme_so_far(np.minimum, input, dim)


def _extreme_so_far(pairwise, input, dim):
    axis = check_dim(dim, input.ndim)
    if input.ndim == 0:
        return ValuesIndices(input.clone(), wrap(np.zeros((), np.int64)))
    array = unwrap(input)
    best = pairwise.accumulate(array, axis=axis)  # NaN, once met, stays
    own = np.arange(array.shape[axis]).reshape((-1,) + (1,) * (array.ndim - axis - 1))
    is_new = (array == best) | (array != array)
    index = np.maximum.accumulate(np.where(is_new, own, 0), axis=axis)
    return ValuesIndices(take_along(input, index=index, axis=axis), wrap(index))


def diff(input, n=1, dim=-1, prepend=None, append=None):
    """Each element less the one before it along an axis, ``n`` times over.

    ``prepend`` and ``append`` are joined to the input first. Booleans differ or not.

    Raises:
        RuntimeError: a tensor without axes, or ``n`` below 0.

    >>> import tinyvision as tv
    >>> tv.diff(tv.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    """
    if input.ndim == 0:
        raise RuntimeError("diff needs a tensor with at least one axis, got shape ()")
    if n < 0:
        raise RuntimeError(f"diff: n must be at least 0, got {n}")
    axis = check_dim(dim, input.ndim)
    parts = [part for part in (prepend, input, append) if part is not None]
    if n == 0:
        return input.clone()
    out = cat(parts, axis) if len(parts) > 1 else input
    for _ in range(min(n, out.shape[axis])):
        before = (slice(None),) * axis
        later = pick(out, index=(*before, slice(1, None)))
        earlier = pick(out, index=(*before, slice(0, max(out.shape[axis] - 1, 0))))
        out = logical_xor(later, earlier) if out.dtype == bool else sub(later, earlier)
    return out
