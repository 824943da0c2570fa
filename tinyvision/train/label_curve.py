"""What pre-training buys: held-out accuracy against the number of labels.

Which runs that takes, and why they are a fair comparison, is in `curve_runs.py`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import data
from ..interrupt import Interrupted
from ..models import MAE
from ..report import write_report
from ..terminal import Steady
from .curve_points import CurvePoints
from .curve_runs import METHODS, SCRATCH, TUNING_SEEDS, CurveRuns
from .few_labels import few_labels
from .finetuning import DEFAULTS, FEW, FINETUNING
from .pretraining import load_pretrained
from .report import check_writable
from .run import count, images_checksum


@dataclass(frozen=True)
class LabelCurve:
    """What was measured, and the files that hold it."""

    summary: dict[str, Any]
    files: list[Path]


def label_curve(
    pretrained: str | os.PathLike[str],
    *,
    labels: Sequence[int] = (1, 2, 5, 10, 20, 50, 100),
    seeds: int = 5,
    out: str | os.PathLike[str] | None = None,
    data_dir: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    tuning_seeds: Sequence[int] = TUNING_SEEDS,
    pictures: bool = True,
    stream: Any = None,
    **options: Any,
) -> LabelCurve:
    """Measure accuracy against the number of labels, and draw it.

    Each finished point is on the disk. Called again with the same folder it goes on where it was,
    killed or not; more labels or more seeds than before add the points that are missing.

    Args:
        pretrained: the folder that :func:`pretrain` wrote.
        labels: how many labelled images a class, in any order.
        seeds: how many; each draws other images, another order, and another network to begin with.
        out: where `label-curve.json`, `.csv` and `.png` go; beside the weights if not given.
        data_dir: where the data sets are.
        overwrite: throw away the points that are there.
        tuning_seeds: by which the recipe for training from scratch is chosen; none below ``seeds``.
        pictures: whether to draw the curve.
        stream: where to print; standard output if not given.
        options: of :class:`Recipe`, where fine-tuning should differ from that for the data.

    Raises:
        ValueError: an option out of range, more labels than there are, points in the folder that
            were measured otherwise, a damaged file.
        OSError: no such run, data that are not there, or a folder that cannot be written to.
        Interrupted: Control-C was pressed; called again it goes on.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), appendix A, for
    fine-tuning and probing.
    """
    stream = Steady(sys.stdout) if stream is None else stream
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    if not tuning_seeds or min(tuning_seeds) < seeds:
        raise ValueError(
            f"tuning_seeds {list(tuning_seeds)} must be other seeds than those reported, 0 to "
            f"{seeds - 1}"
        )
    counts = sorted(set(labels))
    if not counts or counts[0] < 1:
        raise ValueError(f"labels must be numbers of images a class, 1 or more, got {list(labels)}")
    found = load_pretrained(pretrained)
    folder = Path(pretrained if out is None else out)
    check_writable(folder)
    images = data.load_dataset(found.summary["data"], data_dir)
    places = few_labels(images.train_labels, counts[-1], 0)  # are there as many?
    if len(places) == len(images.train_labels):
        raise ValueError(
            f"labels={counts[-1]} a class are all there are: none are left by which to choose a "
            "recipe for training from scratch; give fewer"
        )
    recipe = FINETUNING[images.name].changed(**FEW).changed(**options)
    settings = {
        "data": images.name,
        "images_sha256": images_checksum(images),
        "encoder_sha256": _checksum(found.model),
        "recipe": asdict(recipe),
        **{name: DEFAULTS[name] for name in ("layer_decay", "pool", "label_smoothing")},
        "scratch": [dict(change) for change in SCRATCH],
        "tuning_seeds": list(tuning_seeds),
    }
    points = CurvePoints(folder / "label-curve.json", settings, overwrite)
    runs = CurveRuns(found, images, recipe, points, stream, tuning_seeds)
    try:
        runs.do(counts, seeds)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; {count(len(points.points), 'finished point')} are in {points.path}, and "
            "the same command goes on from there"
        ) from None
    points.save(
        run=str(pretrained),
        note=images.note,
        test_images=len(images.test_images),
        recipes={name: asdict(runs.scratch_recipe(name)) for name in counts},
        command=_command(images.name, counts, seeds, options),
    )
    files = [points.path, points.write_csv(folder / "label-curve.csv")]
    if pictures:
        from .. import viz  # matplotlib takes longer to import than the rest together

        title = f"{images.proper_name}: what pre-training without labels buys"
        figure = viz.label_curve(points.summary(), METHODS, title=title)
        files.append(viz.save_figure(figure, folder / "label-curve.png"))
        files.append(write_report(folder))
    return LabelCurve({"data": images.name, **settings, "summary": points.summary()}, files)


def _checksum(model: MAE) -> str:
    """Of the encoder's weights: points of another one do not belong to the curve."""
    digest = hashlib.sha256()
    for name, tensor in model.encoder_state_dict().items():
        digest.update(name.encode() + np.ascontiguousarray(tensor.numpy()).tobytes())
    return digest.hexdigest()


def _command(name: str, counts: Sequence[int], seeds: int, options: dict[str, Any]) -> str:
    """The words that repeat it."""
    words = ["tinyvision label-curve RUN", f"--labels {','.join(map(str, counts))}"]
    words += [f"--seeds {seeds}", *([] if name == "digits" else ["--data-dir DIR"])]
    words += [
        f"--{key.replace('_', '-')} {value}" for key, value in options.items() if value is not None
    ]
    return " ".join(words)
