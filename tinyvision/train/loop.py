"""The training loop: forward, backward, step, and a look at the held-out images."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, from_numpy
from ..threads import blas_threads


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to. Losses are cross-entropies in nats, accuracies fractions of 1."""

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    lr: float
    seconds: float


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


# A run that goes astray is reported once, by its loss, and not by each overflow on the way.
@np.errstate(over="ignore", invalid="ignore")
@blas_threads(1)
def fit(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    test_images: np.ndarray,
    test_labels: np.ndarray,
    *,
    optimizer: Any,
    schedule: Any = None,
    epochs: int,
    after_step: Callable[[], None] = lambda: None,
    after_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train a classifier; the history, one entry an epoch.

    Args:
        model: takes a batch of images, gives scores.
        batches: goes through the training images once each time it is iterated over.
        test_images, test_labels: the held-out ones, looked at after every epoch.
        optimizer: changes the model's parameters.
        schedule: steps once a batch.
        epochs: how often to go through the training images.
        after_step, after_epoch: called to show progress.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
    """
    history = []
    model.train()
    for number in range(1, epochs + 1):
        started = time.perf_counter()
        lr = optimizer.param_groups[0]["lr"]
        total_loss, right, seen = 0.0, 0, 0
        for images, labels in batches:
            scores = model(images)
            loss = nn.functional.cross_entropy(scores, labels)
            value = loss.item()
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"the loss became {value} in epoch {number}; the learning rate, now "
                    f"{optimizer.param_groups[0]['lr']:.3g}, is too high: try a tenth of it (--lr)"
                )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if schedule is not None:
                schedule.step()
            total_loss += value * len(images)
            right += int((scores.detach().numpy().argmax(axis=1) == labels.numpy()).sum())
            seen += len(images)
            after_step()
        test_loss, test_accuracy = loss_and_accuracy(evaluate(model, test_images), test_labels)
        seconds = time.perf_counter() - started
        epoch = Epoch(
            number, total_loss / seen, right / seen, test_loss, test_accuracy, lr, seconds
        )
        history.append(epoch)
        after_epoch(epoch)
    return history
