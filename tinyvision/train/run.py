"""One whole run: load the images, train a network, write everything down."""

from __future__ import annotations

import hashlib
import os
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..ops.chance.random import manual_seed
from ..report import write_report
from ..terminal import Steady
from .batches import Batches
from .loop import Epoch, Training
from .networks import Network, network
from .recipes import Recipe, warm_up_and_cosine
from .report import check_writable, draw_results, write_results, write_settings
from .resumable import Resumable
from .task import Classification, evaluate


@dataclass(frozen=True)
class Outcome:
    """What a run came to, and its files: written now, or left alone where it had finished."""

    model: Any
    history: list[Epoch]
    files: list[Path]
    note: str
    summary: dict[str, Any]
    written: bool = True

    @property
    def accuracy(self) -> float:
        """On the held-out images, of the weights that were written."""
        return self.summary["test_accuracy"]


def train(
    network_name: str | None = None,
    data_name: str | None = None,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str],
    seed: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    checkpoint_every: int | None = None,
    keep: int | None = None,
    pictures: bool = True,
    stream: Any = None,
    **options: Any,
) -> Outcome:
    """Train a network on a data set, by their names, and write weights, numbers and pictures.

    Killed at any moment and resumed, it ends with the same weights to the bit.

    Args:
        network_name: 'cnn' or 'vit'; a run that is resumed knows it, as everything else.
        data_name: 'digits' (if not given), 'mnist', 'fashion-mnist' or 'cifar10'.
        data_dir: where the data sets are; the digits come with the package.
        out: the folder for the results; it is made if it does not exist.
        seed: the same seed gives the same run; 0 if not given.
        resume: go on with the run in ``out``, if there is one.
        overwrite: begin anew although there is a run in ``out``.
        checkpoint_every: so many steps from one checkpoint to the next; an epoch if not given.
        keep: how many checkpoints stay; 2 if not given.
        pictures: whether to draw them.
        stream: where to print; standard output if not given.
        options: of :class:`Recipe`, where it should differ from the network's own for the data.

    Raises:
        ValueError: an unknown network or data set, an option out of range or not that of the run
            that is resumed, a damaged file, a run in ``out``.
        OSError: data that are not there, or a folder that cannot be written to.
        FloatingPointError: the loss became NaN or infinite.
        Interrupted: Control-C was pressed; the run can be resumed.
    """
    folder = Path(out)
    run = Resumable(
        folder,
        resume=resume,
        overwrite=overwrite,
        keep=keep,
        every=checkpoint_every,
        pictures=pictures,
        stream=Steady(sys.stdout) if stream is None else stream,
    )
    given = {"network": network_name, "data": data_name, "seed": seed, **options}
    if run.saved is not None:
        check_begun_by("train", folder, run.saved)
        settings = run.agreed(given)
    elif network_name is None:
        raise ValueError(f"there is no run in {folder}, so nothing to resume; {instead(folder)}")
    else:
        if resume:
            run.say(f"there is no checkpoint in {folder} yet; the run begins")
        settings = _settings(network_name, data_name or "digits", seed or 0, options)
    net = network(settings["network"])
    data_dir = data_dir or settings.get("data_dir")
    images = data.load_dataset(settings["data"], data_dir)
    check_images(settings, images)
    settings["data_dir"] = data_dir and os.path.abspath(data_dir)
    recipe = Recipe(**{f.name: settings[f.name] for f in fields(Recipe) if f.name in settings})
    training = _prepared(net, images, recipe, settings["seed"])
    if left := run.results(training):
        return Outcome(
            training.model, training.history, left.files, images.note, left.summary, written=False
        )
    check_writable(folder)
    parameters = sum(p.numel() for p in training.model.parameters())
    run.say(
        f"training {net.title} ({parameters:,} parameters) on {len(images.train_images):,} images "
        f"of {images.name}, {count(recipe.epochs, 'epoch')} of "
        f"{training.steps // recipe.epochs} steps"
    )
    run.say(net.inputs)
    if images.note:
        run.say(f"note: {images.note}")
    started = time.perf_counter()
    run.carry_out(training, settings)
    seconds = time.perf_counter() - started

    # With early stopping the weights are the best epoch's, else the last one's.
    best = training.best if recipe.early_stop is not None else None
    chosen = training.history[best.epoch - 1 if best else -1]
    run.say(
        f"held-out accuracy {chosen.test['accuracy']:.2%} on {len(images.test_images):,} images, "
        f"after {seconds:.1f} s of training"
    )
    if best:
        run.say(
            f"note: the weights are those of epoch {best.epoch}, chosen by the held-out images; "
            "on others the accuracy may be lower"
        )
    summary = {
        "network": settings["network"],
        "data": images.name,
        "note": images.note,
        "seed": settings["seed"],
        "recipe": asdict(recipe),
        "weights_of_epoch": chosen.epoch,
        "test_accuracy": chosen.test["accuracy"],
        "seconds": sum(epoch.seconds for epoch in training.history),
    }
    files = write_results(folder, training.model, training.history, summary)
    files += write_settings(folder, net.settings(images), images)
    if pictures:
        inputs = net.prepare(images)(images.test_images)
        scores = evaluate(training.model, inputs)
        figures = net.figures(training.model, images, inputs)
        files += draw_results(folder, training.history, images, scores, figures)
        files.append(write_report(folder))
    run.note_results(files)
    return Outcome(training.model, training.history, files, images.note, summary)


