"""Max pooling: the largest pixel of each window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.modes import is_grad_enabled
from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ...threads import in_parts
from ..base.blocks import pieces_of
from ..base.choose import keep_where
from ..convolution.conv import batched, pair, unbatched
from .places import (
    are_apart,
    as_blocks,
    bordered,
    channels_first,
    enough_images,
    one_axis_each,
    pixels_of,
    places_of,
    pooled_size,
)

# So much of a batch is copied at a time, which bounds the memory it takes.
_TILE_BYTES = 4 << 20

# -- the linear family: gather one place per window, or spread to it --------------------------


@primitive
def spread_windows(y, *, chosen, shape, kernel, stride, dilation, padding):
    """Zeros of `shape` (N, C, H, W) with each pixel of `y` added at the place its window chose."""
    (top, bottom), (left, right) = padding
    n, c, h, w = shape
    size = (h + top + bottom, w + left + right)
    apart = are_apart(kernel, stride, dilation)
    everywhere = kernel == stride and size == (y.shape[2] * stride[0], y.shape[3] * stride[1])
    fresh = np.empty if apart and everywhere else np.zeros
    image = fresh((n, *size, c), y.dtype).transpose(0, 3, 1, 2)

    def part(start: int, stop: int) -> None:
        mine, where = pixels_of(y[start:stop]), pixels_of(chosen[start:stop])
        kept = np.empty_like(mine)
        if apart:  # no pixel is in two windows, so there is nothing to add to
            target, source = as_blocks(image[start:stop]), as_blocks(channels_first(kept))
        else:
            target, source = image[start:stop], channels_first(kept)
        for k, pixels in enumerate(places_of(target, y.shape[2:], kernel, stride, dilation)):
            keep_where(mine, where == k, out=kept)
            if apart:
                pixels[...] = source
            else:
                pixels += source

    in_parts(n, part, enough_images(y))
    return image[:, :, top : top + h, left : left + w]


@primitive
def gather_windows(x, *, chosen, found=None, kernel, stride, dilation, padding):
    """Of each window the pixel at the place `chosen` names: (N, C, H, W) -> (N, C, OH, OW).

    Who has come across these pixels while choosing gives them as `found`.
    """
    if found is not None:
        return found
    out = np.zeros_like(chosen, dtype=x.dtype)
    image = bordered(x, padding, 0)
    for k, pixels in enumerate(places_of(image, chosen.shape[2:], kernel, stride, dilation)):
        np.copyto(out, pixels, where=chosen == k)
    return out


spread_windows.defvjp(y=lambda g, *, shape, **cfg: gather_windows(g, **cfg))
gather_windows.defvjp(x=lambda g, x_shape, *, found, **cfg: spread_windows(g, shape=x_shape, **cfg))


# -- max pooling ------------------------------------------------------------------------------


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
    if chosen is None and min(kernel) > 1:
        # Down the columns, then along the rows: 2 k steps for a window of k x k, and what is read
        # lies in long runs.
        rows, columns = one_axis_each(kernel, stride, dilation, padding)
        size = pooled_size(x.shape, **rows)
        between = np.empty((len(x), *size, x.shape[1]), x.dtype)
        _maxima_of_few(x, between, None, **rows)
        _maxima_of_few(channels_first(between), best, None, **columns)
        return
    size = best.shape[1:3]
    image = bordered(x, padding, _lowest(x.dtype))
    if are_apart(kernel, stride, dilation) and kernel[1] > 1:
        views = _gathered(image, size, kernel, stride, dilation)
    else:
        views = _pixels_at_places(image, size, kernel, stride, dilation)
    np.maximum(views[0], views[-1], out=best)
    for pixels in views[1:-1]:
        np.maximum(best, pixels, out=best)
    if chosen is None:
        return
    insides: list = []
    if image is not x:  # a pixel may be as low as the border, and must then win over it
        inside = bordered(np.ones((1, 1, *x.shape[2:]), bool), padding, False)
        insides = _pixels_at_places(inside, size, kernel, stride, dilation)
    _find(best, views, insides, chosen)


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


@primitive
def window_max(x, *, kernel, stride, dilation, padding):
    """The largest pixel of each window: (N, C, H, W) -> (N, C, OH, OW). NaN wins."""
    cfg = {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    return maxima(x, places=False, **cfg)[0]


window_max.defvjp(
    x=lambda g, x, **cfg: spread_windows(
        g, chosen=maxima(unwrap(x), **cfg)[1], shape=x.shape, **cfg
    )
)


def pooled_max(x, geometry, places):
    """:func:`window_max`, and where in its flat image each maximum stands (None if not wanted).

    Where a gradient is wanted the places are found along with the maxima, while the image is in the
    cache, and are all that is kept.
    """
    if not places and not (x.requires_grad and is_grad_enabled()):
        return window_max(x, **geometry), None
    best, chosen = maxima(unwrap(x), **geometry)
    out = gather_windows(x, chosen=chosen, found=best, **geometry)
    return out, wrap(_flat_places(chosen, x.shape[3], **geometry)) if places else None


def geometry_of(name, input, kernel_size, stride, padding, dilation, ceil_mode):
    """Check torch's arguments and turn them into kernel, stride, dilation and full padding."""
    if 0 in input.shape[1:]:
        raise ValueError(
            f"{name}: the input must have a channel and a pixel at least, got shape {input.shape}"
        )
    kernel = pair(kernel_size, "kernel_size")
    steps = kernel if stride is None or stride in ([], ()) else pair(stride, "stride")
    spacing, border = pair(dilation, "dilation"), pair(padding, "padding", least=0)
    full = []
    for axis, size, k, s, d, p in zip(
        ("height", "width"), input.shape[2:], kernel, steps, spacing, border, strict=True
    ):
        span = d * (k - 1) + 1
        if 2 * p > span:
            raise ValueError(
                f"{name}: padding {p} is more than half of the {span} pixels that kernel_size {k} "
                "spans; a window could then lie in the border alone"
            )
        left = size + 2 * p - span
        # With ceil_mode one more window, if some pixels are left over and it starts inside image or
        # padding.
        windows = (-(-left // s) if ceil_mode else left // s) + 1
        if ceil_mode and (windows - 1) * s >= size + p:
            windows -= 1
        if windows < 1:
            raise ValueError(
                f"{name}: a window spans {span} pixels of {axis}, the padded image has "
                f"{size + 2 * p} ({size} + 2*{p}); use a smaller kernel_size"
            )
        after = max((windows - 1) * s + span - size - p, p) if ceil_mode else p
        full.append((p, after))
    return {"kernel": kernel, "stride": steps, "dilation": spacing, "padding": tuple(full)}


def max_pool2d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """The largest pixel of each window; of equal ones the first gets the gradient.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size, stride, padding, dilation: an integer or a pair (height, width); the stride
            is the kernel size if not given. The border counts as -inf and never wins.
        ceil_mode: also take a last, incomplete window.
        return_indices: return as well where in its flat image each maximum stands.

    Raises:
        ValueError: the window is larger than the padded image (with ``ceil_mode``: by the stride or
            more), or the padding than half a window.

    >>> import tinyvision as tv
    >>> tv.nn.functional.max_pool2d(tv.arange(16.0).reshape(1, 1, 4, 4), 2)
    tensor([[[[ 5.,  7.],
              [13., 15.]]]])
    """
    x = batched("max_pool2d", input)
    geometry = geometry_of("max_pool2d", x, kernel_size, stride, padding, dilation, ceil_mode)
    out, places = pooled_max(x, geometry, return_indices)
    return (
        (unbatched(out, input), unbatched(places, input))
        if return_indices
        else unbatched(out, input)
    )


def _flat_places(chosen, width, *, kernel, stride, dilation, padding):
    """Of the places inside windows those in the flat image, which is so wide."""
    chosen = chosen.astype(np.int64)
    (oh, ow), (top, left) = chosen.shape[2:], (padding[0][0], padding[1][0])
    rows = np.arange(oh)[:, None] * stride[0] - top + chosen // kernel[1] * dilation[0]
    columns = np.arange(ow) * stride[1] - left + chosen % kernel[1] * dilation[1]
    return rows * width + columns
