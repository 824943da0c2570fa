"""Norms by name: of vectors, of matrices, and the condition that follows from them."""

from __future__ import annotations

import math

import numpy as np

from ..base.broadcast import reshape_to
from ..base.choose import abs
from ..base.order import movedim
from ..base.promote import as_type, check_dims
from ..linear_algebra.matrices import check_matrices
from ..linear_algebra.solve import inv
from ..linear_algebra.svd import svdvals
from .norm import norm
from .reduce import sum
from .select import amax, amin


def _prepared(name, x, dtype):
    if x.dtype.kind != "f":
        raise RuntimeError(f"{name} needs floats, got {x.dtype}; use x.float()")
    if dtype is None:
        return x
    if np.dtype(dtype).kind != "f" or np.dtype(dtype).itemsize < x.dtype.itemsize:
        raise RuntimeError(f"{name}: {x.dtype} would lose digits as {np.dtype(dtype)}")
    return as_type(x, np.dtype(dtype))


def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    """``sum(|x|**ord)**(1/ord)`` along axes, all of them if none are named.

    Args:
        x: any shape.
        ord: any number; inf and -inf give the largest and the smallest magnitude, 0 the number of
            elements that are not 0.
        dim: an axis or several.
        keepdim: whether these stay, at size 1.
        dtype: a wider type to compute in.

    Raises:
        RuntimeError: integers, or a narrower ``dtype``.
        TypeError: ``ord`` is no number.

    >>> import tinyvision as tv
    >>> tv.linalg.vector_norm(tv.tensor([3.0, -4.0]), ord=1)
    tensor(7.)
    """
    if isinstance(ord, str):
        raise TypeError(f"vector_norm: ord must be a number, got {ord!r}; see matrix_norm")
    return norm(_prepared("vector_norm", x, dtype), ord, dim, keepdim)


def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    """A norm of the matrices that lie along two axes.

    Args:
        A: at least two axes.
        ord: 'fro', the length of all elements; 'nuc', the sum of the singular values; inf and -inf,
            the largest and smallest sum of a row of magnitudes; 1 and -1, of a column; 2 and -2,
            the largest and smallest singular value.
        dim: the axes of rows and columns.
        keepdim: whether these stay, at size 1.
        dtype: a wider type to compute in.

    Raises:
        ValueError: another ``ord``, or not two axes.
        RuntimeError: integers, or a narrower ``dtype``.

    >>> import tinyvision as tv
    >>> tv.linalg.matrix_norm(tv.tensor([[1.0, -2.0], [3.0, 4.0]]), ord=1)
    tensor(6.)
    """
    A = _prepared("matrix_norm", A, dtype)
    if A.ndim < 2:
        raise ValueError(f"matrix_norm needs matrices (..., M, N), got shape {A.shape}")
    if not isinstance(dim, (tuple, list)) or len(dim) != 2:
        raise ValueError(f"matrix_norm: dim must name the two axes of a matrix, got {dim!r}")
    axes = check_dims(dim, A.ndim)
    if ord in ("fro", "nuc"):
        return norm(A, ord, axes, keepdim)
    if ord in (2, -2):
        values = svdvals(movedim(A, axes, (-2, -1)))
        whole = (amax if ord > 0 else amin)(values, -1)
    elif ord in (1, -1, math.inf, -math.inf):
        summed, left = axes if ord in (1, -1) else axes[::-1]
        sums = sum(abs(A), summed, keepdim=True)
        if ord > 0 and sums.shape[left] == 0:  # magnitudes are never below 0
            sums = sum(sums, left, keepdim=True)
        whole = (amax if ord > 0 else amin)(sums, left, keepdim=True)
    else:
        raise ValueError(
            f"matrix_norm: ord must be 'fro', 'nuc', inf, -inf, 1, -1, 2 or -2, got {ord!r}"
        )
    shape = [1 if axis in axes else size for axis, size in enumerate(A.shape)]
    kept = [size for axis, size in enumerate(A.shape) if axis not in axes]
    return reshape_to(whole, shape=tuple(shape if keepdim else kept))


def linalg_norm(input, ord=None, dim=None, keepdim=False, *, dtype=None):
    """:func:`vector_norm` or :func:`matrix_norm`, by the number of axes.

    Args:
        input: any shape.
        ord: as of the two; without it the length of all elements.
        dim: one axis: a vector norm; two: a matrix norm. Without it, with an ``ord``, the tensor
            must be a vector or a matrix.
        keepdim: whether the axes stay, at size 1.
        dtype: a wider type to compute in.

    Raises:
        ValueError: an ``ord`` that does not fit, or a tensor of more than two axes.
        RuntimeError: integers, or a narrower ``dtype``.

    >>> import tinyvision as tv
    >>> tv.linalg.norm(tv.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    if ord is None:
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if dim is None and input.ndim not in (1, 2):
        raise ValueError(
            f"norm: with an ord, a tensor of shape {input.shape} needs dim, one axis for vectors "
            "or two for matrices"
        )
    axes = check_dims(dim, input.ndim)
    if len(axes) == 2:
        return matrix_norm(input, ord, axes, keepdim, dtype=dtype)
    if isinstance(ord, str):
        raise ValueError(f"norm: ord={ord!r} is a norm of matrices; name two axes by dim")
    return vector_norm(input, ord, axes, keepdim, dtype=dtype)


def cond(A, p=None):
    """By how much a matrix can magnify errors: the norm times the norm of the inverse.

    Args:
        A: matrices; square ones unless p is None, 2 or -2.
        p: the norm, as of :func:`matrix_norm`; None is 2: largest over smallest singular value.

    Raises:
        ValueError: another p, or not square.

    >>> import tinyvision as tv
    >>> tv.linalg.cond(tv.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    check_matrices("cond", A)
    if p in (None, 2, -2):
        values = svdvals(A)
        first, last = values[..., 0], values[..., -1]
        return last / first if p == -2 else first / last
    check_matrices("cond", A, square=True)
    return matrix_norm(A, p) * matrix_norm(inv(A), p)
