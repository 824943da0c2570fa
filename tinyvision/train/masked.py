"""Pre-training without labels as a task: to predict the removed patches of an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, from_numpy
from ..ops.chance.random import Generator
from .task import Task


class MaskedPatches(Task):
    """What :class:`~tinyvision.models.MAE` is trained for: its loss, on masks drawn anew each time.

    The held-out images are scored with masks that are the same after every epoch, so that the
    scores can be compared. A batch may hold labels after its images; they are not looked at.

    Args:
        images: the held-out ones as the model takes them, (N, C, H, W).
        seed: of their masks.
        batch_size: how many are scored at a time.

    Raises:
        ValueError: no images.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022).

    >>> import tinyvision as tv
    >>> model = tv.models.MAE(image_size=8, patch_size=2, channels=1, depth=1, decoder_depth=1)
    >>> task = MaskedPatches(np.zeros((2, 1, 8, 8), np.float32))
    >>> task.score(model) == task.score(model)
    True
    """

    loss_unit = "squared error per removed pixel"

    def __init__(self, images: np.ndarray, seed: int = 0, batch_size: int = 256) -> None:
        if not len(images):
            raise ValueError("no held-out images to score the model on; give at least one")
        self.images = images
        self.seed = seed
        self.batch_size = batch_size

    def loss(self, model: Any, batch: tuple[Tensor, ...]) -> tuple[Tensor, dict[str, float]]:
        """Of a batch of images; the masks come from the default generator."""
        return model(batch[0]).loss, {}

    @no_grad()
    def score(self, model: Any) -> dict[str, float]:
        """The loss on the held-out images."""
        was_training = model.training
        model.eval()
        generator, total = Generator().manual_seed(self.seed), 0.0
        try:
            for start in range(0, len(self.images), self.batch_size):
                images = from_numpy(self.images[start : start + self.batch_size])
                total += model(images, generator=generator).loss.item() * len(images)
        finally:
            model.train(was_training)
        return {"loss": total / len(self.images)}
