"""What the functions of linear algebra ask of a matrix, and how NumPy's refusals are worded."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.tensor import Tensor
from ..base.order import permute_axes


def check_matrices(name: str, x: Any, *, square: bool = False) -> None:
    """Raise unless it holds matrices (..., M, N) of float32 or float64.

    Raises:
        TypeError: not a tensor.
        ValueError: fewer than two axes, or not square where that is wanted.
        RuntimeError: integers, or float16, which LAPACK has not.
    """
    if not isinstance(x, Tensor):
        raise TypeError(f"{name} needs a tensor, got {type(x).__name__}; use tinyvision.tensor()")
    if x.ndim < 2:
        raise ValueError(f"{name} needs matrices (..., M, N), got shape {x.shape}")
    if x.dtype.kind != "f" or x.dtype.itemsize < 4:
        raise RuntimeError(f"{name} needs float32 or float64, got {x.dtype}; use x.float()")
    if square and x.shape[-1] != x.shape[-2]:
        raise ValueError(f"{name} needs square matrices (..., N, N), got shape {x.shape}")


def refused(message: str) -> Callable[[Callable], Callable]:
    """Say in words of our own what LAPACK could not do.

    Raises:
        RuntimeError: with the message, in place of NumPy's LinAlgError.
    """

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except np.linalg.LinAlgError as error:
                raise RuntimeError(message) from error

        return decorated

    return decorate


def swap(x: Any) -> Any:
    """The transposed matrices."""
    return permute_axes(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))
