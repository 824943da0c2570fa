"""The largest pixel of each window, and where it stands; on plain arrays, a part a thread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...threads import in_parts
from ..base.blocks import pieces_of
from .places import (
    are_apart,
    as_blocks,
    bordered,
    channels_first,
    enough_images,
    one_axis_each,
    places_of,
    pooled_size,
)

# So much of a batch is copied at a time, which bounds the memory it takes.
_TILE_BYTES = 4 << 20


def maxima(x, *, places=True, **geometry):
    """The largest pixel of each window, and which place it stands at (None if not wanted).

    Of equal ones it is the first, of several NaN, which win, the last.
    """
    size, count = pooled_size(x.shape, **geometry), math.prod(geometry["kernel"])
    best = np.empty((len(x), *size, x.shape[1]), x.dtype)
    chosen = np.zeros(best.shape, "uint8" if count < 255 else "uint32") if places else None

    def part(start: int, stop: int) -> None:
        step = max(_TILE_BYTES // max(x[:1].nbytes, 1), 1)
        for few in pieces_of(start, stop, step):
            _maxima_of_few(x[few], best[few], None if chosen is None else chosen[few], **geometry)

    in_parts(len(x), part, enough_images(best))
    return channels_first(best), None if chosen is None else channels_first(chosen)


def _maxima_of_few(x, best, chosen, *, kernel, stride, dilation, padding) -> None:
    """Write the maxima of few images to `best`, and their places, if wanted, to `chosen`.

    These are channels last, (N, OH, OW, C): NumPy takes less time over what lies as its shape says.
    """
    if chosen is None:
        _maxima_alone(x, best, kernel, stride, dilation, padding)
        return
    size = best.shape[1:3]
    image = bordered(x, padding, _lowest(x.dtype))
    if _are_scattered(kernel, stride, dilation):
        views = _gathered(image, size, kernel, stride, dilation)
    else:
        views = _pixels_at_places(image, size, kernel, stride, dilation)
    _write_largest(views, best)
    insides: list = []
    if image is not x:  # a pixel may be as low as the border, and must then win over it
        inside = bordered(np.ones((1, 1, *x.shape[2:]), bool), padding, False)
        insides = _pixels_at_places(inside, size, kernel, stride, dilation)
    _find(best, views, insides, chosen)


def _maxima_alone(x, best, kernel, stride, dilation, padding) -> None:
    """The same where nobody asks for places."""
    if min(kernel) > 1:
        # Down the columns, then along the rows: 2 k steps for a window of k x k, and what is read
        # lies in long runs.
        rows, columns = one_axis_each(kernel, stride, dilation, padding)
        size = pooled_size(x.shape, **rows)
        between = np.empty((len(x), *size, x.shape[1]), x.dtype)
        _maxima_alone(x, between, **rows)
        _maxima_alone(channels_first(between), best, **columns)
        return
    size = best.shape[1:3]
    image = bordered(x, padding, _lowest(x.dtype))
    if not _are_scattered(kernel, stride, dilation):
        views = _pixels_at_places(image, size, kernel, stride, dilation)
        _write_largest(views, best)
        return
    room = np.empty_like(best)
    target, aside = as_blocks(channels_first(best)), as_blocks(channels_first(room))
    for k, pixels in enumerate(places_of(as_blocks(image), size, kernel, stride, dilation)):
        if k == 0:
            target[...] = pixels
        else:
            aside[...] = pixels
            np.maximum(best, room, out=best)


def _write_largest(views, best) -> None:
    np.maximum(views[0], views[-1], out=best)
    for pixels in views[1:-1]:
        np.maximum(best, pixels, out=best)


def _are_scattered(kernel, stride, dilation) -> bool:
    """Whether the pixels at one place have others between them, and are best copied together."""
    return are_apart(kernel, stride, dilation) and kernel[1] > 1


def _lowest(dtype):
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _pixels_at_places(image, size, *geometry):
    """For each place inside a window a view, (N, OH, OW, C)."""
    return [view.transpose(0, 2, 3, 1) for view in places_of(image, size, *geometry)]


def _gathered(image, size, kernel, stride, dilation):
    """The same, the pixels at a place, which are scattered, copied side by side.

    NumPy computes with long runs of numbers several times faster than with those of a pixel.
    """
    blocks = as_blocks(image)  # (N, 1, H, W)
    pixels = np.empty((math.prod(kernel), len(image), 1, *size), blocks.dtype)
    for k, place in enumerate(places_of(blocks, size, kernel, stride, dilation)):
        pixels[k] = place
    return list(pixels.view(image.dtype).reshape(len(pixels), len(image), *size, image.shape[1]))


def _find(best, views, insides, chosen) -> None:
    """Write to `chosen`, which is 0, the place of each maximum: how many places there are before.

    `insides` are the windows whose pixel at a place is not border; empty if there is no border.
    """
    before: Any = None  # whether the maximum stands at none of the places so far
    for k, pixels in enumerate(views[:-1]):
        elsewhere = pixels != best
        if insides:
            elsewhere |= ~insides[k]
        before = elsewhere if before is None else np.logical_and(before, elsewhere, out=before)
        # Adding whole arrays of bytes is several times faster than to choose with where.
        chosen += before.view(np.uint8)
    if best.dtype.kind == "f" and np.isnan(best.max(initial=-np.inf)):
        for k, pixels in enumerate(views):
            chosen[np.isnan(pixels)] = k
