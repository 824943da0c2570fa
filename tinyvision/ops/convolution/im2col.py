"""im2col: lay every window of an image out as a row, and a convolution is a matrix product.

Memory is channels-last throughout: a window's pixels then lie in runs of KW x C numbers, and the
product's rows are already the pixels of the answer. Shapes stay torch's (N, C, H, W); only the
strides differ, as with torch's `channels_last`. Images of few channels are the exception: copied
by planes their runs are as long as a row of windows, and no handful of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...threads import get_num_threads, in_parts
from ..base.blocks import even

# Windows are laid out for a few images, or rows of one, at a time, so that they stay in the
# processor's cache, and a large image does not need KH x KW times its memory.
_TILE_BYTES = 1024 * 1024
# Several threads hand Python's lock over after each step: they get fewer and longer ones.
_TILE_BYTES_SHARED = 2048 * 1024
# BLAS adds up this many products one after the other; of many more, float32 loses digits.
_TILE_WINDOWS = 8192
# Beyond so many numbers a longer run is not copied any faster.
_LONG_RUN = 32
# Numbers to copy below which waking another thread costs more than it gains.
_WORTH_SHARING = 1 << 16

Where = tuple[slice, slice]


def padded_channels_last(x, padding):
    """(N, C, H, W) -> a zero-padded (N, H + t + b, W + l + r, C), contiguous."""
    return _padded(x.transpose(0, 2, 3, 1), padding, rows=1)  # (N, C, H, W) -> (N, H, W, C)


def padded_for_windows(x, padding, kernel, stride, dilation):
    """As :func:`padded_channels_last`, but by planes in memory if windows are faster copied so."""
    run = x.shape[1] * (kernel[1] if dilation[1] == 1 else 1)
    in_a_row = x.shape[3] + sum(padding[1]) - dilation[1] * (kernel[1] - 1)  # at stride 1
    if run >= min(_LONG_RUN, in_a_row) or stride[1] != 1:
        return padded_channels_last(x, padding)
    return _padded(x, padding, rows=2).transpose(0, 2, 3, 1)  # (N, C, H, W) -> (N, H, W, C)


def _padded(x, padding, rows):
    """x in a frame of zeros, contiguous; `rows` is the axis of its rows, columns follow."""
    (top, bottom), (left, right) = padding
    if not (top or bottom or left or right):
        return np.ascontiguousarray(x)
    height, width = x.shape[rows : rows + 2]
    out = np.empty(
        (*x.shape[:rows], height + top + bottom, width + left + right, *x.shape[rows + 2 :]),
        x.dtype,
    )
    image = (slice(None),) * rows + (slice(top, top + height), slice(left, left + width))

    def part(start: int, stop: int) -> None:
        mine = out[start:stop]
        mine[image] = x[start:stop]
        # The frame alone, side by side: filling all with zeros first would write all twice.
        for axis, before, size in ((rows, top, height), (rows + 1, left, width)):
            side = mine.swapaxes(0, axis)
            side[:before] = 0
            side[before + size :] = 0

    in_parts(len(x), part, least=_WORTH_SHARING // max(math.prod(x.shape[1:]), 1) + 1)
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


def pieces(shape, itemsize) -> Iterator[Where]:
    """Cut windows, (N, OH, OW, KH, KW, C), into (images, rows) that fit into the cache."""
    n, oh, ow, kh, kw, c = shape
    most = _TILE_BYTES if get_num_threads() == 1 else _TILE_BYTES_SHARED
    fitting = min(most // max(kh * kw * c * itemsize, 1), _TILE_WINDOWS)
    fitting = max(fitting // max(ow, 1), 1)  # rows of windows
    high = even(oh, fitting)
    many = even(n, max(fitting // max(oh, 1), 1))  # more than one only if high is oh
    for image in range(0, n, many):
        for row in range(0, oh, high):
            yield slice(image, min(image + many, n)), slice(row, min(row + high, oh))


def tiles(view, ones=False) -> Iterator[tuple[Where, np.ndarray]]:
    """Go through the windows piece by piece, as ((images, rows), the windows there laid out).

    The pieces, one window a row, share one buffer: use them before asking for the next. In memory
    they lie row by row or column by column, whichever is copied in longer runs; BLAS takes both.

    Args:
        view: what :func:`windows` shows.
        ones: let every row end in a one, which a bias can be multiplied by.
    """
    ow, width = view.shape[2], math.prod(view.shape[3:])
    by_column = view.transpose(3, 4, 5, 0, 1, 2)  # (KH, KW, C, N, OH, OW)
    axes, adjacent = _run(view, 3)
    axes_of_columns, adjacent_in_columns = _run(by_column, 1)
    turned = adjacent_in_columns > adjacent
    if turned:
        runs = _in_runs(by_column, axes_of_columns, adjacent_in_columns)  # (KH, KW, C, N, OH, ...)
    else:
        runs = _in_runs(view, axes, adjacent)  # (N, OH, OW, ...)
        if axes == 3 and runs.flags.c_contiguous and not ones:  # 1 x 1: rows already
            for where in pieces(view.shape, view.itemsize):
                yield where, view[where].reshape(-1, width)
            return
    buffer: Any = None
    rows: Any = None
    target: Any = None
    for where in pieces(view.shape, view.itemsize):
        source = runs[:, :, :, *where] if turned else runs[where]
        if target is None or target.shape != source.shape:  # the first piece, or a smaller last one
            count = (where[0].stop - where[0].start) * (where[1].stop - where[1].start) * ow
            if buffer is None:
                buffer = np.empty(count * (width + ones), view.dtype)
            laid_out = buffer[: count * (width + ones)]
            if turned:
                rows, target = laid_out.reshape(width + ones, count).T, laid_out[: count * width]
            else:
                rows = laid_out.reshape(count, width + ones)
                target = rows[:, :width]
            if ones:
                rows[:, width:] = 1
            target = target.view(source.dtype).reshape(source.shape)
        np.copyto(target, source)
        yield where, rows


def _run(array, most):
    """How many of the last axes, at most so many, are adjacent in memory, and how many numbers."""
    axes, numbers = 0, 1
    while array.size and axes < most and array.strides[-1 - axes] == numbers * array.itemsize:
        axes += 1
        numbers *= array.shape[-axes]
    return axes, numbers


def _in_runs(array, axes, numbers):
    """The last axes, with so many numbers, which are adjacent, joined to one item of raw bytes.

    NumPy copies an item as a block, which takes half the time of copying its numbers in a loop.
    """
    if not axes:
        return array
    kept = array.ndim - axes
    joined = as_strided(
        array,
        (*array.shape[:kept], numbers),
        (*array.strides[:kept], array.itemsize),
        writeable=False,
    )
    return joined.view(np.dtype((np.void, numbers * array.itemsize)))[..., 0]


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
