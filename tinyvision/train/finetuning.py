"""Fine-tuning: a classifier that starts from a pre-trained encoder, on all labels or on a few."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..interop import vit_from_mae
from ..interop.mae import vit_settings
from ..models import ViT
from ..ops.chance.random import manual_seed
from ..optim import AdamW
from ..report import write_report
from ..terminal import Steady
from .batches import Batches
from .few_labels import chosen, repeated
from .layer_groups import freeze, layer_groups
from .loop import Training
from .networks import NETWORKS
from .pretraining import load_pretrained
from .recipes import Recipe, warm_up_and_cosine
from .report import check_writable, draw_results, write_results, write_settings
from .resumable import Resumable
from .run import Outcome, check_begun_by, check_images, count, instead
from .task import Classification, evaluate
from .words import command_line

FINETUNING = {
    "digits": Recipe(30, 32, 2e-3, shift=1, weight_decay=0.05, adaptive=True),
    "mnist": Recipe(2, 64, 1e-3, shift=2, weight_decay=0.05, adaptive=True),
    "fashion-mnist": Recipe(2, 64, 1e-3, shift=2, flip=True, weight_decay=0.05, adaptive=True),
    "cifar10": Recipe(5, 64, 1e-3, shift=4, flip=True, weight_decay=0.05, adaptive=True),
}
FEW = {"epochs": 20, "batch_size": 32}
"""What differs with a few labels: smaller steps, and an epoch shows about a thousand images."""
DEFAULTS: dict[str, Any] = {
    "layer_decay": 0.75,
    "freeze": 0,
    "pool": "mean",
    "label_smoothing": 0.1,
    "seed": 0,
}


def finetune(
    pretrained: str | os.PathLike[str] | None = None,
    data_name: str | None = None,
    *,
    out: str | os.PathLike[str],
    data_dir: str | os.PathLike[str] | None = None,
    labels: int | None = None,
    layer_decay: float | None = None,
    freeze: int | str | None = None,
    pool: str | None = None,
    label_smoothing: float | None = None,
    seed: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    checkpoint_every: int | None = None,
    keep: int | None = None,
    pictures: bool = True,
    stream: Any = None,
    **options: Any,
) -> Outcome:
    """Train a classifier from a pre-trained encoder, on the data of its pre-training or on others.

    What is left in ``out`` is a run as :func:`train` leaves it. Killed at any moment and resumed,
    it ends with the same weights to the bit.

    Args:
        pretrained: the folder that :func:`pretrain` wrote; a run that is resumed knows it.
        data_name: images of the same size and as many channels as those of the pre-training, which
            are taken if it is not given. They are normalised as the encoder is used to.
        out, data_dir, resume, overwrite, checkpoint_every, keep, pictures, stream: as
            :func:`train`.
        labels: use so many labelled images a class, drawn by the seed; all if not given. An epoch
            then goes through them until it has shown a thousand.
        layer_decay: as :func:`layer_groups`; 0.75 if not given.
        freeze: how many layers keep their weights, or 'all-but-head'; 0 if not given.
        pool: 'mean' of the patches (if not given) or 'cls', the class token.
        label_smoothing: how much of each label is spread over all classes; 0.1 if not given.
        seed: of the images chosen, their order and changes, and the head; 0 if not given.
        options: of :class:`Recipe`, where it should differ from that for the data.

    Raises:
        ValueError: an option out of range or not that of the run that is resumed, a damaged file,
            a run in ``out``.
        OSError: no such run, data that are not there, or a folder that cannot be written to.
        FloatingPointError: the loss became NaN or infinite.
        Interrupted: Control-C was pressed; the run can be resumed.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), appendix A.
    """
    folder = Path(out)
    source = None if pretrained is None else os.path.abspath(pretrained)
    if source is not None and source == os.path.abspath(folder):
        raise ValueError(f"--out {folder} is the pre-trained run itself; give another folder")
    run = Resumable(
        folder, resume=resume, overwrite=overwrite, keep=keep, every=checkpoint_every,
        pictures=pictures, stream=Steady(sys.stdout) if stream is None else stream,
        command="tinyvision finetune --resume",
    )  # fmt: skip
    given = {
        "pretrained": source, "data": data_name, "labels": labels, "layer_decay": layer_decay,
        "freeze": freeze, "pool": pool, "label_smoothing": label_smoothing, "seed": seed, **options,
    }  # fmt: skip
    if run.saved is not None:
        check_begun_by("finetune", folder, run.saved)
        settings = run.agreed(given)
    elif source is None:
        raise ValueError(f"there is no run in {folder}, so nothing to resume; {instead(folder)}")
    else:
        if resume:
            run.say(f"there is no checkpoint in {folder} yet; the run begins")
        settings = {**DEFAULTS, "labels": None, "pretrained": source}
    found = load_pretrained(settings["pretrained"])
    if run.saved is None:
        name = data_name or found.summary["data"]
        if name not in FINETUNING:
            data.load_dataset(name)  # which says what there is
        recipe = FINETUNING[name].changed(**(FEW if labels else {})).changed(**options)
        settings |= {"data": name, **asdict(recipe)}
        settings |= {name: value for name, value in given.items() if value is not None}
    data_dir = data_dir or settings.get("data_dir")
    images = found.normalized_alike(data.load_dataset(settings["data"], data_dir))
    check_images(settings, images)
    settings["data_dir"] = data_dir and os.path.abspath(data_dir)
    recipe = Recipe(**{f.name: settings[f.name] for f in fields(Recipe) if f.name in settings})
    manual_seed(settings["seed"])
    classes = len(images.class_names)
    model = vit_from_mae(found.model, classes, pool=settings["pool"])
    training = _prepared(model, images, recipe, settings)
    if left := run.results(training):
        return Outcome(
            model, training.history, left.files, images.note, left.summary, written=False
        )
    check_writable(folder)
    learning = sum(p.numel() for p in model.parameters() if p.requires_grad)
    how_many = "all" if settings["labels"] is None else f"{settings['labels']} a class of"
    run.say(
        f"fine-tuning the encoder of {settings['pretrained']} ({learning:,} of "
        f"{sum(p.numel() for p in model.parameters()):,} parameters learn) on {how_many} "
        f"{len(images.train_images):,} images of {images.name}, {count(recipe.epochs, 'epoch')} of "
        f"{training.steps // recipe.epochs} steps"
    )
    started = time.perf_counter()
    run.carry_out(training, settings)
    accuracy = training.history[-1].test["accuracy"]
    run.say(
        f"held-out accuracy {accuracy:.2%} on {len(images.test_images):,} images, after "
        f"{time.perf_counter() - started:.1f} s of training"
    )
    told = {name: settings[name] for name in ("labels", *DEFAULTS)}
    summary = {
        "network": "vit",
        "data": images.name,
        "note": images.note,
        "pretrained": {k: v for k, v in found.summary.items() if k != "epochs"},
        **told,
        "recipe": asdict(recipe),
        "weights_of_epoch": len(training.history),
        "test_accuracy": accuracy,
        "seconds": sum(epoch.seconds for epoch in training.history),
        "command": command_line("finetune", settings, "RUN", of_run=found.summary["data"]),
    }
    files = write_results(folder, model, training.history, summary)
    files += write_settings(
        folder, vit_settings(found.model, classes, pool=settings["pool"]), images
    )
    if pictures:
        inputs = NETWORKS["vit"].prepare(images)(images.test_images)
        figures = NETWORKS["vit"].figures(model, images, inputs)
        files += draw_results(folder, training.history, images, evaluate(model, inputs), figures)
        files.append(write_report(folder))
    run.note_results(files)
    return Outcome(model, training.history, files, images.note, summary)


def _prepared(
    model: ViT, images: data.ImageSet, recipe: Recipe, settings: dict[str, Any]
) -> Training:
    """The run before its first step; the same arguments make the same run."""
    prepare = NETWORKS["vit"].prepare(images)
    inputs = prepare(images.train_images)
    places = repeated(chosen(images.train_labels, settings["labels"], settings["seed"]))
    task = Classification(
        prepare(images.test_images), images.test_labels, settings["label_smoothing"]
    )
    return classifying(
        freeze(model, settings["freeze"]), [inputs[places], images.train_labels[places]], task,
        recipe, recipe.changes(inputs), settings["layer_decay"],
    )  # fmt: skip


def classifying(
    model: ViT,
    arrays: list[np.ndarray],
    task: Classification,
    recipe: Recipe,
    change: Any,
    layer_decay: float,
) -> Training:
    """Training a ViT to classify, before its first step.

    Args:
        model: what is trained; frozen parts stay as they are.
        arrays: images (N, C, H, W) and their labels (N,).
        task: with the held-out ones.
        recipe: how.
        change: what happens to the images of a batch, as ``recipe.changes`` gives it.
        layer_decay: as of :func:`layer_groups`.
    """
    batches = Batches(
        arrays, recipe.batch_size, change, mix=recipe.mixing(model.mlp_head.out_features)
    )
    groups = layer_groups(
        model, recipe.lr, weight_decay=recipe.weight_decay, layer_decay=layer_decay
    )
    optimizer = AdamW(groups, recipe.lr)
    return Training(
        task,
        model,
        batches,
        optimizer=optimizer,
        schedule=warm_up_and_cosine(optimizer, recipe.steps(len(batches))),
        epochs=recipe.epochs,
        clip=recipe.clip,
        accumulate=recipe.accumulate,
    )
