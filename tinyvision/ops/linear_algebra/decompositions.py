"""Decompositions of matrices: qr and eigh here, svd in svd.py.

Each answers with several arrays, a primitive with one: it lays them one below the other, and the
public function cuts them apart. The derivatives: Walter and Lehmann, "Algorithmic Differentiation
of Linear Algebra Functions with Application in Optimum Experimental Design" (2010) for QR, Giles
(2008) for eigenvalues, Townsend, "Differentiating the Singular Value Decomposition" (2016).

Where two eigenvalues or singular values are equal, their vectors may be turned in a plane and have
no derivative: it is infinite or NaN, as in torch. Where the vectors are not used it plays no part.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.choose import zero_where
from ..base.linalg import matrix_product
from ..shapes.join import cat
from ..shapes.triangle import tril
from .matrices import check_matrices, refused, swap
from .solve import solution_of


class QR(NamedTuple):
    """What :func:`qr` returns."""

    Q: Tensor
    R: Tensor


class Eigen(NamedTuple):
    """What :func:`eigh` returns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


# -- QR ---------------------------------------------------------------------------------------


@primitive
def qr_stacked(x):
    """(..., M, N) with M >= N -> (..., M + N, N): Q over R."""
    return np.concatenate(np.linalg.qr(x), axis=-2)


def _qr_rule(g, ans, x_shape):
    rows = x_shape[-2]
    q, r, gq, gr = ans[..., :rows, :], ans[..., rows:, :], g[..., :rows, :], g[..., rows:, :]
    m = matrix_product(r, swap(gr)) - matrix_product(swap(gq), q)
    symmetric = tril(m) + swap(tril(m, -1))
    return swap(solution_of(r, swap(gq + matrix_product(q, symmetric))))


qr_stacked.defvjp(x=_qr_rule)


def linalg_qr(A, mode="reduced"):
    """``A = Q R``: Q with orthonormal columns, R upper triangular.

    Args:
        A: matrices (..., M, N). For a derivative its first min(M, N) columns must be independent.
        mode: 'reduced': Q (..., M, K) and R (..., K, N) with K = min(M, N); 'complete': Q
            (..., M, M) and R (..., M, N), for M > N without a derivative; 'r': R of 'reduced'
            alone, Q empty.

    Raises:
        ValueError: no matrices, or another mode.
        RuntimeError: neither float32 nor float64; a derivative of 'complete' is wanted.

    >>> import tinyvision as tv
    >>> Q, R = tv.linalg.qr(tv.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> tv.allclose(Q @ R, tv.tensor([[3.0, 1.0], [4.0, 2.0]]), atol=1e-5)
    True
    """
    check_matrices("qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode must be 'reduced', 'complete' or 'r', got {mode!r}")
    rows, columns = A.shape[-2:]
    if mode == "complete" and rows > columns:
        if A.requires_grad:
            raise RuntimeError(
                f"qr: the complete Q of matrices {A.shape} has no derivative, its last columns may "
                "be turned; use mode='reduced', or A.detach()"
            )
        return QR(*map(wrap, np.linalg.qr(A._array, mode="complete")))
    both = qr_stacked(A if columns <= rows else A[..., :rows])
    q, r = both[..., :rows, :], both[..., rows:, :]
    if columns > rows:
        r = cat([r, matrix_product(swap(q), A[..., rows:])], -1)
    return QR(wrap(np.zeros(0, A.dtype)) if mode == "r" else q, r)


def qr(input, some=True):
    """As :func:`tinyvision.linalg.qr`; ``some=False`` is its mode 'complete'.

    >>> import tinyvision as tv
    >>> tv.qr(tv.ones(3, 2)).R.shape
    (2, 2)
    """
    return linalg_qr(input, "reduced" if some else "complete")


# -- eigenvalues ------------------------------------------------------------------------------


def over_gaps(x: Any, gaps: Any) -> Any:
    """``x / gaps`` off the diagonal; 0 where both are 0: what is not used has no share."""
    idle = (unwrap(x) == 0) & (unwrap(gaps) == 0) | np.eye(x.shape[-1], dtype=bool)
    return zero_where(x, mask=idle) / (gaps + idle.astype(gaps.dtype))


def on_diagonal(x: Any) -> Any:
    """(..., N) -> (..., N, N)"""
    return x[..., None, :] * np.eye(x.shape[-1], dtype=x.dtype)


@primitive
@refused("eigh did not converge; does the matrix hold NaN or infinity?")
def eigh_stacked(x, *, triangle):
    """(..., N, N) -> (..., 1 + N, N): eigenvalues, rising, over eigenvectors in columns."""
    values, vectors = np.linalg.eigh(x, triangle)
    if np.isnan(values).any():  # of small matrices NumPy says nothing
        raise np.linalg.LinAlgError
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_rule(g, ans):
    values, vectors = ans[..., 0, :], ans[..., 1:, :]
    gaps = values[..., None, :] - values[..., :, None]
    turned = over_gaps(matrix_product(swap(vectors), g[..., 1:, :]), gaps)
    inner = turned + on_diagonal(g[..., 0, :])
    slope = matrix_product(vectors, matrix_product(inner, swap(vectors)))
    return (slope + swap(slope)) * 0.5


eigh_stacked.defvjp(x=_eigh_rule)


def eigh(A, UPLO="L"):
    """Eigenvalues, rising, and orthonormal eigenvectors, in columns, of symmetric matrices.

    Args:
        A: (..., N, N), of which one triangle is read.
        UPLO: which: 'L' the lower, 'U' the upper.

    Returns:
        (eigenvalues, eigenvectors): (..., N) and (..., N, N). Each vector is determined but for its
        sign: a function of them that depends on it has no meaningful derivative.

    Raises:
        ValueError: not square, or another ``UPLO``.
        RuntimeError: NaN, or neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.eigh(tv.tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    check_matrices("eigh", A, square=True)
    triangle = str(UPLO).upper()
    if triangle not in ("L", "U"):
        raise ValueError(f"eigh: UPLO must be 'L' or 'U', got {UPLO!r}")
    both = eigh_stacked(A, triangle=triangle)
    return Eigen(both[..., 0, :], both[..., 1:, :])


def eigvalsh(A, UPLO="L"):
    """The eigenvalues of symmetric matrices, rising: (..., N, N) -> (..., N).

    Raises:
        ValueError, RuntimeError: as :func:`eigh`.

    >>> import tinyvision as tv
    >>> tv.linalg.eigvalsh(tv.tensor([[0.0, 1.0], [1.0, 0.0]]))
    tensor([-1.,  1.])
    """
    return eigh(A, UPLO).eigenvalues
