"""What every transform asks of the images it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def to_unit(images: Array, max_value: float) -> Array:
    # Comparing this way round also catches NaN.
    if images.size and not (images.min() >= 0 and images.max() <= max_value):
        raise ValueError(
            f"pixels run from {images.min()} to {images.max()}, expected 0 to {max_value:g}; "
            "give the max_value of this data set (16 for the digits, 255 for bytes)"
        )
    return images.astype(np.float32) / max_value


def check_images(images: Array) -> Array:
    if not isinstance(images, np.ndarray):
        raise TypeError(not_an_array(images))
    if images.ndim not in (3, 4):
        raise ValueError(
            f"expected an image (C, H, W) or a batch (N, C, H, W), got shape {images.shape}; "
            "give a grey image its channel axis: images[..., None, :, :]"
        )
    return images


def as_batch(images: Array) -> Array:
    images = check_images(images)
    return images if images.ndim == 4 else images[None]  # (C, H, W) -> (1, C, H, W)


def not_an_array(images: object) -> str:
    return (
        f"transforms work on NumPy arrays, got {type(images).__name__}; "
        "transform before making a tensor, or pass tensor.numpy()"
    )
