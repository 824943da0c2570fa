"""Average pooling: the mean pixel of each window."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.promote import as_type
from ..convolution.conv import batched, pair, unbatched
from .places import bordered, places_of, pooled_size
from .pool import geometry_of


@primitive
def sum_windows(x, *, kernel, stride, padding):
    """The sum over each window: (N, C, H, W) -> (N, C, OH, OW)."""
    size = pooled_size(x.shape, kernel, stride, (1, 1), padding)
    views = places_of(bordered(x, padding, 0), size, kernel, stride, (1, 1))
    total = next(views).copy(order="K")
    for pixels in views:
        total += pixels
    return total


@primitive
def spread_evenly(y, *, shape, kernel, stride, padding):
    """The adjoint of :func:`sum_windows`: add each pixel to its whole window."""
    (top, bottom), (left, right) = padding
    n, c, h, w = shape
    image = np.zeros((n, h + top + bottom, w + left + right, c), y.dtype).transpose(0, 3, 1, 2)
    for pixels in places_of(image, y.shape[2:], kernel, stride, (1, 1)):
        pixels += y
    return image[:, :, top : top + h, left : left + w]


sum_windows.defvjp(x=lambda g, x_shape, **cfg: spread_evenly(g, shape=x_shape, **cfg))
spread_evenly.defvjp(y=lambda g, *, shape, **cfg: sum_windows(g, **cfg))


def avg_pool2d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """The mean of each window.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size, stride, padding, ceil_mode: as in :func:`max_pool2d`; the border is zero.
        count_include_pad: whether pixels of the border count in the mean.
        divisor_override: divide by this number instead.

    Raises:
        ValueError: as :func:`max_pool2d`; a divisor of zero.

    >>> import tinyvision as tv
    >>> tv.nn.functional.avg_pool2d(tv.arange(16.0).reshape(1, 1, 4, 4), 2)
    tensor([[[[ 2.5,  4.5],
              [10.5, 12.5]]]])
    """
    if divisor_override == 0:
        raise ValueError("avg_pool2d: divisor_override must not be zero")
    x = batched("avg_pool2d", input)
    geometry = geometry_of("avg_pool2d", x, kernel_size, stride, padding, 1, ceil_mode)
    border = pair(padding, "padding", least=0)
    return unbatched(pooled_mean(x, geometry, border, count_include_pad, divisor_override), input)


def pooled_mean(x, geometry, border, count_include_pad, divisor=None):
    """The mean of each window of (N, C, H, W); `border` is the padding asked for."""
    # float16 in float32: the sum of a window may exceed its largest number
    wide = as_type(x, np.float32) if x.dtype == np.float16 else x
    windows = {name: geometry[name] for name in ("kernel", "stride", "padding")}
    total = sum_windows(wide, **windows)
    if divisor is None:
        rows, columns = (
            _counts(x.shape[2 + axis], total.shape[2 + axis], geometry, axis, p, count_include_pad)
            for axis, p in enumerate(border)
        )
        divisor = (rows[:, None] * columns).astype(total.dtype)  # (OH, OW)
    return as_type(total / divisor, x.dtype)


def _counts(size, out_size, geometry, axis, border, include_pad):
    """How many pixels of each window count along one axis."""
    starts = np.arange(out_size) * geometry["stride"][axis] - border
    ends = np.minimum(starts + geometry["kernel"][axis], size + border)
    if not include_pad:
        starts, ends = np.maximum(starts, 0), np.minimum(ends, size)
    return ends - starts
