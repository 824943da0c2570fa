"""A linear probe: what a frozen encoder's features are worth to the simplest of classifiers.

A number alone would say little, as a random encoder's features are worth something too, and so are
bare pixels. All three are probed alike.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import data, nn
from ..files import replacing
from ..interop import vit_from_mae
from ..models import MAE
from ..ops.chance.random import manual_seed
from ..optim import AdamW
from ..report import write_report
from ..terminal import Steady
from .batches import Batches
from .few_labels import chosen, repeated
from .loop import Training
from .networks import NETWORKS
from .pretraining import load_pretrained
from .recipes import warm_up_and_cosine
from .report import check_writable
from .task import Classification, evaluate


@dataclass(frozen=True)
class Probed:
    """What the probes came to: held-out accuracies by what was probed, and the file written."""

    summary: dict[str, Any]
    files: list[Path]


def probe(
    pretrained: str | os.PathLike[str],
    *,
    out: str | os.PathLike[str] | None = None,
    data_dir: str | os.PathLike[str] | None = None,
    labels: int | None = None,
    pool: str = "mean",
    epochs: int = 30,
    batch_size: int = 64,
    lr: float = 1e-2,
    seed: int = 0,
    stream: Any = None,
) -> Probed:
    """Train a linear classifier on the features of a pre-trained encoder, which stays as it is.

    The same is done for an encoder of the same sizes with random weights, and for the pixels
    themselves. It takes seconds, so there is nothing to resume.

    Args:
        pretrained: the folder that :func:`pretrain` wrote.
        out: where `probe.json` goes; beside the weights if not given.
        data_dir: where the data sets are.
        labels: use so many labelled images a class, drawn by the seed; all if not given.
        pool: 'mean' of the patches, or 'cls', the class token.
        epochs, batch_size, lr: of the linear classifier.
        seed: of the images chosen, their order, the classifier and the random encoder.
        stream: where to print; standard output if not given.

    Raises:
        ValueError: a damaged file, more labels than there are, a number out of range.
        OSError: no such run, data that are not there, or a folder that cannot be written to.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), appendix A.
    """
    stream = Steady(sys.stdout) if stream is None else stream
    if not 0 < lr < float("inf"):
        raise ValueError(f"lr must be positive and finite, got {lr}")
    found = load_pretrained(pretrained)
    folder = Path(pretrained if out is None else out)
    check_writable(folder)
    images = data.load_dataset(found.summary["data"], data_dir)
    prepare = NETWORKS["vit"].prepare(images)
    pixels = prepare(images.train_images), prepare(images.test_images)
    places = chosen(images.train_labels, labels, seed)
    manual_seed(seed)
    random = copy.deepcopy(found.model)
    random.reset_parameters()
    candidates = {"pretrained": found.model, "random": random, "pixels": None}
    results = {}
    for name, model in candidates.items():
        train, test = (
            part.reshape(len(part), -1) if model is None else features(model, part, pool)
            for part in (pixels[0][places], pixels[1])
        )
        results[name] = linear_probe(
            train, images.train_labels[places], test, images.test_labels,
            epochs=epochs, batch_size=batch_size, lr=lr, seed=seed,
        )  # fmt: skip
        what = {"pretrained": "the pre-trained encoder", "random": "a random encoder"}
        print(
            f"{results[name]:.2%} held-out accuracy with {what.get(name, 'the pixels themselves')}",
            file=stream,
            flush=True,
        )
    summary = {
        "data": images.name,
        "labels": labels,
        "images": len(places),
        "pool": pool,
        "epochs": epochs,
        "batch_size": batch_size,
        "lr": lr,
        "seed": seed,
        "accuracy": results["pretrained"],
        "accuracy_random_encoder": results["random"],
        "accuracy_pixels": results["pixels"],
    }
    path = folder / "probe.json"
    with replacing(path) as file:
        file.write(json.dumps(summary, indent=2).encode() + b"\n")
    files = [path]
    if (folder / "report.html").is_file():
        files.append(write_report(folder))
    return Probed(summary, files)


def features(model: MAE, images: np.ndarray, pool: str = "mean") -> np.ndarray:
    """What a masked autoencoder's encoder makes of whole images: (N, C, H, W) -> (N, dim)."""
    encoder = vit_from_mae(model, num_classes=0, pool=pool, norm_after_pool=False)
    return evaluate(encoder, images)


def linear_probe(
    train: np.ndarray,
    train_labels: np.ndarray,
    test: np.ndarray,
    test_labels: np.ndarray,
    *,
    epochs: int = 30,
    batch_size: int = 64,
    lr: float = 1e-2,
    seed: int = 0,
) -> float:
    """The accuracy on held-out features of a linear classifier of features.

    Args:
        train, test: features, (N, D). They are standardised as the training features are.
        train_labels, test_labels: (N,), counted from 0.
        epochs, batch_size, lr, seed: of the training.

    >>> x = np.array([[-1.0], [1.0]] * 20, np.float32)
    >>> linear_probe(x, np.array([0, 1] * 20), x, np.array([0, 1] * 20), epochs=2)
    1.0
    """
    centre, spread = train.mean(axis=0), train.std(axis=0) + np.float32(1e-6)
    train, test = (train - centre) / spread, (test - centre) / spread
    places = repeated(np.arange(len(train)))
    manual_seed(seed)
    classifier = nn.Linear(train.shape[1], int(max(train_labels.max(), test_labels.max())) + 1)
    nn.init.zeros_(classifier.weight)
    nn.init.zeros_(classifier.bias)
    batches = Batches([train[places], train_labels[places]], batch_size)
    optimizer = AdamW(classifier.parameters(), lr, weight_decay=0.0)
    training = Training(
        Classification(test, test_labels), classifier, batches, optimizer=optimizer,
        schedule=warm_up_and_cosine(optimizer, epochs * len(batches)), epochs=epochs,
    )  # fmt: skip
    return training.run()[-1].test["accuracy"]
