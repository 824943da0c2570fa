"""The exponential of a matrix: sum of A^k / k!, by a quotient of polynomials, scaled and squared.

Source: Moler and Van Loan, "Nineteen Dubious Ways to Compute the Exponential of a Matrix" (2003).
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.tensor import wrap
from ..base.linalg import matrix_product
from ..base.promote import as_type
from .matrices import check_matrices
from .solve import solution_of

_DEGREE = 8  # of both polynomials: below 1e-16 of error for a norm up to 1/2


def linalg_matrix_exp(A):
    """The exponentials of square matrices (..., N, N), of float16 by way of float32.

    Raises:
        ValueError: not square.
        RuntimeError: integers, or not finite.

    >>> import tinyvision as tv
    >>> tv.linalg.matrix_exp(tv.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    if A.dtype == np.float16:
        return as_type(linalg_matrix_exp(as_type(A, np.float32)), np.float16)
    check_matrices("matrix_exp", A, square=True)
    largest = np.abs(A._array).sum(axis=-1).max(initial=0.0)
    if not math.isfinite(largest):
        raise RuntimeError("matrix_exp needs finite numbers, got NaN or infinity")
    halvings = max(0, math.ceil(math.log2(largest)) + 1) if largest > 0 else 0
    x = A * 0.5**halvings
    factor, sign = 1.0, 1.0
    power = wrap(np.broadcast_to(np.eye(A.shape[-1], dtype=A.dtype), A.shape))
    above = below = power
    for k in range(1, _DEGREE + 1):
        factor *= (_DEGREE - k + 1) / ((2 * _DEGREE - k + 1) * k)
        sign = -sign
        power = matrix_product(power, x)
        above, below = above + power * factor, below + power * (sign * factor)
    out = solution_of(below, above)
    for _ in range(halvings):
        out = matrix_product(out, out)
    return out


def matrix_exp(A):
    """As :func:`tinyvision.linalg.matrix_exp`.

    >>> import tinyvision as tv
    >>> tv.matrix_exp(tv.zeros(1, 1))
    tensor([[1.]])
    """
    return linalg_matrix_exp(A)
