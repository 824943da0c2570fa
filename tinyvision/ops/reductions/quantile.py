"""Order statistics: the k-th smallest, the median, quantiles, the most frequent.

As for every selection the places are found in plain NumPy; only the picking is differentiated.
"""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.broadcast import reshape_to
from ..base.choose import where
from ..base.promote import check_dim
from ..elementwise.arithmetic import mul, sub
from ..elementwise.rounding import ceil, floor
from ..elementwise.rounding import round as rounded
from ..indexing.gather import take_along
from .select import ValuesIndices, shared_by_ties, sort


def kthvalue(input, k, dim=-1, keepdim=False):
    """The k-th smallest along an axis (the first is 1) and where it stands; NaN is the largest.

    Raises:
        RuntimeError: the axis has no k-th element.

    >>> import tinyvision as tv
    >>> tv.kthvalue(tv.tensor([7.0, 1.0, 5.0]), 2)
    ValuesIndices(values=tensor(5.), indices=tensor(2))
    """
    axis = check_dim(dim, input.ndim)
    size = input.shape[axis] if input.ndim else 1
    if not 1 <= k <= size:
        raise RuntimeError(f"kthvalue: k={k}, but dim {dim} has {size} elements; k is 1..{size}")
    return _of_rank("kthvalue", input, dim, keepdim, lambda array: k - 1)


def median(input, dim=None, keepdim=False):
    """The middle of the sorted elements, of an even number the lower; NaN if there is one.

    With ``dim`` a named tuple of values and indices. Without, equal medians share the gradient.

    Raises:
        IndexError: no elements along ``dim``.
        RuntimeError: booleans.

    >>> import tinyvision as tv
    >>> tv.median(tv.tensor([4.0, 1.0, 3.0, 2.0]))
    tensor(2.)
    """
    return _median("median", input, dim, keepdim, skip_nan=False)


def nanmedian(input, dim=None, keepdim=False):
    """As :func:`median`, of what is not NaN.

    Raises:
        IndexError: no elements along ``dim``.
        RuntimeError: booleans.

    >>> import tinyvision as tv
    >>> tv.nanmedian(tv.tensor([4.0, float("nan"), 3.0, 2.0]))
    tensor(3.)
    """
    return _median("nanmedian", input, dim, keepdim, skip_nan=True)


def _median(name, input, dim, keepdim, skip_nan):
    if input.dtype == bool:
        raise RuntimeError(f"{name} is not defined for booleans; use x.int()")
    if dim is None:
        return _median_of_all(input, skip_nan=skip_nan)
    return _of_rank(name, input, dim, keepdim, lambda array: _middle(array, skip_nan))


@primitive
def _median_of_all(x, *, skip_nan):
    if x.size == 0:  # torch's answer, also for integers
        return np.asarray(np.nan if x.dtype.kind == "f" else np.iinfo(x.dtype).min, x.dtype)
    flat = x.reshape(-1)
    (rank,) = np.atleast_1d(_middle(flat, skip_nan))
    return np.partition(flat, rank)[rank]


_median_of_all.defvjp(
    x=lambda g, ans, x: shared_by_ties(g, ans, x, axes=tuple(range(x.ndim))),
)


