"""Systems of linear equations of regular matrices: solve, inv.

The derivatives are those collected by Giles, "An extended collection of matrix derivative results"
(2008).
"""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import wrap
from ..base.broadcast import reshape_to, sum_to
from ..base.linalg import check_same_type, matrix_product
from ..base.promote import check_broadcast
from ..shapes.triangle import tril
from .matrices import check_matrices, refused, swap

_SINGULAR = (
    "a matrix is singular: its rows depend on one another, so it has no inverse. Use pinv or "
    "lstsq, or add a small multiple of the identity"
)


@primitive
@refused(_SINGULAR)
def inverse_of(x):
    """The inverses of regular matrices (..., N, N)."""
    return np.linalg.inv(x)


inverse_of.defvjp(x=lambda g, ans: -matrix_product(swap(ans), matrix_product(g, swap(ans))))


def inv(A):
    """The inverses of square matrices (..., N, N); ``solve`` is quicker where it serves.

    Raises:
        ValueError: not square.
        RuntimeError: a matrix is singular, or the type is neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.inv(tv.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    check_matrices("inv", A, square=True)
    return inverse_of(A)


def inverse(input):
    """As :func:`tinyvision.linalg.inv`.

    >>> import tinyvision as tv
    >>> tv.inverse(tv.tensor([[2.0]]))
    tensor([[0.5]])
    """
    return inv(input)


@primitive
@refused(_SINGULAR)
def solution_of(a, b):
    """``a^-1 b``: (..., N, N) and (..., N, K), leading axes broadcast."""
    return np.linalg.solve(a, b)


def _solution_rule(g, ans, a, b_shape):
    slope = solution_of(swap(a), g)
    return sum_to(-matrix_product(slope, swap(ans)), a.shape), sum_to(slope, b_shape)


solution_of.defvjp_joint(_solution_rule)


def solve(A, B, *, left=True):
    """The ``X`` of ``A X = B``; of ``X A = B`` with ``left=False``.

    Args:
        A: square matrices (..., N, N).
        B: (..., N, K), or vectors (N,) and (..., N) beside as many matrices.
        left: the side on which A stands.

    Raises:
        ValueError: the shapes do not fit.
        RuntimeError: a matrix is singular, or the types differ.

    >>> import tinyvision as tv
    >>> tv.linalg.solve(tv.tensor([[2.0, 0.0], [0.0, 4.0]]), tv.tensor([1.0, 1.0]))
    tensor([0.5 , 0.25])
    """
    check_matrices("solve", A, square=True)
    check_same_type("solve", A, B)
    vector = B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1])
    if vector:
        B = reshape_to(B, shape=(*B.shape, 1) if left else (*B.shape[:-1], 1, B.shape[-1]))
    _check_sides("solve", A, B, left)
    out = solution_of(A, B) if left else swap(solution_of(swap(A), swap(B)))
    if not vector:
        return out
    return reshape_to(out, shape=out.shape[:-1] if left else (*out.shape[:-2], out.shape[-1]))


def _check_sides(name, A, B, left) -> None:
    check_matrices(name, B)
    axis = -2 if left else -1
    if B.shape[axis] != A.shape[-1]:
        raise ValueError(
            f"{name}: axis {axis} of B, of shape {B.shape}, has {B.shape[axis]} elements, but A, "
            f"of shape {A.shape}, has {A.shape[-1]} unknowns; they must be equal"
        )
    check_broadcast(A.shape[:-2], B.shape[:-2])


def solve_triangular(A, B, *, upper, left=True, unitriangular=False):
    """As :func:`solve`, with the upper or lower triangle of A only.

    Args:
        A: (..., N, N); the other triangle is not read.
        B: (..., N, K).
        upper: which triangle.
        left: the side on which A stands.
        unitriangular: whether ones count as the diagonal, whatever stands there.

    Raises:
        ValueError: the shapes do not fit.
        RuntimeError: a zero on the diagonal, or the types differ.

    >>> import tinyvision as tv
    >>> A = tv.tensor([[2.0, 9.0], [1.0, 1.0]])
    >>> tv.linalg.solve_triangular(A, tv.tensor([[2.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    check_matrices("solve_triangular", A, square=True)
    check_same_type("solve_triangular", A, B)
    _check_sides("solve_triangular", A, B, left)
    triangle = swap(tril(swap(A))) if upper else tril(A)
    if unitriangular:
        strict = swap(tril(swap(A), -1)) if upper else tril(A, -1)
        triangle = strict + wrap(np.eye(A.shape[-1], dtype=A.dtype))
    return solve(triangle, B, left=left)
