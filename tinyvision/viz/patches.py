"""An image and its patches: how many there are, and what is on them."""

from typing import Any

import numpy as np

from ..ops.convolution.conv import pair


def grid_of(shape: tuple[int, ...], patch_size: Any) -> tuple[int, int]:
    """Return how many patches an image of `shape` (H, W) has: (down, across).

    Args:
        shape: (H, W).
        patch_size: an integer, or a pair (height, width).

    Raises:
        TypeError: `patch_size` is not an integer or two.
        ValueError: the patch does not divide the image.

    >>> grid_of((32, 32), (4, 8))
    (8, 4)
    """
    patch = pair(patch_size, "patch_size")
    for side, size, step in zip(("height", "width"), shape, patch, strict=True):
        if size % step:
            remedy = f"cut the image to {size // step * step}, or " if size > step else ""
            raise ValueError(
                f"patch_size {patch_size} does not divide the image: its {side} is {size}, "
                f"which is no multiple of {step}; {remedy}choose another patch_size"
            )
    return shape[0] // patch[0], shape[1] // patch[1]


def cut_patches(picture: np.ndarray, patch_size: Any) -> np.ndarray:
    """Return the patches of a picture in reading order.

    Args:
        picture: (H, W) or (H, W, 3), as `display_image` gives it.
        patch_size: an integer, or a pair (height, width), that divides H and W.

    Returns:
        (T, height, width) or (T, height, width, 3).

    Raises:
        TypeError, ValueError: see `grid_of`.

    >>> cut_patches(np.arange(16).reshape(4, 4), 2)[1]
    array([[2, 3],
           [6, 7]])
    """
    high, wide = pair(patch_size, "patch_size")
    down, across = grid_of(picture.shape[:2], patch_size)
    # (H, W, ...) -> (down, high, across, wide, ...) -> (down, across, high, wide, ...)
    cut = picture.reshape(down, high, across, wide, *picture.shape[2:]).swapaxes(1, 2)
    return cut.reshape(down * across, high, wide, *picture.shape[2:])  # -> (T, high, wide, ...)
