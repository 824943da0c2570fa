"""Cholesky's decomposition; the derivative is that of Giles (2008), in solve.py."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import wrap
from ..base.linalg import matrix_product
from ..shapes.triangle import tril
from .matrices import check_matrices, refused, swap
from .solve import solution_of, solve_triangular


@primitive
@refused(
    "a matrix is not positive-definite: x^T A x must be positive for every x but zero. Is it "
    "symmetric? Add a small multiple of the identity if it is only just not"
)
def cholesky_factor(x):
    """The lower triangular L of ``x = L L^T``; of x only the lower triangle is read."""
    return np.linalg.cholesky(x)


def _cholesky_rule(g, ans):
    inner = tril(matrix_product(swap(ans), g))
    inner = (inner + tril(inner, -1)) * 0.5  # the diagonal at half weight
    upright = swap(ans)
    outer = swap(solution_of(upright, swap(solution_of(upright, inner))))
    return (outer + swap(outer)) * 0.5


cholesky_factor.defvjp(x=_cholesky_rule)


def linalg_cholesky(A, *, upper=False):
    """The lower triangular ``L`` of ``A = L L^T``, or the upper ``L^T``.

    Args:
        A: symmetric positive-definite matrices (..., N, N); one triangle is read.
        upper: whether the upper triangular factor is wanted.

    Raises:
        ValueError: not square.
        RuntimeError: not positive-definite, or neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.cholesky(tv.tensor([[4.0, 2.0], [2.0, 2.0]]))
    tensor([[2., 0.],
            [1., 1.]])
    """
    check_matrices("cholesky", A, square=True)
    return swap(cholesky_factor(swap(A))) if upper else cholesky_factor(A)


def cholesky(input, upper=False):
    """As :func:`tinyvision.linalg.cholesky`.

    >>> import tinyvision as tv
    >>> tv.cholesky(tv.tensor([[4.0]]))
    tensor([[2.]])
    """
    return linalg_cholesky(input, upper=upper)


def cholesky_solve(B, L, upper=False):
    """The ``X`` of ``A X = B``, A given by its factor ``L L^T``, or ``U^T U`` if ``upper``.

    Args:
        B: (..., N, K).
        L: (..., N, N), of which one triangle is read.
        upper: which.

    Raises:
        ValueError: the shapes do not fit.
        RuntimeError: a zero on the diagonal, or the types differ.

    >>> import tinyvision as tv
    >>> tv.cholesky_solve(tv.tensor([[8.0]]), tv.tensor([[2.0]]))
    tensor([[2.]])
    """
    check_matrices("cholesky_solve", L, square=True)
    lower = swap(L) if upper else L
    half = solve_triangular(lower, B, upper=False)
    return solve_triangular(swap(lower), half, upper=True)


def cholesky_inverse(L, upper=False):
    """The inverse of A, given by its factor as in :func:`cholesky_solve`.

    Raises:
        ValueError: not square.
        RuntimeError: a zero on the diagonal, or neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.cholesky_inverse(tv.tensor([[2.0]]))
    tensor([[0.25]])
    """
    check_matrices("cholesky_inverse", L, square=True)
    return cholesky_solve(wrap(np.eye(L.shape[-1], dtype=L.dtype)), L, upper)
