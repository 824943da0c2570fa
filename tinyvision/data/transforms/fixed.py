"""Transforms without chance: scaling, normalising, padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .images import Array, check_images, to_unit


class ToFloat:
    """Scale to [0, 1] in float32: ``images / max_value``.

    Args:
        max_value: the pixel value that becomes 1.

    Raises:
        ValueError: a pixel is below 0 or above ``max_value``.

    >>> ToFloat(max_value=16)(np.array([[[0, 4, 16]]], dtype=np.uint8))
    array([[[0.  , 0.25, 1.  ]]], dtype=float32)
    """

    def __init__(self, max_value: float = 255) -> None:
        if not max_value > 0:
            raise ValueError(f"max_value must be positive, got {max_value}")
        self.max_value = float(max_value)  # a Python float leaves float32 alone

    def __call__(self, images: Array) -> Array:
        return to_unit(check_images(images), self.max_value)


class Normalize:
    """Subtract the mean and divide by the standard deviation, channel by channel.

    Args:
        mean: a number for all channels, or a sequence of one for each (or a single one for all).
        std: likewise; not 0.

    Raises:
        ValueError: a std of 0, or another number of channels than the images have.
        TypeError: the images are not floating point (the result would not fit).

    >>> Normalize([0.5], [0.5])(np.array([[[0.0, 0.5, 1.0]]], dtype=np.float32))
    array([[[-1.,  0.,  1.]]], dtype=float32)
    """

    def __init__(self, mean: float | Sequence[float], std: float | Sequence[float]) -> None:
        self.mean = np.atleast_1d(np.asarray(mean, dtype=np.float64))
        self.std = np.atleast_1d(np.asarray(std, dtype=np.float64))
        if self.mean.ndim != 1 or self.std.shape != self.mean.shape:
            raise ValueError(
                f"mean and std must have one number for each channel, got {self.mean.shape} and "
                f"{self.std.shape} numbers"
            )
        if not (np.isfinite(self.mean).all() and np.isfinite(self.std).all() and self.std.all()):
            raise ValueError(
                f"mean and std must be finite and std not 0, got mean={mean}, std={std}; "
                "leave out channels that are constant, or give them a std of 1"
            )

    def __call__(self, images: Array) -> Array:
        images = check_images(images)
        if images.dtype.kind != "f":
            raise TypeError(
                f"Normalize needs floating-point images, got {images.dtype}; apply ToFloat() first"
            )
        channels = images.shape[-3]
        if len(self.mean) not in (1, channels):
            raise ValueError(
                f"Normalize has means for {len(self.mean)} channels, the images have {channels} "
                f"(shape {images.shape}); give one number, or one for each channel"
            )
        mean = self.mean.astype(images.dtype)[:, None, None]  # (C,) -> (C, 1, 1)
        std = self.std.astype(images.dtype)[:, None, None]  # (C,) -> (C, 1, 1)
        return (images - mean) / std


class Pad:
    """Put a frame of constant value around the images.

    Args:
        padding: one number for all four sides, ``(left/right, top/bottom)``, or
            ``(left, top, right, bottom)``, in pixels.
        fill: the value of the frame, in the images' own data type.

    Raises:
        ValueError: a negative width, or a fill the data type cannot hold.

    >>> Pad((1, 0))(np.ones((1, 1, 2), dtype=np.uint8))
    array([[[0, 1, 1, 0]]], dtype=uint8)
    """

    def __init__(self, padding: int | Sequence[int], fill: float = 0) -> None:
        self.left, self.top, self.right, self.bottom = _four_sides(padding)
        self.fill = fill

    def __call__(self, images: Array) -> Array:
        images = check_images(images)
        if not _holds(images.dtype, self.fill):
            raise ValueError(
                f"fill={self.fill} cannot be a pixel of {images.dtype} images; "
                "give another fill, or apply ToFloat() first"
            )
        unpadded = [(0, 0)] * (images.ndim - 2)
        sides = [*unpadded, (self.top, self.bottom), (self.left, self.right)]
        return np.pad(images, sides, constant_values=self.fill)


def _four_sides(padding: int | Sequence[int]) -> tuple[int, int, int, int]:
    sides = (padding,) if isinstance(padding, int) else tuple(padding)
    if len(sides) not in (1, 2, 4) or min(sides) < 0:
        raise ValueError(
            "padding must be one number, (left/right, top/bottom) or (left, top, right, bottom), "
            f"none negative; got {padding}"
        )
    left, top, right, bottom = sides * (4 // len(sides))
    return left, top, right, bottom


def _holds(dtype: np.dtype[Any], value: float) -> bool:
    """Whether the value is one of the data type's, so that it will not be changed in storing it."""
    if dtype.kind == "f":
        return True
    if dtype.kind == "b":
        return value in (0, 1)
    limits = np.iinfo(dtype)
    return float(value).is_integer() and limits.min <= value <= limits.max
