"""Occlusion: hide a square of an image, and see how much less sure a network is of its answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, from_numpy
from ..nn.module import Module
from ..ops.layers.softmax import softmax
from .classes import check_images, classes_of, evaluating


@no_grad()
def occlusion(
    model: Module,
    images: Tensor,
    target: Any = None,
    size: int | None = None,
    stride: int | None = None,
    fill: float = 0.0,
    batch_size: int = 64,
) -> np.ndarray:
    """How much of a class's probability is lost where a square of the image is hidden.

    The square is put to places ``stride`` apart, the last one flush with the border. Each pixel of
    the answer is the mean loss over the squares that hide it, so that the answer lies on the image;
    the source draws the loss at the centre of each square instead.

    Args:
        model: takes images, gives scores (N, classes).
        images: (N, C, H, W), as the network takes them.
        target: the class, or one for each image; the best of each if not given.
        size: of the square, in pixels; a quarter of the shorter side if not given.
        stride: from place to place; half the square if not given.
        fill: what hidden pixels become; 0 is the mean colour of normalised images.
        batch_size: how many hidden images the network is given at a time.

    Returns:
        (N, H, W): probability before less probability after; above 0 the place speaks for the
        class, below against it.

    Raises:
        TypeError: the images are no tensor; a target or a size of another kind.
        ValueError: images or scores of another shape; a class that is not there; a square that
            is larger than the image, steps that would leave pixels out.

    Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014),
    section 4.2.

    >>> import tinyvision as tv
    >>> brightness = tv.nn.Sequential(tv.nn.Flatten(), tv.nn.Linear(4, 2))
    >>> image = tv.tensor([[[[3.0, 0.0], [0.0, 0.0]]]])
    >>> (occlusion(brightness, image, size=1) != 0)[0]
    array([[ True, False],
           [False, False]])
    """
    check_images(images)
    height, width = images.shape[2:]
    size = max(1, min(height, width) // 4) if size is None else size
    stride = max(1, size // 2) if stride is None else stride
    _check_steps(size, stride, batch_size, (height, width))
    tops, lefts = _starts(height, size, stride), _starts(width, size, stride)
    corners = [(top, left) for top in tops for left in lefts]
    hidden = np.zeros((height, width))  # by how many squares
    for top, left in corners:
        hidden[top : top + size, left : left + size] += 1

    pixels = images.detach().numpy()
    losses = np.zeros((len(pixels), height, width))
    with evaluating(model):
        scores = model(images)
        chosen = classes_of(target, scores)
        before = softmax(scores, 1).numpy()
        for i, (image, which) in enumerate(zip(pixels, chosen, strict=True)):
            for first in range(0, len(corners), batch_size):
                some = corners[first : first + batch_size]
                copies = np.repeat(image[None], len(some), axis=0)  # (C, H, W) -> (S, C, H, W)
                for copy, (top, left) in zip(copies, some, strict=True):
                    copy[:, top : top + size, left : left + size] = fill
                after = softmax(model(from_numpy(copies)), 1).numpy()[:, which]
                for (top, left), probability in zip(some, after, strict=True):
                    lost = float(before[i, which]) - float(probability)
                    losses[i, top : top + size, left : left + size] += lost
    return losses / hidden


def _starts(length: int, size: int, stride: int) -> list[int]:
    """Where squares begin along one axis.

    >>> _starts(10, 4, 3), _starts(9, 4, 3)
    ([0, 3, 6], [0, 3, 5])
    """
    steps = math.ceil((length - size) / stride)
    return [min(step * stride, length - size) for step in range(steps + 1)]


def _check_steps(size: Any, stride: Any, batch_size: Any, shape: tuple[int, int]) -> None:
    for name, value in (("size", size), ("stride", stride), ("batch_size", batch_size)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if size > min(shape):
        raise ValueError(
            f"size {size} is larger than the image of {shape[0]} by {shape[1]} pixels; take at "
            f"most {min(shape)}"
        )
    if stride > size:
        raise ValueError(
            f"stride {stride} is longer than the square of {size}, which would leave pixels out; "
            f"take at most {size}"
        )
