"""More products of vectors and matrices: by named axes, of many, to a power."""

from __future__ import annotations

import operator

import numpy as np

from ...autograd.tensor import wrap
from ..base.broadcast import reshape_to, sum_over
from ..base.choose import zero_where
from ..base.index import pick
from ..base.linalg import check_same_type, dot, matmul
from ..base.order import permute_axes
from ..base.promote import as_type, check_dim, check_dims, result_type
from ..elementwise.arithmetic import mul
from ..shapes.diagonal import diagonal
from ..shapes.grids import broadcast_tensors
from ..shapes.join import stack
from .matrices import check_matrices
from .solve import inv

# -- vectors ----------------------------------------------------------------------------------


def vdot(input, other):
    """The inner product of two vectors; for real numbers the same as :func:`dot`.

    >>> import tinyvision as tv
    >>> tv.vdot(tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return dot(input, other)


def inner(input, other):
    """Products summed along the last axes: (..., K) and (___, K) -> (..., ___).

    Raises:
        ValueError: the last axes differ.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.inner(tv.tensor([1.0, 2.0]), tv.tensor([[3.0, 4.0], [1.0, 1.0]]))
    tensor([11.,  3.])
    """
    check_same_type("inner", input, other)
    if input.ndim == 0 or other.ndim == 0:
        return mul(input, other)
    if input.shape[-1] != other.shape[-1]:
        raise ValueError(
            f"inner: the last axes of {input.shape} and {other.shape} must have equal size"
        )
    return tensordot(input, other, ([input.ndim - 1], [other.ndim - 1]))


def vecdot(x, y, *, dim=-1):
    """Inner products of vectors that lie along an axis; the other axes broadcast.

    Raises:
        ValueError: the shapes cannot be combined.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.linalg.vecdot(tv.tensor([[1.0, 2.0], [0.0, 1.0]]), tv.tensor([3.0, 4.0]))
    tensor([11.,  4.])
    """
    check_same_type("vecdot", x, y)
    product = mul(x, y)
    axes = (check_dim(dim, product.ndim),) if product.ndim else ()
    return as_type(sum_over(product, axes=axes, keepdim=False), x.dtype)


def linalg_cross(input, other, *, dim=-1):
    """The vectors perpendicular to two, of three elements along an axis.

    Raises:
        ValueError: not three elements, or the shapes cannot be combined.

    >>> import tinyvision as tv
    >>> tv.linalg.cross(tv.tensor([1.0, 0.0, 0.0]), tv.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if input.ndim != other.ndim:
        raise ValueError(
            f"cross: shapes {input.shape} and {other.shape} must have equally many axes; unsqueeze "
            "one"
        )
    axis = check_dim(dim, input.ndim)
    for x in (input, other):
        if x.ndim == 0 or x.shape[axis] != 3:
            raise ValueError(f"cross needs three elements along dim {dim}, got shape {x.shape}")
    dtype = result_type(input, other)
    x, y = broadcast_tensors(as_type(input, dtype), as_type(other, dtype))
    (a, b, c), (d, e, f) = (
        [pick(v, index=(slice(None),) * axis + (i,)) for i in range(3)] for v in (x, y)
    )
    return stack([b * f - c * e, c * d - a * f, a * e - b * d], axis)


def cross(input, other, dim=None):
    """As :func:`tinyvision.linalg.cross`, along the first axis of three elements if none is named.

    >>> import tinyvision as tv
    >>> tv.cross(tv.tensor([1.0, 0.0, 0.0]), tv.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        if 3 not in input.shape:
            raise ValueError(f"cross: no axis of shape {input.shape} has three elements")
        dim = input.shape.index(3)
    return linalg_cross(input, other, dim=dim)


# -- matrices ---------------------------------------------------------------------------------


def trace(input):
    """The sum of the diagonal of a matrix.

    Raises:
        ValueError: not a matrix.

    >>> import tinyvision as tv
    >>> tv.trace(tv.tensor([[1.0, 9.0], [9.0, 2.0]]))
    tensor(3.)
    """
    if input.ndim != 2:
        raise ValueError(f"trace needs a matrix, got shape {input.shape}")
    return sum_over(diagonal(input), axes=(0,), keepdim=False)


def kron(input, other):
    """Kronecker's product: each element of the first times the whole of the second.

    >>> import tinyvision as tv
    >>> tv.kron(tv.tensor([1, 10]), tv.tensor([[1, 2]]))
    tensor([[ 1,  2, 10, 20]])
    """
    axes = max(input.ndim, other.ndim)
    m = (1,) * (axes - input.ndim) + input.shape
    n = (1,) * (axes - other.ndim) + other.shape
    left = reshape_to(input, shape=tuple(size for i in m for size in (i, 1)))
    right = reshape_to(other, shape=tuple(size for j in n for size in (1, j)))
    return reshape_to(mul(left, right), shape=tuple(i * j for i, j in zip(m, n, strict=True)))


def tensordot(a, b, dims=2):
    """Products summed over several axes of each.

    Args:
        a, b: tensors of one type.
        dims: how many of the last axes of a and the first of b; or the axes, as ``(of_a, of_b)``.

    Raises:
        ValueError: the axes differ in number or size.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.tensordot(tv.ones(2, 3, 4), tv.ones(4, 3, 5), dims=([2, 1], [0, 1])).shape
    (2, 5)
    """
    check_same_type("tensordot", a, b)
    mine, theirs = _axes_summed(a, b, dims)
    if len(mine) != len(theirs):
        raise ValueError(f"tensordot: {len(mine)} axes of a, {len(theirs)} of b; name as many")
    for i, j in zip(mine, theirs, strict=True):
        if a.shape[i] != b.shape[j] and 1 not in (a.shape[i], b.shape[j]):
            raise ValueError(
                f"tensordot: axis {i} of a has size {a.shape[i]}, axis {j} of b {b.shape[j]}; "
                f"they must be equal (shapes {a.shape} and {b.shape})"
            )
        if a.shape[i] != b.shape[j]:  # what is 1 in one is summed in the other
            a = a.sum(i, keepdim=True, dtype=a.dtype) if b.shape[j] == 1 else a
            b = b.sum(j, keepdim=True, dtype=b.dtype) if a.shape[i] == 1 else b
    rows = [axis for axis in range(a.ndim) if axis not in mine]
    columns = [axis for axis in range(b.ndim) if axis not in theirs]
    height, width = tuple(a.shape[i] for i in rows), tuple(b.shape[j] for j in columns)
    inside = tuple(a.shape[i] for i in mine)
    left = _as_matrix(permute_axes(a, axes=(*rows, *mine)), height, inside)
    right = _as_matrix(permute_axes(b, axes=(*theirs, *columns)), inside, width)
    return reshape_to(matmul(left, right), shape=height + width)


def _axes_summed(a, b, dims):
    if hasattr(dims, "tolist"):
        dims = dims.tolist()
    if isinstance(dims, (tuple, list)):
        mine, theirs = dims
        given = [[d] if isinstance(d, int) else list(d) for d in (mine, theirs)]
        axes = [check_dims(d, x.ndim) if d else () for d, x in zip(given, (a, b), strict=True)]
        return axes[0], axes[1]
    count = operator.index(dims)
    if not 0 <= count <= min(a.ndim, b.ndim):
        raise ValueError(
            f"tensordot: dims must be 0..{min(a.ndim, b.ndim)} for shapes {a.shape} and {b.shape}, "
            f"got {dims}"
        )
    return tuple(range(a.ndim - count, a.ndim)), tuple(range(count))


def _as_matrix(x, rows, columns):
    sizes = []
    for part in (rows, columns):
        size = 1
        for n in part:
            size *= n
        sizes.append(size)
    return reshape_to(x, shape=tuple(sizes))


def matrix_power(input, n):
    """As :func:`tinyvision.linalg.matrix_power`.

    >>> import tinyvision as tv
    >>> tv.matrix_power(tv.tensor([[2.0]]), 3)
    tensor([[8.]])
    """
    return linalg_matrix_power(input, n)


def linalg_matrix_power(A, n):
    """A square matrix times itself, n times; of a negative n the inverse is taken.

    Raises:
        TypeError: n is no integer.
        ValueError: not square.
        RuntimeError: neither float32 nor float64, or the inverse of a singular matrix.

    >>> import tinyvision as tv
    >>> tv.linalg.matrix_power(tv.tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    check_matrices("matrix_power", A, square=True)
    exponent = operator.index(n)
    power = inv(A) if exponent < 0 else A
    exponent = abs(exponent)
    if exponent == 0:
        nothing = zero_where(A, mask=np.ones(A.shape, bool))  # so that it has a gradient
        return nothing + wrap(np.eye(A.shape[-1], dtype=A.dtype))
    product = None
    while True:  # squares, of which those are taken that the binary digits name
        if exponent % 2:
            product = power if product is None else matmul(product, power)
        exponent //= 2
        if not exponent:
            return product.clone() if product is A else product
        power = matmul(power, power)
