"""`tinyvision eval`: how a trained network does on held-out images, class by class."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .files import replacing
from .report import write_report
from .runs import Run, load_run
from .train.report import check_writable
from .train.task import evaluate, loss_and_accuracy


@dataclass(frozen=True)
class ClassResult:
    """How one class fared.

    Attributes:
        name: of the class.
        images: how many show it.
        right: how many of these were recognised.
        recall: right / images; None without images.
        precision: right / all that were taken for it; None if none was.
    """

    name: str
    images: int
    right: int
    recall: float | None
    precision: float | None


def per_class(matrix: np.ndarray, names: tuple[str, ...]) -> list[ClassResult]:
    """From a confusion matrix (C, C), a row for each true class.

    >>> per_class(np.array([[3, 1], [0, 0]]), ("cat", "dog"))[0].recall
    0.75
    """
    seen, taken = matrix.sum(axis=1), matrix.sum(axis=0)
    return [
        ClassResult(
            name,
            int(seen[i]),
            int(matrix[i, i]),
            float(matrix[i, i] / seen[i]) if seen[i] else None,
            float(matrix[i, i] / taken[i]) if taken[i] else None,
        )
        for i, name in enumerate(names)
    ]


def assess(
    run: Run, data: str | None = None, data_dir: Any = None
) -> tuple[dict[str, Any], np.ndarray]:
    """What a run's network makes of held-out images: numbers for JSON, and the confusion matrix.

    Raises:
        ValueError: images that are not for this network; scores that are not finite.
        OSError: images that are not there.
    """
    from .viz import confusion_matrix

    images = run.images(data, data_dir)
    scores = evaluate(run.model, run.inputs(images, images.test_images))
    if not np.isfinite(scores).all():
        raise ValueError("the network's scores are not finite; the weights may be damaged")
    matrix = confusion_matrix(images.test_labels, scores.argmax(axis=1), len(images.class_names))
    loss, accuracy = loss_and_accuracy(scores, images.test_labels)
    numbers = {
        "data": images.name,
        "images": len(scores),
        "accuracy": accuracy,
        "loss": loss,
        "classes": [asdict(row) for row in per_class(matrix, images.class_names)],
        "confusion": matrix.tolist(),
    }
    return numbers, matrix


def run(options: Any) -> int:
    """The command."""
    from . import viz

    trained = load_run(options.folder)
    folder = trained.folder if options.out is None else Path(options.out)
    check_writable(folder)
    numbers, matrix = assess(trained, options.data, options.data_dir)
    name = f"eval-{numbers['data']}"
    with replacing(folder / f"{name}.json") as file:
        file.write(json.dumps(numbers, indent=2).encode() + b"\n")
    labels = [row["name"] for row in numbers["classes"]]
    files = [
        viz.save_figure(viz.confusion(matrix, labels), folder / f"{name}.png"),
        folder / f"{name}.json",
    ]
    if folder == trained.folder:
        files.append(write_report(folder))
    if options.json:
        paths = [str(path) for path in files]
        print(json.dumps({"run": str(options.folder), **numbers, "files": paths}, indent=2))
        return 0
    if not options.quiet:
        print(_table(numbers["classes"]), end="\n\n")
    print(
        f"accuracy {numbers['accuracy']:.2%} on {numbers['images']:,} held-out images of "
        f"{numbers['data']}, loss {numbers['loss']:.4f}"
    )
    if not options.quiet:
        print("written:", *(f"  {path}" for path in files), sep="\n")
    return 0


def _table(rows: list[dict[str, Any]]) -> str:
    width = max(5, *(len(row["name"]) for row in rows))
    lines = [f"{'class':<{width}}  images  right  recall  precision"]
    for row in rows:
        recall, precision = (
            "-" if row[name] is None else f"{row[name]:.1%}" for name in ("recall", "precision")
        )
        lines.append(
            f"{row['name']:<{width}}  {row['images']:>6,}  {row['right']:>5,}  {recall:>6}  "
            f"{precision:>9}"
        )
    return "\n".join(lines)
