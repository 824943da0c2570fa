"""Diagonals: taking one out, and the adjoint, putting one in."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ..base.assign import store
from ..base.choose import where
from ..base.promote import as_type, check_dim


@primitive
def take_diagonal(x, *, offset, axes):
    """The elements whose places along two axes differ by `offset`; a view, a new last axis."""
    last_two = np.moveaxis(x, axes, (-2, -1))
    rows, columns = last_two.shape[-2:]
    down, right = min(max(-offset, 0), rows), min(max(offset, 0), columns)
    size = min(rows - down, columns - right)
    square = last_two[..., down : down + size, right : right + size]
    return np.einsum("...ii->...i", square)  # can be written to, unlike np.diagonal


@primitive
def put_diagonal(g, *, offset, axes, shape):
    """Zeros of `shape` with `g` on a diagonal."""
    out = np.zeros(shape, g.dtype)
    take_diagonal(out, offset=offset, axes=axes)[...] = g
    return out


take_diagonal.defvjp(
    x=lambda g, x_shape, *, offset, axes: put_diagonal(g, offset=offset, axes=axes, shape=x_shape)
)
put_diagonal.defvjp(g=lambda g, *, offset, axes: take_diagonal(g, offset=offset, axes=axes))


def _axes(name, dim1, dim2, ndim):
    axes = check_dim(dim1, ndim), check_dim(dim2, ndim)
    if ndim < 2 or axes[0] == axes[1]:
        raise RuntimeError(
            f"{name} needs two different axes, got dim {dim1} and {dim2} of a tensor of {ndim}"
        )
    return axes


def diagonal(input, offset=0, dim1=0, dim2=1):
    """The diagonal of two axes as a new last axis, without copying.

    ``offset`` above 0 means a diagonal above the main one, below 0 one below.

    Raises:
        RuntimeError: the two axes are the same.

    >>> import tinyvision as tv
    >>> tv.diagonal(tv.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return take_diagonal(input, offset=offset, axes=_axes("diagonal", dim1, dim2, input.ndim))


def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """The last axis as the diagonal of matrices, zeros beside it.

    Raises:
        RuntimeError: the two new axes are the same.

    >>> import tinyvision as tv
    >>> tv.diag_embed(tv.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    axes = _axes("diag_embed", dim1, dim2, input.ndim + 1)
    side = input.shape[-1] + abs(offset)
    shape = list(input.shape[:-1])
    for axis in sorted(axes):
        shape.insert(axis, side)
    return put_diagonal(input, offset=offset, axes=axes, shape=tuple(shape))


def diag(input, diagonal=0):
    """A vector as the diagonal of a matrix, or the diagonal of a matrix as a vector.

    Raises:
        RuntimeError: neither one axis nor two.

    >>> import tinyvision as tv
    >>> tv.diag(tv.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    >>> tv.diag(tv.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    if input.ndim == 1:
        return diag_embed(input, diagonal)
    if input.ndim != 2:
        raise RuntimeError(
            f"diag needs one axis or two, got shape {input.shape}; see diagonal and diag_embed"
        )
    return take_diagonal(input, offset=diagonal, axes=(0, 1)).clone()


def diagflat(input, offset=0):
    """All elements as the diagonal of a matrix.

    >>> import tinyvision as tv
    >>> tv.diagflat(tv.tensor([[1], [2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(input.reshape(-1), offset)


def diagonal_scatter(input, src, offset=0, dim1=0, dim2=1):
    """A copy of the input with ``src`` on a diagonal.

    Raises:
        RuntimeError: ``src`` does not have the diagonal's shape.

    >>> import tinyvision as tv
    >>> tv.diagonal_scatter(tv.zeros(2, 2), tv.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    axes = _axes("diagonal_scatter", dim1, dim2, input.ndim)
    on = np.zeros(input.shape, bool)
    place = take_diagonal(on, offset=offset, axes=axes)
    if src.shape != place.shape:
        raise RuntimeError(
            f"diagonal_scatter: src has shape {src.shape}, the diagonal {place.shape}; they must "
            "be equal"
        )
    place[...] = True
    put = put_diagonal(as_type(src, input.dtype), offset=offset, axes=axes, shape=input.shape)
    return where(wrap(on), put, input)


def fill_diagonal_(self, fill_value, wrap=False):
    """One value on the main diagonal, where all indices are equal, in place.

    ``wrap`` starts the diagonal of a tall matrix again after each square and a row left out.

    Raises:
        RuntimeError: fewer than two axes, or more of different sizes.

    >>> import tinyvision as tv
    >>> tv.zeros(2, 2).fill_diagonal_(5)
    tensor([[5., 0.],
            [0., 5.]])
    """
    if self.ndim < 2 or (self.ndim > 2 and len(set(self.shape)) > 1):
        raise RuntimeError(
            "fill_diagonal_ needs two axes, or more of the same size; the tensor has shape "
            f"{self.shape}"
        )
    on = np.zeros(self.shape, bool)
    if on.size:
        np.fill_diagonal(on, True, wrap=wrap)
    return store("fill_diagonal_", self, _filled, on, unwrap(fill_value))


def _filled(x, on, value):
    return as_type(where(wrap(on), value, x), x.dtype)
