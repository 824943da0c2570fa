"""Determinants: det, slogdet, logdet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor
from ..base.broadcast import reshape_to, stretch_to, sum_over
from ..base.choose import where, zero_where
from ..base.linalg import matrix_product
from .matrices import check_matrices, refused, swap
from .solve import inverse_of


def _beside_matrices(g):
    """(...,) -> (..., 1, 1)"""
    return reshape_to(g, shape=(*g.shape, 1, 1))


@primitive
def determinant_of(x):
    """(..., N, N) -> (...,)"""
    return np.linalg.det(x)


determinant_of.defvjp(x=lambda g, x: _beside_matrices(g) * cofactors_of(x))


@primitive
@refused("the derivative of det did not converge; does the matrix hold NaN or infinity?")
def cofactors_of(x):
    """``det(x) x^-T``, which is finite also where the matrix is singular and has no inverse.

    Of x = U S V^T it is U S' V^T times the determinants of U and V, which are 1 or -1, where S'
    holds the products of all other singular values.
    """
    u, s, vt = np.linalg.svd(x)
    size = s.shape[-1]
    others = np.broadcast_to(s[..., None, :], (*s.shape, size)).copy()  # (..., N) -> (..., N, N)
    others[..., np.arange(size), np.arange(size)] = 1.0
    turned = np.round(np.linalg.det(u) * np.linalg.det(vt))
    scales = others.prod(axis=-1) * turned[..., None]
    return np.matmul(u * scales[..., None, :], vt).astype(x.dtype, copy=False)


def _cofactors_rule(g, ans, x):
    """Of a singular matrix `inverse_of` says that there is no second derivative by this route."""
    inside = _beside_matrices(sum_over(g * ans, axes=(g.ndim - 2, g.ndim - 1), keepdim=False))
    flipped = swap(inverse_of(x))
    return inside * flipped - matrix_product(ans, matrix_product(swap(g), flipped))


cofactors_of.defvjp(x=_cofactors_rule)


def linalg_det(A):
    """The determinants (...,) of square matrices (..., N, N).

    The derivative is right also where a matrix is singular, the second only where none is.

    Raises:
        ValueError: not square.
        RuntimeError: neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.det(tv.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(8.)
    """
    check_matrices("det", A, square=True)
    return determinant_of(A)


def det(input):
    """As :func:`tinyvision.linalg.det`.

    >>> import tinyvision as tv
    >>> tv.det(tv.tensor([[3.0]]))
    tensor(3.)
    """
    return linalg_det(input)


@primitive
def log_abs_determinant(x):
    """The logarithm of the magnitude of the determinant: finite where that would overflow."""
    return np.linalg.slogdet(x)[1]


log_abs_determinant.defvjp(x=lambda g, x: _beside_matrices(g) * swap(inverse_of(x)))


@primitive
def sign_of_determinant(x):
    """1, -1, or 0 where the matrix is singular."""
    return np.linalg.slogdet(x)[0]


def _no_slope(g, x_shape):
    return zero_where(stretch_to(_beside_matrices(g), shape=x_shape), mask=np.ones(x_shape, bool))


sign_of_determinant.defvjp(x=_no_slope)


class SignAndLogarithm(NamedTuple):
    """What :func:`slogdet` returns."""

    sign: Tensor
    logabsdet: Tensor


def linalg_slogdet(A):
    """The sign of the determinant and the logarithm of its magnitude: ``(sign, logabsdet)``.

    Of a singular matrix they are 0 and -inf.

    Raises:
        ValueError: not square.
        RuntimeError: neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.slogdet(tv.tensor([[-1.0]])).sign
    tensor(-1.)
    """
    check_matrices("slogdet", A, square=True)
    return SignAndLogarithm(sign_of_determinant(A), log_abs_determinant(A))


def slogdet(input):
    """As :func:`tinyvision.linalg.slogdet`.

    >>> import tinyvision as tv
    >>> tv.slogdet(tv.tensor([[1.0]])).logabsdet
    tensor(0.)
    """
    return linalg_slogdet(input)


def logdet(input):
    """The logarithm of the determinant: -inf where it is 0, NaN where it is negative.

    Raises:
        ValueError: not square.
        RuntimeError: neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.logdet(tv.tensor([[1.0]]))
    tensor(0.)
    """
    sign, logarithm = linalg_slogdet(input)
    return where(sign < 0, float("nan"), logarithm)
