"""One whole run: load the images, train a network, write everything down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..autograd.tensor import Tensor, from_numpy
from ..ops.random import manual_seed
from .loop import Epoch, evaluate, fit
from .networks import network
from .progress import show_progress
from .recipes import Recipe, warm_up_and_cosine
from .report import check_writable, draw_results, write_results, write_settings


@dataclass(frozen=True)
class Outcome:
    """What a run came to, and which files it wrote."""

    model: Any
    history: list[Epoch]
    files: list[Path]
    note: str

    @property
    def accuracy(self) -> float:
        """On the held-out images, after the last epoch."""
        return self.history[-1].test_accuracy


def train(
    network_name: str,
    data_name: str,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str],
    seed: int = 0,
    say: Callable[[str], Any] = print,
    **options: Any,
) -> Outcome:
    """Train a network on a data set, by their names, and write weights, numbers and pictures.

    Args:
        network_name: 'cnn' or 'vit'.
        data_name: 'digits', 'mnist', 'fashion-mnist' or 'cifar10'.
        data_dir: where the data sets are; the digits come with the package.
        out: the folder for the results; it is made if it does not exist.
        seed: the same seed gives the same run.
        say: prints a line.
        options: of :class:`Recipe`, where it should differ from the network's own for the data.

    Raises:
        ValueError: an unknown network or data set, an option out of range, a damaged file.
        OSError: data that are not there, or a folder that cannot be written to.
        FloatingPointError: the loss became NaN or infinite.
    """
    net = network(network_name)
    images = data.load_dataset(data_name, data_dir)
    recipe = net.recipes[images.name].changed(**options)
    folder = Path(out)
    check_writable(folder)
    prepare = net.prepare(images)
    train_inputs, test_inputs = prepare(images.train_images), prepare(images.test_images)

    manual_seed(seed)
    model = net.build(images)
    optimizer = recipe.optimizer(model.parameters())
    batches = _Batches(train_inputs, images.train_labels, recipe)
    steps = len(batches) * recipe.epochs
    say(
        f"training {net.title} ({sum(p.numel() for p in model.parameters()):,} parameters) on "
        f"{len(train_inputs):,} images of {data_name}, {_count(recipe.epochs, 'epoch')} of "
        f"{len(batches)} steps"
    )
    say(net.inputs)
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
            schedule=warm_up_and_cosine(optimizer, steps),
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
        "network": network_name,
        "data": data_name,
        "note": images.note,
        "seed": seed,
        "recipe": asdict(recipe),
        "test_accuracy": history[-1].test_accuracy,
        "seconds": seconds,
    }
    files = write_results(folder, model, history, summary)
    settings = net.settings(images)
    if settings:
        files += write_settings(folder, settings, images)
    scores = evaluate(model, test_inputs)
    figures = net.figures(model, images, test_inputs)
    files += draw_results(folder, history, images, scores, figures)
    return Outcome(model, history, files, images.note)


def _count(number: int, thing: str) -> str:
    """
    >>> _count(1, "epoch"), _count(2, "epoch")
    ('1 epoch', '2 epochs')
    """
    return f"{number} {thing}{'' if number == 1 else 's'}"


class _Batches:
    """The training images in random order, changed at random as the recipe says."""

    def __init__(self, inputs: np.ndarray, labels: np.ndarray, recipe: Recipe) -> None:
        self.loader = data.DataLoader(
            data.TensorDataset(inputs, labels), batch_size=recipe.batch_size, shuffle=True
        )
        changes: list[Any] = []
        if recipe.shift:
            # What is black in the image stays black in the border that moves in.
            black, size = float(inputs.min()), inputs.shape[2:]
            changes.append(data.RandomCrop(size, padding=recipe.shift, fill=black))
        if recipe.flip:
            changes.append(data.RandomHorizontalFlip())
        self.change = data.Compose(changes)

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for images, labels in self.loader:
            yield from_numpy(self.change(images.numpy())), labels
