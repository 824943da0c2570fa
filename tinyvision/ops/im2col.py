"""im2col: lay every window of an image out as a row, and a convolution is a matrix product.

Memory is channels-last throughout: a window's pixels then lie in runs of KW x C numbers, and the
product's rows are already the pixels of the answer. Shapes stay torch's (N, C, H, W); only the
strides differ, as with torch's `channels_last`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

# Windows are laid out for a few images at a time, so that they stay in the processor's cache.
_TILE_BYTES = 512 * 1024


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


def tiles(view) -> Iterator[tuple[slice, np.ndarray]]:
    """Go through the windows a few images at a time, as (which images, rows KH*KW*C long).

    The rows share one buffer: use them before asking for the next.
    """
    n, oh, ow, kh, kw, c = view.shape
    per_image = max(oh * ow * kh * kw * c * view.itemsize, 1)
    step = min(max(_TILE_BYTES // per_image, 1), max(n, 1))
    buffer = np.empty((step, oh, ow, kh, kw, c), view.dtype)
    for start in range(0, n, step):
        images = slice(start, min(start + step, n))
        laid_out = buffer[: images.stop - start]
        np.copyto(laid_out, view[images])
        # (n, OH, OW, KH, KW, C) -> (n*OH*OW, KH*KW*C)
        yield images, laid_out.reshape((images.stop - start) * oh * ow, kh * kw * c)


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
