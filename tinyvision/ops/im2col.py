"""im2col: lay every window of an image out as a row, and a convolution is a matrix product.

Memory is channels-last throughout: a window's pixels then lie in runs of KW x C numbers, and the
product's rows are already the pixels of the answer. Shapes stay torch's (N, C, H, W); only the
strides differ, as with torch's `channels_last`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

# Windows are laid out for a few images, or rows of one, at a time, so that they stay in the
# processor's cache, and a large image does not need KH x KW times its memory.
_TILE_BYTES = 512 * 1024
# BLAS adds up this many products one after the other; of many more, float32 loses digits.
_TILE_WINDOWS = 8192


def padded_channels_last(x, padding):
    """(N, C, H, W) -> a zero-padded (N, H + t + b, W + l + r, C), contiguous."""
    (top, bottom), (left, right) = padding
    n, c, h, w = x.shape
    rows = x.transpose(0, 2, 3, 1)  # (N, C, H, W) -> (N, H, W, C)
    if not (top or bottom or left or right):
        return np.ascontiguousarray(rows)
    out = np.zeros((n, h + top + bottom, w + left + right, c), x.dtype)
    out[:, top : top + h, left : left + w] = rows
    return out


def windows(image, kernel, stride, dilation):
    """A read-only view of (N, H, W, C) as (N, OH, OW, KH, KW, C): every window, nothing copied."""
    n, h, w, c = image.shape
    (kh, kw), (sh, sw), (dh, dw) = kernel, stride, dilation
    oh, ow = output_size((h, w), kernel, stride, dilation)
    s0, s1, s2, s3 = image.strides
    return as_strided(
        image,
        (n, oh, ow, kh, kw, c),
        (s0, s1 * sh, s2 * sw, s1 * dh, s2 * dw, s3),
        writeable=False,
    )


def output_size(padded, kernel, stride, dilation):
    """How many windows fit along each axis of a padded image."""
    return tuple(
        (size - d * (k - 1) - 1) // s + 1
        for size, k, s, d in zip(padded, kernel, stride, dilation, strict=True)
    )


def tiles(view) -> Iterator[tuple[tuple[slice, slice], np.ndarray]]:
    """Go through the windows piece by piece, as ((images, rows), the windows there laid out).

    The pieces, one window a row, share one buffer: use them before asking for the next.
    """
    n, oh, ow, kh, kw, c = view.shape
    windows_fitting = min(_TILE_BYTES // max(kh * kw * c * view.itemsize, 1), _TILE_WINDOWS)
    fitting = windows_fitting // max(ow, 1)  # rows of windows
    high = min(max(fitting, 1), oh)
    many = min(max(fitting // oh, 1), max(n, 1))  # more than one only if high is oh
    buffer = np.empty((many, high, ow, kh, kw, c), view.dtype)
    for image in range(0, n, many):
        for row in range(0, oh, high):
            where = slice(image, min(image + many, n)), slice(row, min(row + high, oh))
            laid_out = buffer[: where[0].stop - image, : where[1].stop - row]
            np.copyto(laid_out, view[where])
            count = laid_out.shape[0] * laid_out.shape[1] * ow
            # (n, rows, OW, KH, KW, C) -> (n*rows*OW, KH*KW*C)
            yield where, laid_out.reshape(count, kh * kw * c)


def add_windows(rows, image, stride, dilation):
    """The adjoint of :func:`windows`: add (N, OH, OW, KH, KW, C) back into (N, H, W, C)."""
    _, oh, ow, kh, kw, _ = rows.shape
    (sh, sw), (dh, dw) = stride, dilation
    for i in range(kh):
        for j in range(kw):
            top, left = i * dh, j * dw
            image[:, top : top + (oh - 1) * sh + 1 : sh, left : left + (ow - 1) * sw + 1 : sw] += (
                rows[:, :, :, i, j]
            )
