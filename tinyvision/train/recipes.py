"""How a network is trained on a data set."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data import Compose, CutMix, MixUp, RandomChoice, RandomCrop, RandomHorizontalFlip
from ..optim import SGD, AdamW, Optimizer
from ..optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR


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
        weight_decay: of the optimiser.
        adaptive: AdamW rather than SGD with momentum 0.9.
        mixup, cutmix: the ``alpha`` of :class:`~tinyvision.data.MixUp` and of
            :class:`~tinyvision.data.CutMix`; 0 for not at all. With both, each batch draws one.
        clip, accumulate, early_stop: as in :class:`Training`, which also checks them.

    Raises:
        ValueError: a number out of range.
    """

    epochs: int
    batch_size: int
    lr: float
    shift: int = 0
    flip: bool = False
    weight_decay: float = 5e-4
    adaptive: bool = False
    mixup: float = 0.0
    cutmix: float = 0.0
    clip: float | None = None
    accumulate: int = 1
    early_stop: int | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not (self.lr > 0 and math.isfinite(self.lr)):
            raise ValueError(
                f"lr must be positive and finite, got {self.lr}; without one, the "
                "network's own for the data set is taken"
            )
        for name in ("mixup", "cutmix"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(
                    f"{name} must be 0, for none, or a positive number, got {getattr(self, name)}; "
                    "0.2 mixes a little, 1 a lot"
                )

    def changed(self, **options: Any) -> Recipe:
        """The recipe with those options that are not None."""
        return replace(self, **{name: v for name, v in options.items() if v is not None})

    def steps(self, batches: int) -> int:
        """How many steps the optimiser makes, if an epoch has so many batches."""
        return math.ceil(batches / self.accumulate) * self.epochs

    def changes(self, inputs: np.ndarray) -> Compose:
        """What happens to a batch of training images at random; `inputs` are all of them."""
        changes: list[Any] = []
        if self.shift:
            # What is black in the image stays black in the border that moves in.
            black, size = float(inputs.min()), inputs.shape[2:]
            changes.append(RandomCrop(size, padding=self.shift, fill=black))
        if self.flip:
            changes.append(RandomHorizontalFlip())
        return Compose(changes)

    def mixing(self, num_classes: int) -> RandomChoice | None:
        """How two training images become one; None if they do not."""
        ways: list[Any] = []
        if self.mixup:
            ways.append(MixUp(self.mixup, num_classes=num_classes))
        if self.cutmix:
            ways.append(CutMix(self.cutmix, num_classes=num_classes))
        return RandomChoice(ways) if ways else None

    def optimizer(self, parameters: Any) -> Optimizer:
        """The optimiser for these parameters."""
        if self.adaptive:
            return AdamW(parameters, self.lr, weight_decay=self.weight_decay)
        return SGD(parameters, self.lr, momentum=0.9, weight_decay=self.weight_decay)


def warm_up_and_cosine(optimizer: Optimizer, steps: int) -> SequentialLR:
    """Up in a straight line over the first tenth of the steps, then down half a cosine wave."""
    rise = max(steps // 10, 1)
    fall = CosineAnnealingLR(optimizer, max(steps - rise, 1))
    return SequentialLR(optimizer, [LinearLR(optimizer, 0.01, 1.0, rise), fall], [rise])
