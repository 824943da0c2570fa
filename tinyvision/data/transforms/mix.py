"""Training images made of two: their labels are mixed in the same proportion.

The names are those of torchvision's ``transforms.v2``. Each batch draws one proportion; the partner
of an image is the one before it in the batch, whose order is random already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .augment import RandomTransform
from .images import Array, check_images


class _Mixing(RandomTransform):
    """What the two share: the proportion, and the labels."""

    def __init__(self, alpha: float = 1.0, *, num_classes: int, generator: Any = None) -> None:
        super().__init__(generator)
        name = type(self).__name__
        if not 0 < alpha < np.inf:
            raise ValueError(
                f"alpha of {name} must be positive and finite, got {alpha}; near 0 it hardly "
                "mixes, 1 makes every proportion as likely"
            )
        if num_classes < 1:
            raise ValueError(f"num_classes must be at least 1, got {num_classes}")
        self.alpha = float(alpha)
        self.num_classes = num_classes

    def __call__(self, images: Array, labels: Array) -> tuple[Array, Array]:
        """(N, C, H, W) and (N,) or (N, classes) -> (N, C, H, W) and shares (N, classes) float32."""
        if check_images(images).ndim != 4 or images.dtype.kind != "f":
            raise ValueError(
                f"{type(self).__name__} mixes the images of a batch (N, C, H, W) in floating "
                f"point, got shape {images.shape} of {images.dtype}"
            )
        shares = self._shares(labels, len(images))
        share = float(self._random.numpy.beta(self.alpha, self.alpha))
        mixed, share = self._mixed(images, np.roll(images, 1, axis=0), share)
        weight = np.float32(share)
        return mixed, weight * shares + (1 - weight) * np.roll(shares, 1, axis=0)

    def _mixed(self, images: Array, others: Array, share: float) -> tuple[Array, float]:
        """The images, and which share of each is its own."""
        raise NotImplementedError

    def _shares(self, labels: Array, count: int) -> Array:
        """Labels as the share of each class: 1 for their own."""
        labels = np.asarray(labels)
        if labels.shape == (count, self.num_classes) and labels.dtype.kind == "f":
            return labels.astype(np.float32, copy=False)
        if labels.shape != (count,) or labels.dtype.kind not in "iu":
            raise ValueError(
                f"{count} images need {count} whole numbers as labels, or shares of shape "
                f"({count}, {self.num_classes}); got shape {labels.shape} of {labels.dtype}"
            )
        if count and not 0 <= labels.min() <= labels.max() < self.num_classes:
            raise ValueError(
                f"labels run from {labels.min()} to {labels.max()}, num_classes={self.num_classes} "
                f"allows 0 to {self.num_classes - 1}"
            )
        return np.eye(self.num_classes, dtype=np.float32)[labels]  # (N,) -> (N, classes)


class MixUp(_Mixing):
    """Blend each image of a batch with another: ``share * image + (1 - share) * other``.

    Args:
        alpha: the share is drawn from the beta distribution of ``alpha`` and ``alpha``.
        num_classes: how many shares a label becomes.
        generator: as of the other random transforms; None is the default generator.

    Raises:
        ValueError: ``alpha`` or ``num_classes`` out of range, images or labels of another kind.

    Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization" (2018).

    >>> images, labels = np.array([0.0, 1.0]).reshape(2, 1, 1, 1), np.array([0, 1])
    >>> mixed, shares = MixUp(num_classes=2, generator=0)(images, labels)
    >>> np.allclose(mixed.ravel(), shares[:, 1])
    True
    """

    def _mixed(self, images: Array, others: Array, share: float) -> tuple[Array, float]:
        return images * share + others * (1 - share), share


class CutMix(_Mixing):
    """Put a rectangle of another image into each image of a batch, at the same place in all.

    The rectangle has the images' proportions and about a share ``1 - share`` of their area; its
    centre may be anywhere, and what sticks out is cut off. Labels are mixed by the pixels that were
    really replaced.

    Args:
        alpha, num_classes, generator: as of :class:`MixUp`.

    Raises:
        ValueError: as :class:`MixUp`.

    Source: Yun et al., "CutMix" (2019).

    >>> images, labels = np.array([0.0, 1.0]).repeat(16).reshape(2, 1, 4, 4), np.array([0, 1])
    >>> mixed, shares = CutMix(num_classes=2, generator=0)(images, labels)
    >>> np.allclose(mixed.mean(axis=(1, 2, 3)), shares[:, 1])
    True
    """

    def _mixed(self, images: Array, others: Array, share: float) -> tuple[Array, float]:
        height, width = images.shape[2:]
        random, half = self._random.numpy, 0.5 * np.sqrt(1 - share)
        row, column = int(random.integers(height)), int(random.integers(width))
        top, bottom = _span(row, int(half * height), height)
        left, right = _span(column, int(half * width), width)
        mixed = images.copy()
        mixed[..., top:bottom, left:right] = others[..., top:bottom, left:right]
        return mixed, 1 - (bottom - top) * (right - left) / (height * width)


def _span(centre: int, half: int, size: int) -> tuple[int, int]:
    """From where to where, inside the image.

    >>> _span(1, 3, 10)
    (0, 4)
    """
    return max(centre - half, 0), min(centre + half, size)


class RandomChoice(RandomTransform):
    """For each batch one of several ways of mixing, each as likely.

    Args:
        ways: what takes images and labels and gives both.
        generator: as of the other random transforms.

    Raises:
        ValueError: no ways at all.

    >>> way = RandomChoice([MixUp(num_classes=2), CutMix(num_classes=2)])
    >>> [array.shape for array in way(np.zeros((2, 1, 4, 4)), np.array([0, 1]))]
    [(2, 1, 4, 4), (2, 2)]
    """

    def __init__(self, ways: Sequence[Any], generator: Any = None) -> None:
        super().__init__(generator)
        if not ways:
            raise ValueError("RandomChoice needs at least one way of mixing")
        self.ways = list(ways)

    def __call__(self, images: Array, labels: Array) -> tuple[Array, Array]:
        """As one of the ways has it."""
        return self.ways[int(self._random.numpy.integers(len(self.ways)))](images, labels)
