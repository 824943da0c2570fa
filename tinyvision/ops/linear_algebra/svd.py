"""Singular values; on how the derivative is laid out see decompositions.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.linalg import matrix_product
from ..shapes.join import cat
from .decompositions import on_diagonal, over_gaps
from .matrices import check_matrices, refused, swap


class Singular(NamedTuple):
    """What :func:`svd` of ``linalg`` returns."""

    U: Tensor
    S: Tensor
    Vh: Tensor


class SingularV(NamedTuple):
    """What the older :func:`tinyvision.svd` returns."""

    U: Tensor
    S: Tensor
    V: Tensor


@primitive
@refused("svd did not converge; does the matrix hold NaN or infinity?")
def svd_stacked(x):
    """(..., M, N) -> (..., M + 1 + N, K), K = min(M, N): U over S over V."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], np.swapaxes(vt, -1, -2)], axis=-2)


def _parts(stacked, rows):
    return stacked[..., :rows, :], stacked[..., rows, :], stacked[..., rows + 1 :, :]


def _svd_rule(g, ans, x_shape):
    rows, columns = x_shape[-2:]
    (u, s, v), (gu, gs, gv) = _parts(ans, rows), _parts(g, rows)
    along, down = s[..., None, :], s[..., :, None]
    gaps = (along - down) * (along + down)
    ut, vt = matrix_product(swap(u), gu), matrix_product(swap(v), gv)
    inner = on_diagonal(gs) + over_gaps(ut - swap(ut), gaps) * along
    slope = matrix_product(u, inner + down * over_gaps(vt - swap(vt), gaps))
    if columns > rows:
        slope = matrix_product(slope, swap(v))
        outside = gv - matrix_product(v, vt)  # what leaves the space that V spans
        return slope + matrix_product(u, swap(_over_values(outside, along)))
    if rows > columns:
        slope = slope + _over_values(gu - matrix_product(u, ut), along)
    return matrix_product(slope, swap(v))


def _over_values(x, along):
    idle = (unwrap(x) == 0) & (unwrap(along) == 0)
    return x / (along + idle.astype(along.dtype))


svd_stacked.defvjp(x=_svd_rule)


def linalg_svd(A, full_matrices=True, *, driver=None):
    """``A = U diag(S) Vh``: U and Vh orthonormal, the singular values S falling.

    Args:
        A: matrices (..., M, N).
        full_matrices: U (..., M, M) and Vh (..., N, N), whose last columns and rows complete the
            first K = min(M, N) to a basis; as they may be turned they count as constants. If
            false, U (..., M, K) and Vh (..., K, N), all of it with a derivative.
        driver: torch's choice among routines of graphics processors; None.

    Returns:
        (U, S, Vh). Each column of U is determined but for its sign, together with a row of Vh.

    Raises:
        ValueError: no matrices, or a driver.
        RuntimeError: NaN, or neither float32 nor float64.

    >>> import tinyvision as tv
    >>> tv.linalg.svd(tv.tensor([[0.0, 2.0], [3.0, 0.0]])).S
    tensor([3., 2.])
    """
    check_matrices("svd", A)
    if driver is not None:
        raise ValueError(f"svd: a driver is chosen on a GPU only, got {driver!r}; leave it out")
    rows, columns = A.shape[-2:]
    u, s, v = _parts(svd_stacked(A), rows)
    if full_matrices and rows != columns:
        whole_u, _, whole_vt = np.linalg.svd(A._array)
        few = min(rows, columns)
        u = cat([u, wrap(whole_u[..., few:])], -1)
        v = cat([v, wrap(np.swapaxes(whole_vt, -1, -2)[..., few:])], -1)
    return Singular(u, s, swap(v))


def svdvals(A, *, driver=None):
    """The singular values of matrices, falling: (..., M, N) -> (..., min(M, N)).

    Raises:
        ValueError, RuntimeError: as :func:`svd`.

    >>> import tinyvision as tv
    >>> tv.linalg.svdvals(tv.tensor([[0.0, 2.0], [3.0, 0.0]]))
    tensor([3., 2.])
    """
    return linalg_svd(A, False, driver=driver).S


def svd(input, some=True, compute_uv=True):
    """The older form of :func:`tinyvision.linalg.svd`: ``(U, S, V)`` with ``A = U diag(S) V^T``.

    Args:
        input: matrices (..., M, N).
        some: whether only the first min(M, N) columns of U and V are wanted.
        compute_uv: if false, U and V are zeros (..., M, M) and (..., N, N).

    >>> import tinyvision as tv
    >>> tv.svd(tv.ones(3, 2)).V.shape
    (2, 2)
    """
    check_matrices("svd", input)
    if compute_uv:
        u, s, vh = linalg_svd(input, not some)
        return SingularV(u, s, swap(vh))
    zeros = [wrap(np.zeros((*input.shape[:-2], n, n), input.dtype)) for n in input.shape[-2:]]
    return SingularV(zeros[0], svdvals(input), zeros[1])
