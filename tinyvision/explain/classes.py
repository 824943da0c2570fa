"""The class whose score is explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..autograd.tensor import Tensor
from ..nn.module import Module


def check_images(images: Any) -> Tensor:
    """Raise unless they are a batch of images."""
    if not isinstance(images, Tensor):
        raise TypeError(
            f"images must be a tensor (N, C, H, W), got {type(images).__name__}; "
            "tinyvision.tensor(images) makes one"
        )
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(
            f"images must be (N, C, H, W) and not empty, got shape {images.shape}; one image "
            "becomes a batch by image[None]"
        )
    return images


def classes_of(target: Any, scores: Tensor) -> np.ndarray:
    """The class of each image that is meant: what is given, one or one each, else the best.

    Args:
        target: None, a class, or N of them.
        scores: (N, classes).

    Raises:
        TypeError: not integers.
        ValueError: scores of another shape, another number of classes, or one that is not there.
    """
    if scores.ndim != 2:
        raise ValueError(
            f"the network must give scores (N, classes) to be explained, got {scores.shape}"
        )
    count, classes = scores.shape
    if target is None:
        return scores.numpy().argmax(axis=1)
    given = np.asarray(target.numpy() if isinstance(target, Tensor) else target)
    if given.dtype.kind not in "iu":
        raise TypeError(f"target must be a class, a whole number, or one each, got {target!r}")
    if given.shape not in ((), (count,)):
        raise ValueError(
            f"target names {given.size} classes for {count} images; give one or {count}"
        )
    if given.min() < 0 or given.max() >= classes:
        raise ValueError(f"target must lie from 0 to {classes - 1}, got {target!r}")
    return np.broadcast_to(given, (count,)).astype(np.int64)


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """In evaluation mode; each part's own mode is put back afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
