"""A handful of labelled images, as if the others had never been labelled."""

from __future__ import annotations

import numpy as np

LEAST = 1000
"""So many images an epoch shows, if need be the same ones again and again."""


def few_labels(labels: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Which images to use, so many of each class, drawn at random: their places, in order.

    Args:
        labels: of all images, (N,).
        per_class: how many of each class.
        seed: the same seed draws the same images.

    Raises:
        ValueError: a class has fewer images, or ``per_class`` is below 1.

    >>> few_labels(np.array([0, 0, 1, 1]), 2, seed=0)
    array([0, 1, 2, 3])
    """
    names, sizes = np.unique(labels, return_counts=True)
    if per_class < 1:
        raise ValueError(f"labels must be at least 1 a class, got {per_class}")
    if len(names) and per_class > sizes.min():
        least = int(sizes.argmin())
        raise ValueError(
            f"labels={per_class} a class are more than there are: class {names[least]} has "
            f"{sizes[least]} images; give fewer, or leave it out to take all"
        )
    draw = np.random.default_rng(seed)
    drawn = (draw.choice(np.flatnonzero(labels == n), per_class, replace=False) for n in names)
    return np.sort(np.concatenate(list(drawn)))


def chosen(labels: np.ndarray, per_class: int | None, seed: int) -> np.ndarray:
    """The places of the images that are used: all, or a few of each class."""
    return np.arange(len(labels)) if per_class is None else few_labels(labels, per_class, seed)


def repeated(places: np.ndarray, least: int = LEAST) -> np.ndarray:
    """The places, several times over if they are few, so that an epoch is worth its scoring.

    >>> repeated(np.array([3, 5]), least=4)
    array([3, 5, 3, 5])
    """
    return np.tile(places, max(1, -(-least // max(len(places), 1))))
