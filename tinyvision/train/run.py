"""One whole run: load the images, train the article's CNN, write everything down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..models import CNN
from ..ops.random import manual_seed
from ..optim import SGD
from ..optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
from .loop import Epoch, evaluate, fit
from .progress import show_progress
from .recipes import Recipe, recipe_for
from .report import check_writable, draw_results, write_results


@dataclass(frozen=True)
class Outcome:
    """What a run came to, and which files it wrote."""

    model: CNN
    history: list[Epoch]
    files: list[Path]
    note: str

    @property
    def accuracy(self) -> float:
        """On the held-out images, after the last epoch."""
        return self.history[-1].test_accuracy


def train_cnn(
    name: str,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str],
    seed: int = 0,
    recipe: Recipe | None = None,
    say: Callable[[str], Any] = print,
) -> Outcome:
    """Train the article's CNN on a data set by name and write weights, numbers and pictures.

    Args:
        name: 'digits', 'mnist', 'fashion-mnist' or 'cifar10'.
        data_dir: where the data sets are; the digits come with the package.
        out: the folder for the results; it is made if it does not exist.
        seed: the same seed gives the same run.
        recipe: how to train; the data set's own if not given.
        say: prints a line.

    Raises:
        ValueError: an unknown data set, or a damaged file.
        OSError: data that are not there, or a folder that cannot be written to.
        FloatingPointError: the loss became NaN or infinite.
    """
    images = data.load_dataset(name, data_dir)
    folder = Path(out)
    check_writable(folder)
    recipe = recipe_for(name) if recipe is None else recipe
    prepare = _as_network_sees(images)
    train_inputs, test_inputs = prepare(images.train_images), prepare(images.test_images)

    manual_seed(seed)
    model = CNN()
    optimizer = SGD(
        model.parameters(), recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay
    )
    batches = _Batches(train_inputs, images.train_labels, recipe)
    steps = len(batches) * recipe.epochs
    schedule = warm_up_and_cosine(optimizer, steps)
    say(
        f"training the article's CNN ({sum(p.numel() for p in model.parameters()):,} parameters) "
        f"on {len(train_inputs):,} images of {name}, {recipe.epochs} epochs of {len(batches)} steps"
    )
    if images.note:
        say(f"note: {images.note}")
    started = time.perf_counter()
    with show_progress(steps, recipe.epochs) as (after_step, after_epoch):
        history = fit(
            model,
            batches,
            test_inputs,
            images.test_labels,
            optimizer=optimizer,
            schedule=schedule,
            epochs=recipe.epochs,
            after_step=after_step,
            after_epoch=after_epoch,
        )
    seconds = time.perf_counter() - started
    say(
        f"held-out accuracy {history[-1].test_accuracy:.2%} on {len(test_inputs):,} images, "
        f"after {seconds:.1f} s of training"
    )
    summary = {
        "data": name,
        "note": images.note,
        "seed": seed,
        "recipe": vars(recipe),
        "test_accuracy": history[-1].test_accuracy,
        "seconds": seconds,
    }
    files = write_results(folder, model, history, summary)
    scores = evaluate(model, test_inputs)
    files += draw_results(folder, model, history, images, test_inputs, scores)
    return Outcome(model, history, files, images.note)


def warm_up_and_cosine(optimizer: Any, steps: int) -> SequentialLR:
    """Up in a straight line over the first tenth of the steps, then down half a cosine wave."""
    rise = max(steps // 10, 1)
    fall = CosineAnnealingLR(optimizer, max(steps - rise, 1))
    return SequentialLR(optimizer, [LinearLR(optimizer, 0.01, 1.0, rise), fall], [rise])


def _as_network_sees(images: data.ImageSet) -> Callable[[np.ndarray], np.ndarray]:
    """Pixels of the file -> (N, 3, 32, 32) float32 of mean 0 and deviation 1."""
    normalize = data.Normalize(images.mean, images.std)
    return lambda pixels: normalize(data.to_3x32x32(pixels, images.max_value))


class _Batches:
    """The training images in random order, changed at random as the recipe says."""

    def __init__(self, inputs: np.ndarray, labels: np.ndarray, recipe: Recipe) -> None:
        self.loader = data.DataLoader(
            data.TensorDataset(inputs, labels), batch_size=recipe.batch_size, shuffle=True
        )
        changes: list[Any] = []
        if recipe.shift:
            # What is black in the image stays black in the border that moves in.
            black = float(inputs.min())
            changes.append(data.RandomCrop(32, padding=recipe.shift, fill=black))
        if recipe.flip:
            changes.append(data.RandomHorizontalFlip())
        self.change = data.Compose(changes)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self):
        for images, labels in self.loader:
            yield images.new_tensor(self.change(images.numpy())), labels
