"""Local response normalisation: each pixel against the same pixel of neighbouring channels."""

from __future__ import annotations

import math

import numpy as np

from ..base.broadcast import reshape_to
from ..base.promote import as_type
from ..pooling.avg_pool import sum_windows
from ..shapes.pad import pad_constant


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """``x / (k + alpha * mean of x**2 over neighbouring channels)**beta``.

    The mean is over ``size`` channels around each, of which those that do not exist count as 0.

    Args:
        input: (N, C, ...), with at least one axis more.
        size: how many channels.
        alpha, beta, k: numbers of the formula.

    Returns:
        Of the input's shape.

    Raises:
        ValueError: fewer than three axes, or a size that is not positive.
        TypeError: the size is not an integer, or the input not of floats.

    Source: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks"
    (2012).

    >>> import tinyvision as tv
    >>> tv.nn.functional.local_response_norm(tv.tensor([[[3.0], [4.0]]]), 2, 2.0, 0.5, 0.0)
    tensor([[[1. ],
             [0.8]]])
    """
    if input.ndim < 3:
        raise ValueError(
            f"local_response_norm: expected (N, C, ...) of 3 axes or more, got shape {input.shape}"
        )
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
        raise TypeError(f"local_response_norm: size must be an integer, got {size!r}")
    if size < 1:
        raise ValueError(f"local_response_norm: size must be at least 1, got {size}")
    if input.dtype.kind != "f":
        raise TypeError(f"local_response_norm needs floats, got {input.dtype}; use x.float()")
    n, channels, *pixels = input.shape
    wide = as_type(input, np.promote_types(input.dtype, np.float32))
    squares = reshape_to(wide * wide, shape=(n, 1, channels, math.prod(pixels)))
    borders = ((0, 0), (0, 0), (size // 2, (size - 1) // 2), (0, 0))
    around = sum_windows(
        pad_constant(squares, widths=borders, value=0.0),
        kernel=(int(size), 1),
        stride=(1, 1),
        padding=((0, 0), (0, 0)),
    )
    mean = reshape_to(around, shape=input.shape) * (1.0 / size)
    return as_type(wide / (mean * alpha + k) ** beta, input.dtype)
