"""Channels into space and back, and groups of channels mixed: numbers only change places."""

from __future__ import annotations

import numpy as np

from ..base.broadcast import reshape_to
from ..base.order import permute_axes


def pixel_shuffle(input, upscale_factor):
    """Enlarge by a factor r: r*r channels become the r x r pixels of a larger image.

    Args:
        input: (..., C*r*r, H, W).
        upscale_factor: r.

    Returns:
        (..., C, H*r, W*r).

    Raises:
        TypeError: the factor is not an integer.
        ValueError: it is not positive, or r*r does not divide the channels.

    Source: Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient
    Sub-Pixel Convolutional Neural Network" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.functional.pixel_shuffle(tv.tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
    tensor([[[1., 2.],
             [3., 4.]]])
    """
    r = _factor("pixel_shuffle", "upscale_factor", upscale_factor, input)
    *batch, channels, h, w = input.shape
    if channels % (r * r):
        raise ValueError(
            f"pixel_shuffle: upscale_factor**2 = {r * r} must divide the {channels} channels of "
            f"the input of shape {input.shape}"
        )
    apart = reshape_to(input, shape=(*batch, channels // (r * r), r, r, h, w))
    turned = _permuted(apart, 5, (0, 3, 1, 4, 2))  # (..., C, r, r, H, W) -> (..., C, H, r, W, r)
    return reshape_to(turned, shape=(*batch, channels // (r * r), h * r, w * r))


def pixel_unshuffle(input, downscale_factor):
    """Shrink by a factor r, losing nothing: the inverse of :func:`pixel_shuffle`.

    Args:
        input: (..., C, H*r, W*r).
        downscale_factor: r.

    Returns:
        (..., C*r*r, H, W).

    Raises:
        TypeError: the factor is not an integer.
        ValueError: it is not positive, or does not divide height and width.

    >>> import tinyvision as tv
    >>> tv.nn.functional.pixel_unshuffle(tv.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2).flatten()
    tensor([1., 2., 3., 4.])
    """
    r = _factor("pixel_unshuffle", "downscale_factor", downscale_factor, input)
    *batch, channels, h, w = input.shape
    if h % r or w % r:
        raise ValueError(
            f"pixel_unshuffle: downscale_factor {r} must divide height and width of the input of "
            f"shape {input.shape}"
        )
    apart = reshape_to(input, shape=(*batch, channels, h // r, r, w // r, r))
    turned = _permuted(apart, 5, (0, 2, 4, 1, 3))  # (..., C, H, r, W, r) -> (..., C, r, r, H, W)
    return reshape_to(turned, shape=(*batch, channels * r * r, h // r, w // r))


def channel_shuffle(input, groups):
    """Deal the channels of each group out over all groups: (g, C/g) becomes (C/g, g).

    Args:
        input: (N, C, ...), with at least one axis more.
        groups: g.

    Raises:
        TypeError: the groups are not an integer.
        ValueError: they are not positive, or do not divide the channels.

    Source: Zhang et al., "ShuffleNet" (2018).

    >>> import tinyvision as tv
    >>> tv.nn.functional.channel_shuffle(tv.arange(6.0).reshape(1, 6, 1), 2).flatten()
    tensor([0., 3., 1., 4., 2., 5.])
    """
    g = _factor("channel_shuffle", "groups", groups, input)
    n, channels, *pixels = input.shape
    if channels % g:
        raise ValueError(
            f"channel_shuffle: groups={g} must divide the {channels} channels of the input of "
            f"shape {input.shape}"
        )
    apart = reshape_to(input, shape=(n, g, channels // g, *pixels))
    axes = (0, 2, 1, *range(3, apart.ndim))
    return reshape_to(permute_axes(apart, axes=axes), shape=input.shape)


def _factor(name, argument, value, input) -> int:
    if input.ndim < 3:
        raise ValueError(f"{name}: the input must have 3 axes or more, got shape {input.shape}")
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: {argument} must be an integer, got {value!r}")
    if value < 1:
        raise ValueError(f"{name}: {argument} must be at least 1, got {value}")
    return int(value)


def _permuted(x, last, order):
    """The last axes in another order."""
    first = x.ndim - last
    return permute_axes(x, axes=(*range(first), *(first + axis for axis in order)))
