"""The places inside a window (four for 2 x 2), which all pooling goes over.

The pixels at one place, of all windows at once, are a strided view of the image.

Geometry, shared by all: `kernel`, `stride`, `dilation` are pairs; `padding` is
((top, bottom), (left, right)), where bottom and right may reach further for ceil_mode.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

# Windows below which waking another thread costs more than it gains: all steps are short.
_WORTH_SHARING = 1 << 15


def bordered(x, padding, fill):
    """x with a border, channels last in memory."""
    if not any(width for side in padding for width in side):
        return x
    (top, bottom), (left, right) = padding
    n, c, h, w = x.shape
    out = np.full((n, h + top + bottom, w + left + right, c), fill, x.dtype).transpose(0, 3, 1, 2)
    out[:, :, top : top + h, left : left + w] = x
    return out


def places_of(image, out_size, kernel, stride, dilation) -> Iterator[np.ndarray]:
    """For each place inside a window, row by row, the view (N, C, OH, OW) of its pixels."""
    (oh, ow), (sh, sw), (dh, dw) = out_size, stride, dilation
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dh, j * dw
            yield image[
                :, :, top : top + (oh - 1) * sh + 1 : sh, left : left + (ow - 1) * sw + 1 : sw
            ]


def one_axis_each(kernel, stride, dilation, padding):
    """The geometry of windows as high as these and one pixel wide, and the other way round."""
    return tuple(
        {
            "kernel": (kernel[0], 1) if high else (1, kernel[1]),
            "stride": (stride[0], 1) if high else (1, stride[1]),
            "dilation": (dilation[0], 1) if high else (1, dilation[1]),
            "padding": (padding[0], (0, 0)) if high else ((0, 0), padding[1]),
        }
        for high in (True, False)
    )


def are_apart(kernel, stride, dilation) -> bool:
    """Whether no pixel is in two windows."""
    return all(s >= d * (k - 1) + 1 for s, d, k in zip(stride, dilation, kernel, strict=True))


def pixels_of(image):
    """(N, C, H, W) -> (N, H, W, C), contiguous: as images lie in memory, so mostly a view."""
    return np.ascontiguousarray(image.transpose(0, 2, 3, 1))


def channels_first(pixels):
    """(N, H, W, C) -> (N, C, H, W), a view."""
    return pixels.transpose(0, 3, 1, 2)


def as_blocks(image):
    """(N, C, H, W) -> (N, 1, H, W), all channels of a pixel one item of raw bytes.

    Scattered pixels are copied so in half the time; a view of what is channels-last in memory.
    """
    pixels = pixels_of(image)
    block = np.dtype((np.void, pixels.shape[3] * pixels.itemsize))
    return channels_first(pixels.view(block))


def pooled_size(shape, kernel, stride, dilation, padding) -> tuple[int, int]:
    """How many windows there are along height and width."""
    return tuple(
        (size + before + after - d * (k - 1) - 1) // s + 1
        for size, (before, after), k, s, d in zip(
            shape[2:], padding, kernel, stride, dilation, strict=True
        )
    )


def enough_images(windows) -> int:
    """How many images a thread must have to be worth waking, given what is computed of them all."""
    return _WORTH_SHARING // max(windows[:1].size, 1) + 1
