"""What a network is trained for: the loss of a batch, and how the held-out data are scored."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, from_numpy


class Task(ABC):
    """What the training loop asks about the work at hand; everything else it does by itself.

    A batch is what the loader gives, a tuple whose first entry has one row an image.
    """

    loss_unit = "per image"
    """What stands beside the loss in a picture."""

    @abstractmethod
    def loss(self, model: Any, batch: tuple[Tensor, ...]) -> tuple[Tensor, dict[str, float]]:
        """The mean loss over a batch, and sums over its images of whatever else is of interest.

        Sums, not means: the loop adds them up over an epoch and divides by the images.
        """

    @abstractmethod
    def score(self, model: Any) -> dict[str, float]:
        """How the model does on the held-out data: ``loss``, and what :meth:`loss` also gives."""

    def merit(self, score: Mapping[str, float]) -> tuple[float, ...]:
        """What makes one score better than another: the larger tuple wins."""
        return (-score["loss"],)


class Classification(Task):
    """To tell classes apart: cross-entropy in nats, and the share of right answers.

    Args:
        images: the held-out ones as the model takes them, (N, C, H, W).
        labels: theirs, (N,).
        label_smoothing: how much of each label is spread over all classes while training.

    Raises:
        ValueError: as many labels as images are needed; ``label_smoothing`` out of range.

    >>> task = Classification(np.zeros((2, 3), np.float32), np.array([0, 1]))
    >>> {name: round(value, 4) for name, value in task.score(nn.Identity()).items()}
    {'loss': 1.0986, 'accuracy': 0.5}
    """

    loss_unit = "nats per image"

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, label_smoothing: float = 0.0
    ) -> None:
        if len(images) != len(labels):
            raise ValueError(f"{len(images)} images have {len(labels)} labels; give one for each")
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(f"label_smoothing must be between 0 and 1, got {label_smoothing}")
        self.images = images
        self.labels = labels
        self.label_smoothing = label_smoothing

    def loss(self, model: Any, batch: tuple[Tensor, ...]) -> tuple[Tensor, dict[str, float]]:
        """Of a batch of images and labels, or of images and the share of each class in them.

        With shares an answer is right if it names the class with the largest.
        """
        images, labels = batch
        scores = model(images)
        loss = nn.functional.cross_entropy(scores, labels, label_smoothing=self.label_smoothing)
        asked = labels.numpy()
        asked = asked.argmax(axis=1) if asked.ndim == 2 else asked
        right = scores.detach().numpy().argmax(axis=1) == asked
        return loss, {"accuracy": int(right.sum())}

    def score(self, model: Any) -> dict[str, float]:
        """Loss and accuracy on the held-out images."""
        loss, accuracy = loss_and_accuracy(evaluate(model, self.images), self.labels)
        return {"loss": loss, "accuracy": accuracy}

    def merit(self, score: Mapping[str, float]) -> tuple[float, ...]:
        """The accuracy; among equals, the loss."""
        return (score["accuracy"], -score["loss"])


@no_grad()
def evaluate(model: nn.Module, images: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """The scores a model gives, in evaluation mode; its mode is put back afterwards.

    Args:
        model: takes (N, C, H, W), gives (N, classes).
        images: (N, C, H, W).
        batch_size: how many at a time.

    Returns:
        (N, classes).
    """
    was_training = model.training
    model.eval()
    try:
        starts = range(0, max(len(images), 1), batch_size)
        scores = [model(from_numpy(images[i : i + batch_size])).numpy() for i in starts]
    finally:
        model.train(was_training)
    return np.concatenate(scores)


def loss_and_accuracy(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The mean cross-entropy and the share of right answers."""
    loss = nn.functional.cross_entropy(from_numpy(scores), from_numpy(labels))
    return loss.item(), float((scores.argmax(axis=1) == labels).mean())


def better(one: tuple[float, ...], other: tuple[float, ...] | None) -> bool:
    """Whether a merit beats another, or none; what is not a number beats nothing.

    >>> better((0.9, -1.0), (0.9, -2.0)), better((math.nan,), None), better((0.0,), None)
    (True, False, True)
    """
    return not any(map(math.isnan, one)) and (other is None or one > other)
