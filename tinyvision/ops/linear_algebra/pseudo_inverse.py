"""Matrices of any shape and rank: pinv, matrix_rank, lstsq, all by singular values.

The derivative: Golub and Pereyra, "The Differentiation of Pseudo-Inverses and Nonlinear Least
Squares Problems Whose Variables Separate" (1973).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, wrap
from ..base.broadcast import reshape_to
from ..base.linalg import check_same_type, matrix_product
from ..base.promote import check_broadcast
from ..base.shape import ravel
from ..shapes.triangle import tril
from .matrices import check_matrices, refused, swap


@primitive
@refused("pinv did not converge; does the matrix hold NaN or infinity?")
def pseudo_inverse(x, *, cut):
    """Moore and Penrose's inverse; singular values up to `cut` (...,) count as zero."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    kept = s > cut[..., None]
    inverted = np.where(kept, 1.0 / np.where(kept, s, 1.0), 0.0).astype(s.dtype)
    return np.matmul(np.swapaxes(vt, -1, -2) * inverted[..., None, :], np.swapaxes(u, -1, -2))


def _pseudo_inverse_rule(g, ans, x):
    p, pt, gt = ans, swap(ans), swap(g)
    slope = -matrix_product(pt, matrix_product(g, pt))
    right = matrix_product(gt, matrix_product(p, pt))
    slope = slope + right - matrix_product(x, matrix_product(p, right))
    left = matrix_product(pt, matrix_product(p, gt))
    return slope + left - matrix_product(matrix_product(left, p), x)


pseudo_inverse.defvjp(x=_pseudo_inverse_rule)


def cut_off(x: Tensor, atol, rtol) -> np.ndarray:
    """Up to where singular values count as zero: max(atol, rtol * the largest), per matrix."""
    s = np.linalg.svd(x._array, compute_uv=False)
    largest = s.max(axis=-1, initial=0.0)
    if rtol is None:
        given = atol is not None and np.any(_number(atol) > 0)
        rtol = 0.0 if given else max(x.shape[-2:]) * float(np.finfo(x.dtype).eps)
    return np.maximum(0.0 if atol is None else _number(atol), _number(rtol) * largest)


def _mirrored(A: Tensor) -> Tensor:
    """The symmetric matrix of which only the lower triangle is read."""
    return tril(A) + swap(tril(A, -1))


def _number(value):
    return value._array if isinstance(value, Tensor) else value


@refused("matrix_rank did not converge; does the matrix hold NaN or infinity?")
def matrix_rank(A, tol=None, hermitian=False, *, atol=None, rtol=None):
    """The number of singular values above max(atol, rtol * the largest).

    Args:
        A: matrices (..., M, N).
        tol: an older name of ``atol``.
        hermitian: that A is symmetric, of which the lower triangle is read.
        atol: absolute tolerance, 0 if not given.
        rtol: relative tolerance; max(M, N) times the smallest step of the type if not given.

    Raises:
        ValueError, RuntimeError: no matrices of float32 or float64.

    >>> import tinyvision as tv
    >>> tv.linalg.matrix_rank(tv.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    check_matrices("matrix_rank", A, square=hermitian)
    if hermitian:
        A = _mirrored(A)
    atol, rtol = (tol, 0.0) if tol is not None else (atol, rtol)
    s = np.linalg.svd(A._array, compute_uv=False)
    return wrap(np.asarray((s > cut_off(A, atol, rtol)[..., None]).sum(axis=-1)))


@refused("pinv did not converge; does the matrix hold NaN or infinity?")
def pinv(A, rcond=None, hermitian=False, *, atol=None, rtol=None):
    """Moore and Penrose's pseudo-inverse (..., N, M) of matrices (..., M, N).

    Args:
        A: any matrices; the derivative holds while their rank stays the same.
        rcond: an older name of ``rtol``.
        hermitian: that A is symmetric, of which the lower triangle is read.
        atol: singular values up to this count as zero.
        rtol: as do those up to this times the largest; max(M, N) times the smallest step of the
            type if neither is given.

    Raises:
        ValueError, RuntimeError: no matrices of float32 or float64.

    >>> import tinyvision as tv
    >>> tv.linalg.pinv(tv.tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5, 0. ],
            [0. , 0. ]])
    """
    check_matrices("pinv", A, square=hermitian)
    if hermitian:
        A = _mirrored(A)
    cut = np.asarray(cut_off(A, atol, rtol if rcond is None else rcond), A.dtype)
    return pseudo_inverse(A, cut=cut)


def pinverse(input, rcond=1e-15):
    """As :func:`tinyvision.linalg.pinv`.

    >>> import tinyvision as tv
    >>> tv.pinverse(tv.tensor([[2.0], [0.0]]))
    tensor([[0.5, 0. ]])
    """
    return pinv(input, rcond)


class LeastSquares(NamedTuple):
    """What :func:`lstsq` returns."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


def lstsq(A, B, rcond=None, *, driver=None):
    """The ``X`` of the least ``|A X - B|``, and of these the shortest.

    Args:
        A: matrices (..., M, N).
        B: (..., M, K), or vectors (..., M).
        rcond: singular values up to this times the largest count as zero.
        driver: torch's choice among routines; there is one here, by singular values.

    Returns:
        (solution, residuals, rank, singular_values), of which torch's drivers leave some empty:
        residuals, the squared lengths of what is left, where M > N and every rank is N.

    Raises:
        ValueError: the shapes do not fit, or an unknown driver.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.linalg.lstsq(tv.tensor([[1.0], [1.0]]), tv.tensor([[1.0], [3.0]])).solution
    tensor([[2.]])
    """
    check_matrices("lstsq", A)
    check_same_type("lstsq", A, B)
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise ValueError(f"lstsq: driver must be gels, gelsy, gelsd or gelss, got {driver!r}")
    vector = B.ndim == A.ndim - 1 and B.shape == A.shape[:-1]
    if vector:
        B = reshape_to(B, shape=(*B.shape, 1))
    check_matrices("lstsq", B)
    rows, columns = A.shape[-2:]
    if B.shape[-2] != rows:
        raise ValueError(
            f"lstsq: A of shape {A.shape} has {rows} rows, B of shape {B.shape} has {B.shape[-2]}; "
            "they must be equal"
        )
    check_broadcast(A.shape[:-2], B.shape[:-2])
    solution = matrix_product(pinv(A, rcond), B)
    rank = matrix_rank(A, rtol=rcond)
    empty = wrap(np.zeros(0, A.dtype))
    residuals = ravel(solution)[:0]
    if rows > columns and driver != "gelsy" and (rank._array == columns).all():
        left = matrix_product(A, solution) - B
        residuals = (left * left).sum(-2)
    if vector:
        solution = reshape_to(solution, shape=solution.shape[:-1])
    singular_values = empty
    if driver in ("gelsd", "gelss"):
        singular_values = wrap(np.linalg.svd(A._array, compute_uv=False))
    if driver == "gels":
        rank = wrap(np.zeros(0, np.int64))
    return LeastSquares(solution, residuals, rank, singular_values)
