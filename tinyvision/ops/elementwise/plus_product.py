"""A product with something added: addmm and its like."""

from __future__ import annotations

from ..base.broadcast import broadcast_to, sum_over
from ..base.linalg import bmm, check_same_type, mm, mv, outer
from ..base.promote import as_type, result_type


def _plus_product(name, input, product, beta, alpha):
    """``beta * input + alpha * product``; what beta = 0 takes away may be NaN."""
    check_same_type(name, input, product)
    for label, factor in (("beta", beta), ("alpha", alpha)):
        if isinstance(factor, float) and product.dtype.kind != "f":
            raise RuntimeError(
                f"{name}: {label} must be an integer for integer tensors, got {factor!r}"
            )
    if product.dtype.kind == "b":
        raise RuntimeError(f"{name} is not defined for booleans; convert them: x.int()")
    added = broadcast_to(input, product.shape)
    scaled = product if alpha == 1 else product * alpha
    if beta == 0:
        return scaled
    return scaled + (added if beta == 1 else added * beta)


def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """``beta * input + alpha * (mat1 @ mat2)``: a matrix product with something added.

    Raises:
        ValueError: the shapes do not fit, or ``input`` cannot be broadcast to the product's.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.addmm(tv.tensor([1.0]), tv.ones(1, 2), tv.ones(2, 1), beta=10)
    tensor([[12.]])
    """
    return _plus_product("addmm", input, mm(mat1, mat2), beta, alpha)


def addmv(input, mat, vec, *, beta=1, alpha=1):
    """``beta * input + alpha * (mat @ vec)``.

    Raises:
        ValueError, RuntimeError: as :func:`addmm`.

    >>> import tinyvision as tv
    >>> tv.addmv(tv.zeros(2), tv.ones(2, 3), tv.ones(3))
    tensor([3., 3.])
    """
    return _plus_product("addmv", input, mv(mat, vec), beta, alpha)


def addr(input, vec1, vec2, *, beta=1, alpha=1):
    """``beta * input + alpha * outer(vec1, vec2)``.

    Raises:
        ValueError, RuntimeError: as :func:`addmm`.

    >>> import tinyvision as tv
    >>> tv.addr(tv.zeros(1), tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    product = outer(vec1, vec2)
    dtype = result_type(input, product)
    input, product = as_type(input, dtype), as_type(product, dtype)
    if dtype.kind == "b":
        added = broadcast_to(input, product.shape)
        return (added & bool(beta)) | (product & bool(alpha))
    return _plus_product("addr", input, product, beta, alpha)


def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """``beta * input + alpha * (batch1 @ batch2)``, matrix by matrix.

    Raises:
        ValueError, RuntimeError: as :func:`addmm`.

    >>> import tinyvision as tv
    >>> tv.baddbmm(tv.ones(1), tv.ones(4, 2, 3), tv.ones(4, 3, 1)).shape
    (4, 2, 1)
    """
    return _plus_product("baddbmm", input, bmm(batch1, batch2), beta, alpha)


def addbmm(input, batch1, batch2, *, beta=1, alpha=1):
    """``beta * input + alpha * sum(batch1[i] @ batch2[i])``.

    Raises:
        ValueError, RuntimeError: as :func:`addmm`.

    >>> import tinyvision as tv
    >>> tv.addbmm(tv.zeros(1), tv.ones(4, 1, 3), tv.ones(4, 3, 1))
    tensor([[12.]])
    """
    product = sum_over(bmm(batch1, batch2), axes=(0,), keepdim=False)
    product = as_type(product, batch1.dtype)
    return _plus_product("addbmm", input, product, beta, alpha)
