"""Any picture of the known data sets, in the shape the article's CNN takes."""

from __future__ import annotations

import numpy as np

from .fixed import Pad
from .images import Array, not_an_array, to_unit


class ToCNNInput:
    """:func:`to_3x32x32` with its ``max_value`` fixed, to stand first in a :class:`Compose`.

    >>> ToCNNInput(max_value=16)(np.zeros((5, 8, 8), dtype=np.uint8)).shape
    (5, 3, 32, 32)
    """

    def __init__(self, max_value: float = 255) -> None:
        self.max_value = max_value

    def __call__(self, images: Array) -> Array:
        return to_3x32x32(images, self.max_value)


def to_3x32x32(images: Array, max_value: float = 255) -> Array:
    """Bring a batch of pictures to the 3 x 32 x 32 that the article's CNN takes.

    - 8 x 8 (the digits): every pixel becomes a block of 4 x 4. Exactly four, because that is what
      a pixel is: the number of set pixels in a 4 x 4 cell of a 32 x 32 bitmap. So each value goes
      back over the cell it was counted in; nothing is interpolated and the mean stays.
    - 28 x 28 (MNIST, Fashion-MNIST): a frame of 2 zero pixels, which is background there.
    - 32 x 32: the size stays.

    Grey becomes three equal channels, and values become ``value / max_value`` in float32.
    Give it one training batch at a time: 60,000 pictures in this form take 737 MB.

    Args:
        images: (N, H, W) or (N, 1, H, W) for grey, (N, 3, 32, 32) for colour. Grey pictures of
            32 x 32 must say that they are: (N, 1, 32, 32).
        max_value: the pixel value that becomes 1; 16 for the digits.

    Returns:
        (N, 3, 32, 32), float32, from 0 to 1.

    Raises:
        ValueError: any other shape, or a pixel below 0 or above ``max_value``.

    >>> to_3x32x32(np.full((1, 28, 28), 255, dtype=np.uint8)).sum(axis=(2, 3))
    array([[784., 784., 784.]], dtype=float32)
    """
    if not isinstance(images, np.ndarray):
        raise TypeError(not_an_array(images))
    shape = images.shape
    if images.ndim == 3 and shape[1:] != (32, 32):
        images = images[:, None]  # (N, H, W) -> (N, 1, H, W)
    channels, size = images.shape[1:2], images.shape[2:]
    if (channels, size) not in _CNN_SHAPES:
        raise ValueError(
            f"images have shape {shape}; expected grey (N, 8, 8), (N, 28, 28) or (N, 1, 32, 32), "
            "or colour (N, 3, 32, 32); give one picture as picture[None], and resize or crop "
            "other sizes first"
        )
    images = to_unit(images, float(max_value))
    if size == (8, 8):
        images = images.repeat(4, axis=2).repeat(4, axis=3)
    elif size == (28, 28):
        images = Pad(2)(images)
    return images.repeat(3, axis=1) if channels == (1,) else images


_CNN_SHAPES = {((1,), (8, 8)), ((1,), (28, 28)), ((1,), (32, 32)), ((3,), (32, 32))}
