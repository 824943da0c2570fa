"""What a run leaves behind: weights, numbers and pictures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import nn
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
    try:
        with replacing(probe):
            pass
        probe.unlink()
    except OSError as error:
        raise OSError(
            error.errno,
            f"cannot write results into {str(folder.absolute())!r}; choose a folder that you may "
            "write to and that has space left",
        ) from error


def write_results(
    folder: Path, model: nn.Module, history: Sequence[Epoch], summary: dict[str, Any]
) -> list[Path]:
    """Save weights.npz, metrics.json and metrics.csv; their paths."""
    weights, numbers, table = (
        folder / name for name in ("weights.npz", "metrics.json", "metrics.csv")
    )
    save(model.state_dict(), weights)
    rows = [epoch.row() for epoch in history]
    with replacing(numbers) as file:
        file.write(json.dumps({**summary, "epochs": rows}, indent=2).encode() + b"\n")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with replacing(table) as file:
        file.write(text.getvalue().encode())
    return [weights, numbers, table]


def write_settings(folder: Path, settings: dict[str, Any], images: ImageSet) -> list[Path]:
    """Save what `tinyvision classify` needs beside the weights; the paths."""
    contents = {
        "config.json": {**settings, "id2label": dict(enumerate(images.class_names))},
        "preprocessor_config.json": {"image_mean": images.mean, "image_std": images.std},
    }
    for name, content in contents.items():
        with replacing(folder / name) as file:
            file.write(json.dumps(content, indent=2).encode() + b"\n")
    return [folder / name for name in contents]


def draw_results(
    folder: Path,
    history: Sequence[Epoch],
    images: ImageSet,
    scores: np.ndarray,
    figures: dict[str, Any],
) -> list[Path]:
    """Draw the curves, the confusion matrix, the worst mistakes and the network's own figures.

    Args:
        folder: where to.
        history: of the run.
        images: the data set.
        scores: what the network says of the held-out images, (N, classes).
        figures: more of them, by file name.
    """
    from .. import viz  # matplotlib takes longer to import than the rest together

    labels = images.test_labels
    matrix = viz.confusion_matrix(labels, scores.argmax(axis=1), len(images.class_names))
    shown = images.test_images / images.max_value  # pixels from 0 to 1
    drawn = {
        "curves.png": viz.training_curves([epoch.row() for epoch in history]),
        "confusion.png": viz.confusion(matrix, images.class_names),
        "mistakes.png": viz.most_wrong(shown, labels, probabilities(scores), images.class_names),
        **figures,
    }
    return [viz.save_figure(figure, folder / name) for name, figure in drawn.items()]


def probabilities(scores: np.ndarray) -> np.ndarray:
    """Scores (N, classes) as probabilities."""
    return nn.functional.softmax(from_numpy(scores), dim=1).numpy()
