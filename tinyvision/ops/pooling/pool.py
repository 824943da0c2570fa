"""Max pooling: the largest pixel of each window."""

from __future__ import annotations

import numpy as np

from ...autograd.modes import is_grad_enabled
from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ...threads import in_parts
from ..base.choose import keep_where
from ..convolution.conv import batched, pair, unbatched
from .maxima import maxima
from .places import (
    are_apart,
    as_blocks,
    bordered,
    channels_first,
    enough_images,
    pixels_of,
    places_of,
)

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
