"""What occurs, each once. Which elements are equal is a step, so there is no gradient."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import unwrap, wrap
from ..base.promote import check_dim


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements in order, or the different slices along an axis. NaN differs from NaN.

    Returns:
        The elements; with ``return_inverse`` also the place of each element of the input among
        them, with ``return_counts`` also how often each occurs.

    Raises:
        RuntimeError: slices without elements.

    >>> import tinyvision as tv
    >>> tv.unique(tv.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    rows, shape, axis = _rows("unique", unwrap(input), dim)
    order = np.lexsort(rows.T[::-1]) if rows.shape[1] else np.arange(len(rows))
    group = _groups(rows[order])
    inverse = np.empty_like(group)
    inverse[order] = group
    first = order[_starts(group)]
    return _answer(unwrap(input), dim, axis, first, inverse, shape, return_inverse, return_counts)


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """The elements without those equal to the one before, or slices along an axis.

    Returns, raises:
        As :func:`unique`.

    >>> import tinyvision as tv
    >>> tv.unique_consecutive(tv.tensor([1, 1, 3, 1]))
    tensor([1, 3, 1])
    """
    rows, shape, axis = _rows("unique_consecutive", unwrap(input), dim)
    group = _groups(rows)
    first = _starts(group)
    return _answer(unwrap(input), dim, axis, first, group, shape, return_inverse, return_counts)


def _rows(name, array, dim):
    """What is compared as rows, the shape of their numbers, and the axis they lie along."""
    if dim is None:
        return array.reshape(-1, 1), array.shape, 0
    axis = check_dim(dim, array.ndim)
    slices = np.moveaxis(np.atleast_1d(array), axis, 0)
    if slices.size == 0 and len(slices):
        raise RuntimeError(f"{name}: slices of shape {slices.shape[1:]} have no elements")
    return slices.reshape(len(slices), -1 if slices.size else 0), (len(slices),), axis


def _groups(rows):
    """The number of each row, equal ones next to each other having the same."""
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    differs = (rows[1:] != rows[:-1]).any(axis=1)
    return np.concatenate([[0], np.cumsum(differs)]).astype(np.int64)


def _starts(group):
    return np.flatnonzero(np.diff(group, prepend=-1))


def _answer(array, dim, axis, first, inverse, shape, return_inverse, return_counts):
    flat = array.reshape(-1) if dim is None else np.atleast_1d(array)
    answers = [wrap(np.take(flat, first, axis=axis))]
    if return_inverse:
        answers.append(wrap(inverse.reshape(shape)))
    if return_counts:
        answers.append(wrap(np.bincount(inverse, minlength=len(first)).astype(np.int64)))
    return answers[0] if len(answers) == 1 else tuple(answers)
