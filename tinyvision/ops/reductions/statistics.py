"""Statistics: what is not zero, what is not NaN, how rows vary together."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.tensor import DEFAULT_DTYPE, unwrap, wrap
from ..base.choose import clamp, where
from ..base.linalg import matmul
from ..base.promote import as_type, check_dims
from ..elementwise.finite import isnan
from ..elementwise.power import sqrt
from ..shapes.diagonal import diagonal
from .norm import norm
from .reduce import _half_in_single, mean, sum


def count_nonzero(input, dim=None):
    """How many elements are not zero, of all or along axes.

    >>> import tinyvision as tv
    >>> tv.count_nonzero(tv.tensor([[0, 1], [2, 3]]), dim=0)
    tensor([1, 2])
    """
    axes = check_dims(dim, input.ndim)
    return wrap(np.asarray(np.count_nonzero(unwrap(input), axis=axes), np.int64))


def nansum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum of what is not NaN.

    >>> import tinyvision as tv
    >>> tv.nansum(tv.tensor([1.0, float("nan"), 3.0]))
    tensor(4.)
    """
    if input.dtype.kind == "f":
        input = where(isnan(input), 0.0, input)
    return sum(input, dim, keepdim, dtype=dtype)


@_half_in_single
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean of what is not NaN; NaN where there is nothing else.

    Raises:
        RuntimeError: integers.

    >>> import tinyvision as tv
    >>> tv.nanmean(tv.tensor([1.0, float("nan"), 3.0]))
    tensor(2.)
    """
    if input.dtype.kind != "f":
        raise RuntimeError(f"nanmean needs floats, got {input.dtype}; use x.float().nanmean()")
    total = nansum(input, dim, keepdim, dtype=dtype)
    return total / as_type(sum(input == input, dim, keepdim), total.dtype)


def cov(input, *, correction=1, fweights=None, aweights=None):
    """How variables vary together: the mean product of their distances from their means.

    Args:
        input: (variables, observations), or the observations (N,) of one.
        correction: taken from the number of observations.
        fweights: how often each observation was made, integers (observations,).
        aweights: how much each counts, floats (observations,).

    Returns:
        (variables, variables); of one variable its variance, without axes.

    Raises:
        RuntimeError: the input has more than two axes or holds booleans, or weights do not fit.

    >>> import tinyvision as tv
    >>> tv.cov(tv.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2 or input.dtype == bool:
        raise RuntimeError(
            "cov needs numbers of shape (variables, observations) or (observations,), got "
            f"{input.dtype} of shape {input.shape}"
        )
    rows = input if input.ndim == 2 else input.reshape(1, -1)
    rows = rows if rows.is_floating_point() else as_type(rows, DEFAULT_DTYPE)
    weight = _weight_of("fweights", fweights, rows, "iu")
    importance = _weight_of("aweights", aweights, rows, "f")
    if importance is not None:
        weight = importance if weight is None else weight * importance
    if weight is None:
        freedom: Any = max(rows.shape[1] - correction, 0)
        centred = weighted = rows - mean(rows, 1, keepdim=True)
    else:
        count = weight.sum()
        effective = 1 if importance is None else (weight * importance).sum() / count
        freedom = clamp(count - correction * effective, 0)
        centred = rows - (rows * weight).sum(1, keepdim=True) / count
        weighted = centred * weight
    return (matmul(weighted, centred.t()) / freedom).squeeze()


def _weight_of(name, weights, rows, kinds):
    if weights is None:
        return None
    if weights.shape != rows.shape[1:] or weights.dtype.kind not in kinds:
        kind = "integers" if "i" in kinds else "floats"
        raise RuntimeError(
            f"cov: {name} must be {kind} of shape {rows.shape[1:]}, one for each observation, got "
            f"{weights.dtype} of shape {weights.shape}"
        )
    if (unwrap(weights) < 0).any():
        raise RuntimeError(f"cov: {name} must not be negative, got {unwrap(weights).min()}")
    return weights


def corrcoef(input):
    """Pearson's correlation of variables (variables, observations) or (observations,).

    Raises:
        RuntimeError: as :func:`cov`.

    >>> import tinyvision as tv
    >>> tv.corrcoef(tv.tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    shared = cov(input)
    if shared.ndim == 0:
        return shared / shared
    deviation = sqrt(diagonal(shared))
    return clamp(shared / deviation.unsqueeze(1) / deviation, -1.0, 1.0)


def dist(input, other, p=2):
    """The p-norm of the difference.

    >>> import tinyvision as tv
    >>> tv.dist(tv.tensor([1.0, 1.0]), tv.tensor([4.0, 5.0]))
    tensor(5.)
    """
    return norm(input - other, p)


def renorm(input, p, dim, maxnorm):
    """Slices along an axis, those of a p-norm above ``maxnorm`` shrunk to it.

    Raises:
        RuntimeError: fewer than two axes, ``p`` not above 0, or ``maxnorm`` below 0.

    >>> import tinyvision as tv
    >>> tv.renorm(tv.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0)
    tensor([[0.6, 0.8],
            [0.3, 0.4]])
    """
    if input.ndim < 2:
        raise RuntimeError(f"renorm needs at least two axes, got shape {input.shape}")
    if not p > 0 or not maxnorm >= 0:
        raise RuntimeError(
            f"renorm: p must be above 0 and maxnorm not below, got p={p}, maxnorm={maxnorm}"
        )
    (axis,) = check_dims((dim,), input.ndim)
    others = tuple(other for other in range(input.ndim) if other != axis)
    length = norm(input, p, others, keepdim=True)
    # The small number is torch's: a length that is barely above maxnorm is not left as it is.
    return input * where(length > maxnorm, maxnorm / (length + 1e-7), 1.0)
