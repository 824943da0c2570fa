"""What a run leaves behind: weights, numbers and pictures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import from_numpy
from ..data import ImageSet
from ..files import replacing
from ..serialization import save
from .loop import Epoch


def check_writable(folder: Path) -> None:
    """Find out before the work, not after it, whether results can be written.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file, not a folder; give --out another name")
    probe = folder / ".writable"
    with replacing(probe):
        pass
    probe.unlink()


def write_results(
    folder: Path, model: nn.Module, history: Sequence[Epoch], summary: dict[str, Any]
) -> list[Path]:
    """Save weights.npz, metrics.json and metrics.csv; their paths."""
    weights, numbers, table = (
        folder / name for name in ("weights.npz", "metrics.json", "metrics.csv")
    )
    save(model.state_dict(), weights)
    rows = [asdict(epoch) for epoch in history]
    with replacing(numbers) as file:
        file.write(json.dumps({**summary, "epochs": rows}, indent=2).encode() + b"\n")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with replacing(table) as file:
        file.write(text.getvalue().encode())
    return [weights, numbers, table]


def draw_results(
    folder: Path,
    model: nn.Module,
    history: Sequence[Epoch],
    images: ImageSet,
    inputs: np.ndarray,
    scores: np.ndarray,
) -> list[Path]:
    """Draw curves, filters, feature maps, the confusion matrix and the worst mistakes.

    Args:
        folder: where to.
        model: the trained CNN.
        history: of the run.
        images: the data set.
        inputs: the held-out images as the network sees them, (N, 3, 32, 32).
        scores: what the network says of them, (N, 10).
    """
    from .. import viz  # matplotlib takes longer to import than the rest together

    labels = images.test_labels
    matrix = viz.confusion_matrix(labels, scores.argmax(axis=1), len(images.class_names))
    shown = images.test_images / images.max_value  # pixels from 0 to 1
    figures = {
        "curves.png": viz.training_curves([asdict(epoch) for epoch in history]),
        "filters.png": viz.filters(model.conv1.weight),
        "feature_maps.png": viz.feature_maps(shown[0], feature_maps(model, inputs[0])),
        "confusion.png": viz.confusion(matrix, images.class_names),
        "mistakes.png": viz.most_wrong(shown, labels, probabilities(scores), images.class_names),
    }
    return [viz.save_figure(figure, folder / name) for name, figure in figures.items()]


def probabilities(scores: np.ndarray) -> np.ndarray:
    """Scores (N, classes) as probabilities."""
    return nn.functional.softmax(from_numpy(scores), dim=1).numpy()


def feature_maps(model: nn.Module, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What the convolutions and poolings make of one image (3, 32, 32): (name, (C, H, W)) each."""
    stages: list[tuple[str, np.ndarray]] = []
    hooks = [
        part.register_forward_hook(
            lambda _module, _args, out, name=name: stages.append((name, out.numpy()[0]))
        )
        for name, part in (("conv1", model.conv1), ("pool", model.pool), ("conv2", model.conv2))
    ]
    try:
        with no_grad():
            model(from_numpy(image[None]))
    finally:
        for hook in hooks:
            hook.remove()
    names = ["conv1", "ReLU, pool", "conv2", "ReLU, pool"]
    return [(name, maps) for name, (_, maps) in zip(names, stages, strict=True)]