def _prepared(net: Network, images: data.ImageSet, recipe: Recipe, seed: int) -> Training:
    """The run before its first step; the same arguments make the same run."""
    prepare = net.prepare(images)
    inputs = prepare(images.train_images)
    manual_seed(seed)
    model = net.build(images)
    optimizer = recipe.optimizer(model.parameters())
    batches = Batches(
        [inputs, images.train_labels], recipe.batch_size, recipe.changes(inputs),
        mix=recipe.mixing(len(images.class_names)),
    )  # fmt: skip
    return Training(
        Classification(prepare(images.test_images), images.test_labels),
        model,
        batches,
        optimizer=optimizer,
        schedule=warm_up_and_cosine(optimizer, recipe.steps(len(batches))),
        epochs=recipe.epochs,
        clip=recipe.clip,
        accumulate=recipe.accumulate,
        early_stop=recipe.early_stop,
    )


def _settings(
    network_name: str, data_name: str, seed: int, options: dict[str, Any]
) -> dict[str, Any]:
    """All that decides how a new run goes."""
    recipes = network(network_name).recipes
    if data_name not in recipes:
        data.load_dataset(data_name)  # which says what there is
    recipe = recipes[data_name].changed(**options)
    return {"network": network_name, "data": data_name, "seed": seed, **asdict(recipe)}


def check_images(settings: dict[str, Any], images: data.ImageSet) -> None:
    """Note the checksum of the images, or compare it with that of the run that is resumed.

    Raises:
        ValueError: they are not the images the run began with.
    """
    digest = images_checksum(images)
    if settings.setdefault("images_sha256", digest) != digest:
        raise ValueError(
            f"the images of {images.name} are not those the run began with (SHA-256 {digest[:8]}, "
            f"then {settings['images_sha256'][:8]}); give --data-dir the folder of that time"
        )


def images_checksum(images: data.ImageSet) -> str:
    """The SHA-256 of all images and labels."""
    sha256 = hashlib.sha256()
    for array in (
        images.train_images, images.train_labels, images.test_images, images.test_labels,
    ):  # fmt: skip
        sha256.update(np.ascontiguousarray(array).data)
    return sha256.hexdigest()


def begun_by(settings: Mapping[str, Any]) -> str:
    """The word of the command that began a run with these settings.

    >>> begun_by({"network": "mae"}), begun_by({"network": "cnn"})
    ('pretrain', 'train')
    """
    if settings.get("network") == "mae":
        return "pretrain"
    return "finetune" if "pretrained" in settings else "train"


def check_begun_by(word: str, folder: Path, settings: Mapping[str, Any]) -> None:
    """Say which command goes on with a run, if it is not this one.

    Raises:
        ValueError: another command began it.
    """
    began = begun_by(settings)
    if began != word:
        raise ValueError(
            f"`tinyvision {began}` began the run in {folder}; go on with: "
            f"tinyvision {began} --resume {shlex.quote(str(folder))}"
        )


def instead(folder: Path) -> str:
    """What to do about a folder that is no run: runs that lie in it are named."""
    runs = sorted(path.parent for path in folder.glob("*/checkpoints"))
    some = ", ".join(map(str, runs[:3])) + (", ..." if len(runs) > 3 else "")
    return f"it holds runs: give one of them, {some}" if runs else "check the folder"


def count(number: int, thing: str) -> str:
    """
    >>> count(1, "epoch"), count(2, "epoch")
    ('1 epoch', '2 epochs')
    """
    return f"{number} {thing}{'' if number == 1 else 's'}"
