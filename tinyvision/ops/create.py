"""New tensors: filled, counted, or like another."""

from __future__ import annotations

import math

import numpy as np

from ..autograd.tensor import DEFAULT_DTYPE, Tensor, tensor, unwrap, wrap
from .choose import where
from .shape import by_keyword, new_sizes


def _made(array: np.ndarray, requires_grad: bool) -> Tensor:
    return wrap(array).requires_grad_(requires_grad)


@by_keyword("size")
def zeros(*size, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """Zeros of the given sizes.

    Raises:
        TypeError: a size is not an integer.
        ValueError: a size is below 0.

    >>> zeros(2, 2)
    tensor([[0., 0.],
            [0., 0.]])
    """
    return _made(np.zeros(new_sizes(size), dtype), requires_grad)


@by_keyword("size")
def ones(*size, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """Ones of the given sizes.

    Raises:
        TypeError: a size is not an integer.
        ValueError: a size is below 0.

    >>> ones(3)
    tensor([1., 1., 1.])
    """
    return _made(np.ones(new_sizes(size), dtype), requires_grad)


@by_keyword("size")
def empty(*size, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """A tensor whose contents are whatever the memory held.

    >>> empty(2, 3).shape
    (2, 3)
    """
    return _made(np.empty(new_sizes(size), dtype), requires_grad)


def full(size, fill_value, *, dtype=None, requires_grad=False) -> Tensor:
    """One value everywhere; its type follows the value if none is given.

    >>> full((2,), 7)
    tensor([7, 7])
    """
    if dtype is None:
        dtype = tensor(fill_value).dtype
    return _made(np.full(new_sizes((size,)), unwrap(fill_value), dtype), requires_grad)


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False) -> Tensor:
    """``start``, ``start + step``, ... up to but not including ``end``; one bound means the end.

    Raises:
        ValueError: the step is 0 or leads away from the end, or a number is not finite.

    >>> arange(1, 4), arange(3.0)
    (tensor([1, 2, 3]), tensor([0., 1., 2.]))
    """
    if end is None:
        start, end = 0, start
    if not all(math.isfinite(value) for value in (start, end, step)):
        raise ValueError(f"arange: start, end and step must be finite, got {start}, {end}, {step}")
    if step == 0 or (end - start) * step < 0:
        raise ValueError(f"arange: step {step} does not lead from {start} to {end}")
    if dtype is None:
        floats = any(isinstance(value, (float, np.floating)) for value in (start, end, step))
        dtype = DEFAULT_DTYPE if floats else np.int64
    return _made(np.arange(start, end, step).astype(dtype), requires_grad)


def linspace(start, end, steps, *, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """``steps`` numbers at equal distances, both ends included.

    Raises:
        TypeError, ValueError: ``steps`` is not an integer, or below 0.

    >>> linspace(0, 1, 3)
    tensor([0. , 0.5, 1. ])
    """
    (steps,) = new_sizes((steps,))
    return _made(np.linspace(start, end, steps).astype(dtype), requires_grad)


def eye(n, m=None, *, dtype=DEFAULT_DTYPE, requires_grad=False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows, columns = new_sizes((n, n if m is None else m))
    return _made(np.eye(rows, columns, dtype=dtype), requires_grad)


def zeros_like(input, *, dtype=None, requires_grad=False) -> Tensor:
    """Zeros in the shape and type of another tensor.

    >>> zeros_like(ones(2))
    tensor([0., 0.])
    """
    return _made(np.zeros_like(unwrap(input), dtype=dtype), requires_grad)


def ones_like(input, *, dtype=None, requires_grad=False) -> Tensor:
    """Ones in the shape and type of another tensor.

    >>> ones_like(zeros(2))
    tensor([1., 1.])
    """
    return _made(np.ones_like(unwrap(input), dtype=dtype), requires_grad)


def empty_like(input, *, dtype=None, requires_grad=False) -> Tensor:
    """An unfilled tensor in the shape and type of another.

    >>> empty_like(zeros(2)).shape
    (2,)
    """
    return _made(np.empty_like(unwrap(input), dtype=dtype), requires_grad)


def full_like(input, fill_value, *, dtype=None, requires_grad=False) -> Tensor:
    """One value everywhere, in the shape and type of another tensor.

    >>> full_like(zeros(2), 3)
    tensor([3., 3.])
    """
    return _made(np.full_like(unwrap(input), unwrap(fill_value), dtype=dtype), requires_grad)


def _lower_triangle(name, input, diagonal) -> np.ndarray:
    if input.ndim < 2:
        raise ValueError(f"{name} needs at least two axes, got shape {input.shape}")
    rows, columns = input.shape[-2:]
    return np.tri(rows, columns, diagonal, dtype=bool)


def _kept(mask: np.ndarray, input):
    """Zeros outside the mask: no product, of which inf * 0 would be NaN."""
    return where(wrap(mask), input, input.dtype.type(0))


def tril(input, diagonal=0):
    """The lower triangle of matrices (..., M, N); above it, zeros.

    Raises:
        ValueError: fewer than two axes.

    >>> tril(ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return _kept(_lower_triangle("tril", input, diagonal), input)


def triu(input, diagonal=0):
    """The upper triangle of matrices (..., M, N); below it, zeros.

    Raises:
        ValueError: fewer than two axes.

    >>> triu(ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return _kept(~_lower_triangle("triu", input, diagonal - 1), input)


def new_tensor(self, data, *, dtype=None, requires_grad=False) -> Tensor:
    """A copy of data in the type of this tensor.

    >>> zeros(1).new_tensor([1, 2])
    tensor([1., 2.])
    """
    return tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)


def new_zeros(self, *size, dtype=None, requires_grad=False) -> Tensor:
    """Zeros of the given sizes in the type of this tensor.

    >>> ones(1).new_zeros(2)
    tensor([0., 0.])
    """
    return zeros(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)


def new_ones(self, *size, dtype=None, requires_grad=False) -> Tensor:
    """Ones of the given sizes in the type of this tensor.

    >>> zeros(1).new_ones(2)
    tensor([1., 1.])
    """
    return ones(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)
