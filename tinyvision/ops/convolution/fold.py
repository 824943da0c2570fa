"""Unfold and fold: an image as a matrix with one column per window, and the way back.

`unfold` copies every window, so a pixel appears as often as windows cover it; `fold` adds all its
copies up again. They are adjoint, so each is the other's derivative.
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ..base.broadcast import reshape_to
from .conv import pair
from .im2col import add_windows, padded_channels_last, windows
from .im2col import output_size as windows_that_fit

# Geometry: `kernel`, `stride`, `dilation` pairs, `padding` ((top, bottom), (left, right)).


@primitive
def unfold_windows(x, *, kernel, stride, dilation, padding):
    """(N, C, H, W) -> (N, C*KH*KW, OH*OW); in memory one row per window."""
    # Windows can be seen in an image as it lies in memory; only a border takes a copy.
    plain = not any(width for side in padding for width in side)
    image = x.transpose(0, 2, 3, 1) if plain else padded_channels_last(x, padding)
    view = windows(image, kernel, stride, dilation)
    n, oh, ow, kh, kw, c = view.shape
    rows = np.empty((n, oh, ow, c, kh, kw), x.dtype)
    rows[...] = view.transpose(0, 1, 2, 5, 3, 4)  # (N, OH, OW, KH, KW, C) -> (.., C, KH, KW)
    return rows.reshape(n, oh * ow, c * kh * kw).swapaxes(1, 2)


@primitive
def fold_windows(y, *, shape, kernel, stride, dilation, padding):
    """(N, C*KH*KW, OH*OW) -> zeros of `shape` (N, C, H, W) with every window added."""
    (top, bottom), (left, right) = padding
    n, c, h, w = shape
    image = np.zeros((n, h + top + bottom, w + left + right, c), y.dtype)
    oh, ow = windows_that_fit(image.shape[1:3], kernel, stride, dilation)
    rows = y.reshape(n, c, *kernel, oh, ow).transpose(0, 4, 5, 2, 3, 1)
    add_windows(rows, image, stride, dilation)  # rows: (N, OH, OW, KH, KW, C)
    inner = image[:, top : top + h, left : left + w]
    return inner.transpose(0, 3, 1, 2)  # (N, H, W, C) -> (N, C, H, W)


unfold_windows.defvjp(x=lambda g, x_shape, **cfg: fold_windows(g, shape=x_shape, **cfg))
fold_windows.defvjp(y=lambda g, *, shape, **cfg: unfold_windows(g, **cfg))


def _geometry(name, size, kernel_size, dilation, padding, stride):
    """Check torch's arguments; returns the configuration and how many windows there are."""
    border = pair(padding, "padding", least=0)
    geometry = {
        "kernel": pair(kernel_size, "kernel_size"),
        "stride": pair(stride, "stride"),
        "dilation": pair(dilation, "dilation"),
        "padding": tuple((p, p) for p in border),
    }
    padded = tuple(length + 2 * p for length, p in zip(size, border, strict=True))
    counts = windows_that_fit(padded, geometry["kernel"], geometry["stride"], geometry["dilation"])
    if min(counts) < 1:
        raise ValueError(
            f"{name}: no window of kernel_size {geometry['kernel']} and dilation "
            f"{geometry['dilation']} fits into an image of {size}, padded {padded}; use a smaller "
            "kernel_size or more padding"
        )
    return geometry, counts


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Every window of an image as a column.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size, dilation, padding, stride: an integer or a pair (height, width); the border
            is zero.

    Returns:
        (N, C*KH*KW, L), without the N if the input had none: L windows, row by row; down a column
        channel by channel, each row by row.

    Raises:
        TypeError, ValueError: an argument of another kind, or no window fits.

    >>> import tinyvision as tv
    >>> tv.nn.functional.unfold(tv.arange(6.0).reshape(1, 1, 2, 3), 2)
    tensor([[[0., 1.],
             [1., 2.],
             [3., 4.],
             [4., 5.]]])
    """
    if input.ndim not in (3, 4):
        raise ValueError(f"unfold: expected (N, C, H, W) or (C, H, W), got shape {input.shape}")
    geometry, _ = _geometry("unfold", input.shape[-2:], kernel_size, dilation, padding, stride)
    if input.ndim == 4:
        return unfold_windows(input, **geometry)
    out = unfold_windows(reshape_to(input, shape=(1, *input.shape)), **geometry)
    return reshape_to(out, shape=out.shape[1:])


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Add windows, one a column, into an image: the adjoint of :func:`unfold`, not its inverse.

    A pixel that several windows cover is the sum of what they hold there; to get an image back,
    divide by ``fold(unfold(ones))``.

    Args:
        input: (N, C*KH*KW, L) or (C*KH*KW, L), as :func:`unfold` makes it.
        output_size: (H, W) of the image.
        kernel_size, dilation, padding, stride: as for :func:`unfold`.

    Returns:
        (N, C, H, W) or (C, H, W).

    Raises:
        TypeError, ValueError: an argument of another kind, or sizes that do not fit each other.

    >>> import tinyvision as tv
    >>> tv.nn.functional.fold(tv.ones(1, 4, 2), (2, 3), 2)
    tensor([[[[1., 2., 1.],
              [1., 2., 1.]]]])
    """
    if input.ndim not in (2, 3):
        raise ValueError(f"fold: expected (N, C*KH*KW, L) or (C*KH*KW, L), got shape {input.shape}")
    size = pair(output_size, "output_size")
    geometry, counts = _geometry("fold", size, kernel_size, dilation, padding, stride)
    rows, columns = input.shape[-2:]
    pixels = math.prod(geometry["kernel"])
    if rows % pixels:
        raise ValueError(
            f"fold: dim -2 of the input of shape {input.shape} must be a multiple of the {pixels} "
            f"pixels of kernel_size {geometry['kernel']}, got {rows}"
        )
    if columns != math.prod(counts):
        raise ValueError(
            f"fold: an output_size of {size} has {counts[0]} * {counts[1]} windows, the input of "
            f"shape {input.shape} has {columns} (dim -1)"
        )
    batch = input if input.ndim == 3 else reshape_to(input, shape=(1, *input.shape))
    shape = (batch.shape[0], rows // pixels, *size)
    out = fold_windows(batch, shape=shape, **geometry)
    return out if input.ndim == 3 else reshape_to(out, shape=shape[1:])
