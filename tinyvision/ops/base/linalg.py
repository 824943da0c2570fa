"""Products of matrices: matmul with batches, dot, outer."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from .broadcast import reshape_to, sum_to
from .order import permute_axes
from .product import product


@primitive
def matrix_product(x, y):
    """(..., M, K) @ (..., K, N) -> (..., M, N), leading axes broadcast."""
    return product(x, y)


def _swap(x):
    """Swap the last two axes."""
    return permute_axes(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


matrix_product.defvjp(
    x=lambda g, y, x_shape: sum_to(matrix_product(g, _swap(y)), x_shape),
    y=lambda g, x, y_shape: sum_to(matrix_product(_swap(x), g), y_shape),
)


def check_same_type(name, x, y) -> None:
    """Raise RuntimeError unless two operands have one type."""
    if x.dtype != y.dtype:
        for array, other in ((x, y), (y, x)):
            if isinstance(array, np.ndarray) and not isinstance(other, np.ndarray):
                raise RuntimeError(
                    f"{name}: a NumPy array of {array.dtype} beside a tensor of {other.dtype}; "
                    f"convert it: tv.from_numpy(x).to(tv.{other.dtype})"
                )
        raise RuntimeError(
            f"{name}: one operand is {x.dtype}, the other {y.dtype}; convert one: x.to(y.dtype)"
        )


def matmul(input, other):
    """The matrix product; vectors count as a row on the left and a column on the right.

    Leading axes are batches and broadcast: ``(..., M, K) @ (..., K, N) -> (..., M, N)``.

    Raises:
        ValueError: an operand has no axes, the inner sizes differ, or batches do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.matmul(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), tv.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    if input.ndim == 0 or other.ndim == 0:
        raise ValueError("matmul needs at least one axis in each operand; use * for numbers")
    check_same_type("matmul", input, other)
    inner = other.shape[-2] if other.ndim > 1 else other.shape[0]
    if input.shape[-1] != inner:
        raise ValueError(
            f"matmul: shapes {input.shape} and {other.shape}: the last axis of the first has "
            f"{input.shape[-1]} elements, axis {-2 if other.ndim > 1 else 0} of the second has "
            f"{inner}; they must be equal. Is one to be transposed (.mT)?"
        )
    batches = (input.shape[:-2], other.shape[:-2])
    for i in range(1, min(map(len, batches)) + 1):
        m, n = batches[0][-i], batches[1][-i]
        if m != n and 1 not in (m, n):
            raise ValueError(
                f"matmul: the batch axes of {input.shape} and {other.shape} do not fit: {m} and {n}"
            )
    x = reshape_to(input, shape=(1, *input.shape)) if input.ndim == 1 else input
    y = reshape_to(other, shape=(*other.shape, 1)) if other.ndim == 1 else other
    out = matrix_product(x, y)
    if input.ndim == 1 or other.ndim == 1:
        rows = () if input.ndim == 1 else (out.shape[-2],)
        columns = () if other.ndim == 1 else (out.shape[-1],)
        out = reshape_to(out, shape=(*out.shape[:-2], *rows, *columns))
    return out


def mm(input, mat2):
    """The product of two matrices, without broadcasting.

    >>> import tinyvision as tv
    >>> tv.mm(tv.ones(2, 3), tv.ones(3, 1))
    tensor([[3.],
            [3.]])
    """
    _check_axes("mm", 2, input, mat2)
    return matmul(input, mat2)


def bmm(input, mat2):
    """The products of two batches of matrices, without broadcasting.

    >>> import tinyvision as tv
    >>> tv.bmm(tv.ones(4, 2, 3), tv.ones(4, 3, 1)).shape
    (4, 2, 1)
    """
    _check_axes("bmm", 3, input, mat2)
    if input.shape[0] != mat2.shape[0]:
        raise ValueError(f"bmm: batches of {input.shape[0]} and {mat2.shape[0]} matrices differ")
    return matmul(input, mat2)


def mv(input, vec):
    """A matrix times a vector.

    >>> import tinyvision as tv
    >>> tv.mv(tv.ones(2, 3), tv.ones(3))
    tensor([3., 3.])
    """
    _check_axes("mv", 2, input)
    _check_axes("mv", 1, vec)
    return matmul(input, vec)


def dot(input, tensor):
    """The inner product of two vectors.

    >>> import tinyvision as tv
    >>> tv.dot(tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor(11.)
    """
    _check_axes("dot", 1, input, tensor)
    return matmul(input, tensor)


def outer(input, vec2):
    """Every product of an element of one vector with one of the other.

    >>> import tinyvision as tv
    >>> tv.outer(tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    _check_axes("outer", 1, input, vec2)
    return reshape_to(input, shape=(*input.shape, 1)) * vec2


def _check_axes(name: str, axes: int, *tensors) -> None:
    for tensor in tensors:
        if tensor.ndim != axes:
            raise ValueError(f"{name} needs tensors of {axes} axes, got shape {tensor.shape}")
