"""Counting numbers in bins, and finding the bin of a number. No gradient: counts are steps."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import Tensor, unwrap, wrap


def bincount(input, weights=None, minlength=0):
    """How often each of the integers 0, 1, 2, ... occurs; with weights, their sums.

    Raises:
        RuntimeError: not a vector of integers that are not negative, weights of another shape, or
            ``minlength`` below 0.

    >>> import tinyvision as tv
    >>> tv.bincount(tv.tensor([0, 2, 2]), minlength=4)
    tensor([1, 0, 2, 0])
    """
    numbers = unwrap(input)
    if numbers.dtype.kind not in "iu" or numbers.ndim != 1 or (numbers < 0).any():
        raise RuntimeError(
            "bincount needs a vector of integers not below 0, got "
            f"{numbers.dtype} of shape {numbers.shape}"
            + (f" with {numbers.min()} in it" if numbers.dtype.kind == "i" and numbers.size else "")
        )
    if minlength < 0:
        raise RuntimeError(f"bincount: minlength must be at least 0, got {minlength}")
    if weights is None:
        return wrap(np.bincount(numbers, minlength=minlength).astype(np.int64, copy=False))
    if weights.shape != numbers.shape:
        raise RuntimeError(
            f"bincount: weights of shape {weights.shape} for {numbers.shape} numbers; give one each"
        )
    found = np.bincount(numbers, unwrap(weights), minlength)
    return wrap(found.astype(np.float32 if weights.dtype == np.float32 else np.float64))


def histc(input, bins=100, min=0, max=0):
    """How many elements fall into each of ``bins`` bins of equal width from ``min`` to ``max``.

    Elements outside and NaN are not counted. If both bounds are 0, they are the smallest and
    largest element.

    Raises:
        RuntimeError: not floats, no bins, or bounds that are not finite or in the wrong order.

    >>> import tinyvision as tv
    >>> tv.histc(tv.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    numbers = unwrap(input)
    if numbers.dtype.kind != "f":
        raise RuntimeError(f"histc needs floats, got {numbers.dtype}; use x.float()")
    if bins <= 0:
        raise RuntimeError(f"histc: bins must be above 0, got {bins}")
    low, high = float(min), float(max)
    if low == high and numbers.size:
        low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        low, high = low - 1.0, high + 1.0
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"histc: the range {low}..{high} is not finite; give min and max")
    if low > high:
        raise RuntimeError(f"histc: max must be above min, got min={min}, max={max}")
    inside = numbers[(numbers >= low) & (numbers <= high)].astype(np.float64)
    places = ((inside - low) / (high - low) * bins).astype(np.int64)
    counts = np.bincount(np.minimum(places, bins - 1), minlength=bins)
    return wrap(counts.astype(numbers.dtype))


def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    """Where each number would have to be inserted to keep a sequence in order.

    Args:
        sorted_sequence: (N,) or (..., N), in order along the last axis.
        input: a number; a tensor of any shape for a sequence (N,), else (..., M) with the same
            leading sizes.
        out_int32: whether to answer in int32 rather than int64.
        right: whether to insert behind equal elements rather than before them.
        side: 'left' or 'right', which says the same.
        sorter: the indices that would sort the sequence, if it is not in order.

    Returns:
        Integers 0..N of the shape of the input.

    Raises:
        RuntimeError: shapes or types do not fit, or ``side`` contradicts ``right``.

    >>> import tinyvision as tv
    >>> tv.searchsorted(tv.tensor([1.0, 3.0, 5.0]), tv.tensor([3.0, 6.0]))
    tensor([1, 3])
    """
    if side not in (None, "left", "right"):
        raise RuntimeError(f"searchsorted: side must be 'left' or 'right', got {side!r}")
    if side == "left" and right:
        raise RuntimeError("searchsorted: side='left' contradicts right=True; leave one out")
    sequence, wanted = unwrap(sorted_sequence), unwrap(input)
    if sequence.ndim == 0:
        raise RuntimeError("searchsorted: the sequence must have at least one axis, got shape ()")
    if isinstance(input, Tensor) and sequence.dtype != wanted.dtype:
        raise RuntimeError(
            f"searchsorted: the sequence is {sequence.dtype}, the input {wanted.dtype}; convert one"
        )
    wanted = np.asarray(wanted)
    if sequence.ndim > 1 and sequence.shape[:-1] != wanted.shape[:-1]:
        raise RuntimeError(
            f"searchsorted: a sequence of shape {sequence.shape} and an input of shape "
            f"{wanted.shape} must agree in all axes but the last, or the sequence have only one"
        )
    if sorter is not None:
        sequence = np.take_along_axis(sequence, _checked_sorter(sorter, sequence.shape), -1)
    found = _insertion_places(sequence, wanted, right or side == "right")
    return wrap(found.astype(np.int32 if out_int32 else np.int64, copy=False))


def _checked_sorter(sorter, shape):
    order = unwrap(sorter)
    if order.shape != shape or order.dtype != np.int64:
        raise RuntimeError(
            f"searchsorted: sorter must be int64 of the sequence's shape {shape}, got "
            f"{order.dtype} of shape {order.shape}"
        )
    if order.size and (order.min() < 0 or order.max() >= shape[-1]):
        raise RuntimeError(
            f"searchsorted: sorter names places {order.min()}..{order.max()}, the sequence has "
            f"{shape[-1]}"
        )
    return order


def _insertion_places(sequence, wanted, right):
    """Halve what is left for all numbers at once; NaN goes to the end, as no number is beyond."""
    low = np.zeros(wanted.shape, np.int64)
    high = np.full(wanted.shape, sequence.shape[-1], np.int64)
    while (low < high).any():
        middle = (low + high) // 2
        within = np.minimum(middle, sequence.shape[-1] - 1)
        if sequence.ndim == 1:
            found = sequence[within]
        else:
            found = np.take_along_axis(sequence, within, -1)
        beyond = ~(found > wanted) if right else ~(found >= wanted)
        beyond &= low < high
        low, high = np.where(beyond, middle + 1, low), np.where(beyond, high, middle)
    return low


def bucketize(input, boundaries, *, out_int32=False, right=False):
    """The bin of each number between boundaries in order: the index of the one that ends it.

    Args:
        input: a number or a tensor of any shape.
        boundaries: (N,), in order.
        out_int32: whether to answer in int32 rather than int64.
        right: whether a number equal to a boundary falls into the bin behind it.

    Returns:
        Integers 0..N of the shape of the input.

    Raises:
        RuntimeError: the boundaries do not have one axis.

    >>> import tinyvision as tv
    >>> tv.bucketize(tv.tensor([3.0, 6.0]), tv.tensor([1.0, 3.0, 5.0]))
    tensor([1, 3])
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"bucketize: boundaries must have one axis, got {boundaries.shape}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
