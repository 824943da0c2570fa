"""`tinyvision explain`: an answer, and one picture of what it hangs on."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .autograd.tensor import Tensor, from_numpy
from .classify import Classifier, load_classifier, read_image
from .explain import grad_cam, occlusion
from .models import ViT
from .report import write_report
from .runs import load_run

LEAST = 0.01
"""The colours of the occlusion map reach at least so far: one per cent. A network that is as good
as certain loses a few millionths wherever the image is hidden, which is nothing to colour."""

NOTHING = LEAST / 10
"""What is less is as good as invisible in these colours, and the picture says so."""


@dataclass(frozen=True)
class Subject:
    """A network and the image it is asked about.

    Attributes:
        classifier: the network and its classes.
        inputs: the image as it takes it, (1, C, H, W).
        shown: the image as it is drawn, (C, H, W) from 0 to 1.
        name: of the image, for a text.
        stem: the same, for a file.
        truth: the right class, where it is known.
        folder: the run's, or None.
    """

    classifier: Classifier
    inputs: Tensor
    shown: np.ndarray
    name: str
    stem: str
    truth: str | None
    folder: Path | None


def find(options: Any) -> Subject:
    """The network and the image that the options name.

    Raises:
        ValueError: there is no such image in the data, or the network is no classifier.
        OSError: a file is not there.
    """
    path = Path(options.subject)
    if options.index is not None:
        if not path.is_dir():
            raise ValueError(
                f"--index takes an image of a run's data, and {options.subject} is no run's "
                "folder; give --image FILE"
            )
        return _held_out(options)
    if path.is_dir():
        run = load_run(path)
        mean, std = run.statistics(options.data_dir)
        classifier = load_classifier(path / "weights.npz", mean=mean, std=std)
    else:
        classifier = load_classifier(path, labels=options.labels, heads=options.heads)
    image = read_image(options.image)
    return Subject(
        classifier=classifier,
        inputs=classifier.inputs(image),
        shown=classifier.shown(image),
        name=Path(options.image).name,
        stem=Path(options.image).stem,
        truth=None,
        folder=path if path.is_dir() else None,
    )


def _held_out(options: Any) -> Subject:
    run = load_run(options.subject)
    images = run.images(options.data, options.data_dir)
    count = len(images.test_images)
    if options.index >= count:
        raise ValueError(
            f"--index must lie from 0 to {count - 1}, as {images.name} has {count:,} held-out "
            f"images, got {options.index}"
        )
    inputs = run.inputs(images, images.test_images[options.index : options.index + 1])
    mean, std = (np.reshape(values, (-1, 1, 1)) for values in (images.mean, images.std))
    return Subject(
        classifier=replace(run.classifier, labels=list(images.class_names)),
        inputs=from_numpy(inputs),
        shown=np.clip(inputs[0] * std + mean, 0, 1),
        name=f"held-out image {options.index} of {images.name}",
        stem=f"{images.name}-{options.index}",
        truth=images.class_names[images.test_labels[options.index]],
        folder=run.folder,
    )


def class_number(text: str | None, labels: list[str]) -> int | None:
    """A class by its name or else its number.

    Raises:
        ValueError: there is none.

    >>> class_number("dog", ["cat", "dog"]), class_number("0", ["cat", "dog"])
    (1, 0)
    """
    if text is None:
        return None
    if text in labels:
        return labels.index(text)
    if text.isdecimal() and int(text) < len(labels):
        return int(text)
    some = ", ".join(labels[:10]) + (", ..." if len(labels) > 10 else "")
    raise ValueError(f"no class {text!r}; there are {len(labels):,}: {some}")


def figure(subject: Subject, top: list[tuple[str, float]], target: int) -> Any:
    """The image, what reached or spoke for the class, and what hiding parts of it does."""
    from . import viz
    from .viz.attention_weights import attended

    model, inputs = subject.classifier.model, subject.inputs
    name = subject.classifier.labels[target]
    if isinstance(model, ViT):
        layers = [weights[0] for weights in model.attention(inputs)]
        _, patches = attended(viz.attention_rollout(layers), model.grid, None)
        maps = {"attention rollout": patches}
        units = {"attention rollout": "share of what reaches the answer"}
        told = "rollout: what reaches the answer by attention alone, of whatever class"
    else:
        maps = {"Grad-CAM": grad_cam(model, inputs, target)[0]}
        units = {"Grad-CAM": "gradient × map, in units of the score"}
        told = f"Grad-CAM: where the last maps speak for {name}"
    lost = occlusion(model, inputs, target)[0]
    units["occlusion"] = "probability lost"
    found = f"probability of {name} lost where a square is hidden (red), or gained (blue)"
    if np.abs(lost).max() < NOTHING:
        found = (
            f"the squares that hide a place change the probability of {name} by less than "
            f"{NOTHING:.1%}\non average, wherever it is; so that panel stays grey"
        )
    truth = "" if subject.truth is None else f" ({subject.truth})"
    note = f"{subject.name}{truth}\n{told}\nocclusion: {found}"
    hidden = {"occlusion": lost}
    return viz.explanation(subject.shown, maps, top, hidden, note, least=LEAST, units=units)


def run(options: Any) -> int:
    """The command."""
    from . import viz

    subject = find(options)
    labels = subject.classifier.labels
    target = class_number(options.target, labels)
    everything = subject.classifier.probabilities(subject.inputs)
    best = np.argsort(-everything, kind="stable")[: options.top]
    top = [(labels[i], float(everything[i])) for i in best]
    target = int(best[0]) if target is None else target
    out = Path("runs/explain") if subject.folder is None else subject.folder
    path = Path(options.out) if options.out else out / f"explain-{subject.stem}.png"
    viz.save_figure(figure(subject, top, target), path)
    if subject.folder is not None and path.parent == subject.folder:
        write_report(subject.folder)
    if options.json:
        answer = {
            "subject": str(options.subject),
            "image": subject.name,
            "truth": subject.truth,
            "explained": labels[target],
            "top": [{"class": label, "probability": share} for label, share in top],
            "picture": str(path),
        }
        print(json.dumps(answer, indent=2))
    elif options.quiet:
        print(path)
    else:
        truth = "" if subject.truth is None else f", which shows {subject.truth}"
        print(f"{subject.name}{truth}")
        for label, share in top:
            print(f"  {share:7.2%}  {label}")
        print(f"written:\n  {path}")
    return 0
