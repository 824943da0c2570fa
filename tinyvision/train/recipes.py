"""How the article's CNN is trained on each data set, in one table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """What a training run is told.

    Attributes:
        epochs: how often every training image is seen.
        batch_size: images a step.
        lr: the largest learning rate; it rises over the first tenth of the steps and falls along
            half a cosine wave.
        shift: each training image is moved by up to this many pixels, anew every time.
        flip: whether training images are mirrored at random.
        momentum, weight_decay: of SGD.

    Raises:
        ValueError: a number out of range.
    """

    epochs: int
    batch_size: int
    lr: float
    shift: int = 0
    flip: bool = False
    momentum: float = 0.9
    weight_decay: float = 5e-4

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not (self.lr > 0 and math.isfinite(self.lr)):
            raise ValueError(f"lr must be positive and finite, got {self.lr}; 0.05 is usual")

    def changed(self, **options: Any) -> Recipe:
        """The recipe with those options that are not None."""
        return replace(self, **{name: v for name, v in options.items() if v is not None})


_RECIPES = {
    "digits": Recipe(epochs=25, batch_size=32, lr=0.02, shift=3),
    "mnist": Recipe(epochs=2, batch_size=64, lr=0.05),
    "fashion-mnist": Recipe(epochs=1, batch_size=64, lr=0.05),
    "cifar10": Recipe(epochs=10, batch_size=64, lr=0.05, shift=2, flip=True),
}


def recipe_for(data: str) -> Recipe:
    """The recipe for a data set.

    >>> recipe_for("digits").epochs
    25
    """
    return _RECIPES[data]
