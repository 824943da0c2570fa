"""Linear algebra under torch's names: ``tv.linalg.solve``, ``tv.linalg.svd``, ...

Gathers what the files of `tinyvision/ops` define; all of it has derivatives of two orders.
"""

from typing import TYPE_CHECKING

from .absent import teller as _teller
from .ops.base.linalg import matmul
from .ops.linear_algebra.chain import multi_dot
from .ops.linear_algebra.cholesky import linalg_cholesky as cholesky
from .ops.linear_algebra.decompositions import eigh, eigvalsh
from .ops.linear_algebra.decompositions import linalg_qr as qr
from .ops.linear_algebra.determinant import linalg_det as det
from .ops.linear_algebra.determinant import linalg_slogdet as slogdet
from .ops.linear_algebra.matrix_exp import linalg_matrix_exp as matrix_exp
from .ops.linear_algebra.products import linalg_cross as cross
from .ops.linear_algebra.products import linalg_matrix_power as matrix_power
from .ops.linear_algebra.products import vecdot
from .ops.linear_algebra.pseudo_inverse import lstsq, matrix_rank, pinv
from .ops.linear_algebra.solve import inv, solve, solve_triangular
from .ops.linear_algebra.svd import linalg_svd as svd
from .ops.linear_algebra.svd import svdvals
from .ops.linear_algebra.vander import linalg_vander as vander
from .ops.reductions.matrix_norm import cond, matrix_norm, vector_norm
from .ops.reductions.matrix_norm import linalg_norm as norm
from .ops.shapes.diagonal import diagonal as _diagonal


def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    """The diagonals of matrices: (..., M, N) -> (..., K).

    Raises:
        IndexError: there are no such axes.

    >>> import tinyvision as tv
    >>> tv.linalg.diagonal(tv.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return _diagonal(A, offset, dim1, dim2)


__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "vander",
    "vecdot",
    "vector_norm",
]

if not TYPE_CHECKING:  # asked only for what is not there
    __getattr__ = _teller("linalg", __name__)