def _middle(array, skip_nan):
    """The rank of the median along the last axis; of the first NaN, if there is one to heed."""
    n = array.shape[-1]
    nans = np.isnan(array).sum(-1, keepdims=True)
    if skip_nan:
        return np.maximum(n - nans - 1, 0) // 2
    return np.where(nans > 0, n - nans, (n - 1) // 2)


def _of_rank(name, input, dim, keepdim, rank):
    """Values and indices of what has a rank along an axis; ``rank`` works on the last one."""

    def find(array):
        order = np.argsort(array, axis=-1, kind="stable")
        ranks = np.broadcast_to(rank(array), (*array.shape[:-1], 1))
        return np.take_along_axis(order, ranks, -1)

    return _found(name, input, dim, keepdim, find)


def _found(name, input, dim, keepdim, find):
    """Values and indices of one element along an axis, found by a function of the last one."""
    axis = check_dim(dim, input.ndim)
    if input.ndim == 0:
        return ValuesIndices(input.clone(), wrap(np.zeros((), np.int64)))
    if input.shape[axis] == 0:
        raise IndexError(f"{name}: dim {dim} of shape {input.shape} has no elements")
    index = np.moveaxis(find(np.moveaxis(unwrap(input), axis, -1)), -1, axis)
    values = take_along(input, index=index, axis=axis)
    if not keepdim:
        index = index.squeeze(axis)
        values = reshape_to(values, shape=index.shape)
    return ValuesIndices(values, wrap(index))


def mode(input, dim=-1, keepdim=False):
    """The most frequent along an axis, the smallest of several, and where it stands last.

    Raises:
        IndexError: no elements along ``dim``.

    >>> import tinyvision as tv
    >>> tv.mode(tv.tensor([5, 1, 5, 2]))
    ValuesIndices(values=tensor(5), indices=tensor(2))
    """

    def find(array):
        order = np.argsort(array, axis=-1, kind="stable")
        ordered = np.take_along_axis(array, order, -1)
        place = np.arange(array.shape[-1])
        is_new = np.ones(array.shape, bool)
        is_new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
        start = np.maximum.accumulate(np.where(is_new, place, 0), axis=-1)
        longest = (place - start).argmax(-1, keepdims=True)  # the end of the first longest run
        return np.take_along_axis(order, longest, -1)

    if input.ndim and input.size(check_dim(dim, input.ndim)) and not input.numel():
        axis = check_dim(dim, input.ndim)
        shape = tuple(
            1 if i == axis else size for i, size in enumerate(input.shape) if keepdim or i != axis
        )
        return ValuesIndices(input.reshape(shape), wrap(np.zeros(shape, np.int64)))
    return _found("mode", input, dim, keepdim, find)


# -- quantiles --------------------------------------------------------------------------------

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
    """What a share ``q`` of the elements along an axis (or of all) is not above; NaN if one is.

    Args:
        input: float32 or float64.
        q: a number from 0 to 1, or a tensor (Q,) of them, of the type of the input.
        dim: the axis; None for all elements.
        keepdim: whether the axis stays, with size 1.
        interpolation: between the two elements next to the quantile: 'linear', 'lower',
            'higher', 'midpoint' or 'nearest'.

    Returns:
        The shape of the input without ``dim``, after a leading axis (Q,) if ``q`` has one.

    Raises:
        RuntimeError: no elements, another type, or a ``q`` that is not from 0 to 1.
        ValueError: no such interpolation.

    >>> import tinyvision as tv
    >>> tv.quantile(tv.tensor([0.0, 1.0, 2.0, 3.0]), tv.tensor([0.25, 0.5]))
    tensor([0.75, 1.5 ])
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, skip_nan=False)


def nanquantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
    """As :func:`quantile`, of what is not NaN.

    Raises:
        RuntimeError, ValueError: as :func:`quantile`.

    >>> import tinyvision as tv
    >>> tv.nanquantile(tv.tensor([0.0, float("nan"), 2.0]), 0.5)
    tensor(1.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, skip_nan=True)


def _quantile(name, input, q, dim, keepdim, interpolation, skip_nan):
    q = _checked_shares(name, input, q, interpolation)
    axis = 0 if dim is None else check_dim(dim, input.ndim)
    line = input.reshape(-1) if dim is None or input.ndim == 0 else input.movedim(axis, -1)
    if line.shape[-1] == 0 or line.numel() == 0:
        raise RuntimeError(f"{name} of no elements: the tensor has shape {input.shape}")
    found = _interpolated(sort(line, -1).values, q.reshape(-1), interpolation, skip_nan)
    out = found.movedim(-1, 0)  # (..., Q) -> (Q, ...)
    if keepdim:
        kept = (1,) * input.ndim if dim is None or input.ndim == 0 else input.shape
        out = out.reshape(out.shape[0], *(1 if i == axis else n for i, n in enumerate(kept)))
    return out if q.ndim else out[0]


def _checked_shares(name, input, q, interpolation) -> Tensor:
    if input.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"{name} needs float32 or float64, got {input.dtype}; use x.float()")
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"{name}: interpolation must be one of {', '.join(INTERPOLATIONS)}, "
            f"got {interpolation!r}"
        )
    if not isinstance(q, Tensor):
        q = input.new_tensor(q)
    elif q.dtype != input.dtype:
        raise RuntimeError(f"{name}: q is {q.dtype}, the input {input.dtype}; convert one")
    if q.ndim > 1:
        raise RuntimeError(f"{name}: q must be a number or have one axis, got shape {q.shape}")
    shares = unwrap(q)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise RuntimeError(f"{name}: q must be from 0 to 1, got {shares.tolist()}")
    return q


def _interpolated(ordered, q, interpolation, skip_nan):
    """(..., n) in order, shares (Q,) -> (..., Q)."""
    n = ordered.shape[-1]
    nans = np.isnan(unwrap(ordered)).sum(-1, keepdims=True)
    if skip_nan:
        ranks = mul(q, wrap(np.maximum(n - nans - 1, 0).astype(q.dtype)))
    else:  # NaN, which stands last, is every quantile of its line
        ranks = where(wrap(nans > 0), float(n - 1), q * float(n - 1))
    low, high = floor(ranks), ceil(ranks)
    if interpolation == "lower":
        return _at(ordered, low)
    if interpolation == "higher":
        return _at(ordered, high)
    if interpolation == "nearest":
        return _at(ordered, rounded(ranks))
    share = sub(ranks, low) if interpolation == "linear" else ranks.new_tensor(0.5)
    below, above = _at(ordered, low), _at(ordered, high)
    step = above - below
    return where(share < 0.5, below + share * step, above - (1.0 - share) * step)


def _at(ordered, ranks):
    return take_along(ordered, index=unwrap(ranks).astype(np.int64), axis=ordered.ndim - 1)
