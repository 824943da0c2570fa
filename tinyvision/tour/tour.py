"""The tour, station by station. Each prints what it found and where it put its pictures."""

from __future__ import annotations

import time
from pathlib import Path

from .. import verify
from ..autograd.tensor import from_numpy
from ..data import load_digits
from ..terminal import can_show
from ..train import LabelCurve, Outcome, Pretrained, label_curve, pretrain, train
from ..train.report import check_writable
from ..verify.gradients import check_layers
from ..verify.listing import run_listing
from .page import Section, write_page

WITHOUT_LABELS = "What pre-training without labels buys"
MAE_EPOCHS = 40  # a third of its recipe's
FEW_LABELS = (1, 5)
FEW_EPOCHS = 2  # of a thousand images each
VIT_EPOCHS = 60  # fewer than its recipe has: a tour should not take long


def run_tour(folder: Path, seed: int = 0) -> int:
    """Go through all stations; 0 if every check agreed, 1 if one did not.

    Args:
        folder: where pictures, weights and the closing page go.
        seed: of the training.

    Raises:
        OSError: the folder cannot be written to.
    """
    started = time.perf_counter()
    check_writable(folder)
    sections: list[Section] = []

    _heading(1, "The article's worked examples, recomputed")
    report = verify.run()
    text = report.to_text(ascii=not can_show("─✓"))
    print(text)
    pictures = verify.pictures(folder)
    sections.append(Section("The article's worked examples, recomputed", text, pictures))

    _heading(2, "Every derivative against central differences")
    text, gradients_agree = _gradients()
    sections.append(Section("Every derivative against central differences", text, []))

    _heading(3, "The article's CNN listing, run as printed")
    text = _listing(seed)
    print(text)
    sections.append(Section("The article's CNN listing, run as printed", text, []))

    _heading(4, "The network learns to read real handwriting")
    outcome = train("cnn", "digits", out=folder / "cnn", seed=seed, overwrite=True)
    sections.append(_training_section(outcome, "The network learns to read real handwriting"))

    _heading(5, "The Vision Transformer reads the same digits")
    transformer = train(
        "vit", "digits", out=folder / "vit", seed=seed, overwrite=True, epochs=VIT_EPOCHS
    )
    text = _comparison(outcome, transformer)
    print(f"\n{text}")
    section = _training_section(transformer, "The Vision Transformer reads the same digits")
    sections.append(Section(section.title, f"{section.text}\n\n{text}", section.pictures))

    _heading(6, WITHOUT_LABELS)
    sections.append(_without_labels(folder / "mae", seed))

    _heading(7, "Where everything is, and what to do next")
    ok = report.ok and gradients_agree
    page = write_page(folder / "index.html", sections)
    print(_closing(folder, page, (outcome, transformer), ok, time.perf_counter() - started))
    return 0 if ok else 1


def _without_labels(folder: Path, seed: int) -> Section:
    """Pre-train, then learn from a handful of labels with and without it."""
    outcome = pretrain(
        "digits", out=folder, seed=seed, overwrite=True, epochs=MAE_EPOCHS, pictures=True
    )
    print()
    curve = label_curve(
        folder, labels=FEW_LABELS, seeds=2, overwrite=True, tuning_seeds=(1000,), epochs=FEW_EPOCHS
    )
    text = _worth(outcome, curve)
    print(f"\n{text}")
    names = ("reconstruction.png", "label-curve.png")
    return Section(WITHOUT_LABELS, text, [folder / name for name in names])


def _worth(outcome: Pretrained, curve: LabelCurve) -> str:
    """What pre-training was good for, in words."""
    rows = curve.summary["summary"]
    mean = {(row["labels"], row["method"]): row["mean"] for row in rows}
    lines = [
        f"  A masked autoencoder saw {len(load_digits('train')[0]):,} digits without their labels, "
        "three quarters of each\n  hidden, and learned to predict what it did not see: squared "
        f"error {outcome.summary['pixel_error']:.4f}, where\n  the mean digit has "
        f"{outcome.summary['mean_image_error']:.4f}. Then with a few labels (mean of two draws of "
        "them):\n"
    ]
    for labels in FEW_LABELS:
        tuned, scratch, pixels = (
            100 * mean[labels, method] for method in ("finetune", "scratch", "pixels")
        )
        lines.append(
            f"  {labels:>3} of each digit: fine-tuned from there it reads {tuned:.1f} % of the "
            f"held-out digits, from\n      scratch {scratch:.1f} %; a linear classifier of the "
            f"bare pixels {pixels:.1f} %"
        )
    lines.append(
        "\n  The network, the images, the number of steps are the same; only the weights it began\n"
        "  with differ. The steps are few: from scratch it has hardly begun, and on images as\n"
        "  small as these bare pixels are hard to beat. tinyvision pretrain and label-curve take\n"
        "  more of them. label-curve.png shows all ways."
    )
    return "\n".join(lines)


def _heading(number: int, title: str) -> None:
    line = f"{number}/7  {title}"
    print(f"\n{line}\n{'=' * len(line)}\n", flush=True)


def _gradients() -> tuple[str, bool]:
    lines, agree = [], True
    for check in check_layers():
        verdict = "ok" if check.ok else "WRONG"
        lines.append(f"  {check.layer:<18} {check.what:<52} {verdict}")
        print(lines[-1], flush=True)
        if check.problem:
            lines.append(f"      {check.problem}")
            print(lines[-1], flush=True)
        agree = agree and check.ok
    lines.append(
        "\n  First and second derivatives, in float64: what a rule gives is compared with\n"
        "  (f(x + h) - f(x - h)) / 2h and may differ by one part in 100,000. For a layer that is\n"
        "  each number of the first derivative; else, derivatives along random directions."
    )
    print(lines[-1])
    return "\n".join(lines), agree


def _listing(seed: int) -> str:
    """Run the listing's class on a few digits; it is untrained, so it guesses."""
    from ..data import to_3x32x32
    from ..ops.chance.random import manual_seed

    manual_seed(seed)
    model = run_listing()()
    images, _ = load_digits("test")
    scores = model(from_numpy(to_3x32x32(images[:4], 16)))
    parameters = sum(p.numel() for p in model.parameters())
    return (
        "  import tinyvision as torch          <- was: import torch\n"
        "  import tinyvision.nn as nn          <- was: import torch.nn as nn\n"
        "  ... and the other lines of section 5.1 as they stand.\n\n"
        f"  {parameters:,} parameters; 4 images of shape (3, 32, 32) give scores of shape "
        f"{scores.shape}\n"
        f"  Untrained, it gives the ten digits scores between {scores.min().item():.3f} and "
        f"{scores.max().item():.3f}: it knows nothing yet."
    )


def _comparison(cnn: Outcome, vit: Outcome) -> str:
    """Which network reads better, in words."""
    counts = [sum(p.numel() for p in outcome.model.parameters()) for outcome in (cnn, vit)]
    return (
        f"  CNN, {counts[0]:,} parameters, {len(cnn.history)} epochs: {cnn.accuracy:.1%} of the "
        f"held-out digits.\n"
        f"  ViT, {counts[1]:,} parameters, {len(vit.history)} epochs: {vit.accuracy:.1%}.\n\n"
        "  A convolution is told that neighbouring pixels belong together, and that a stroke is\n"
        "  the same stroke wherever it stands. A transformer is told neither and has to learn it\n"
        "  all from the images; from 1,438 of them that takes longer. positions.png shows that it\n"
        "  has begun to find out which places are neighbours. With very many images the tables\n"
        "  turn (Dosovitskiy et al., 2021)."
    )


def _training_section(outcome: Outcome, title: str) -> Section:
    lines = [
        f"epoch {e.epoch:>2}   loss {e.train['loss']:.4f}   "
        f"held-out accuracy {e.test['accuracy']:.2%}"
        for e in outcome.history
    ]
    pictures = [path for path in outcome.files if path.suffix == ".png"]
    return Section(title, "\n".join(lines), pictures)


def _closing(
    folder: Path, page: Path, outcomes: tuple[Outcome, Outcome], ok: bool, seconds: float
) -> str:
    cnn, vit = outcomes
    return "\n".join(
        [
            f"  All of it on one page   {page}",
            f"  Pictures                {folder}/*.png, and in its folders cnn, vit, mae",
            f"  Trained weights         {folder / 'cnn' / 'weights.npz'}, vit/weights.npz",
            "  Numbers                 metrics.json and metrics.csv beside them",
            "",
            f"  {'Every check agreed.' if ok else 'A CHECK FAILED: see above.'} "
            f"Of the held-out digits the CNN reads {cnn.accuracy:.1%}, the ViT "
            f"{vit.accuracy:.1%}. {seconds:.0f} s.",
            "",
            "  Next:",
            "    tinyvision train cnn --data fashion-mnist --data-dir DIR    other images",
            f"    tinyvision finetune {folder / 'mae'}",
            f"    tinyvision classify {folder / 'vit' / 'weights.npz'} IMAGE...",
            "    tinyvision classify WEIGHTS IMAGE...                        published weights",
            "    tinyvision verify --json                                    the errata as data",
            "    tinyvision/ops/convolution/correlate.py                     convolution, from the",
            "                                                                formula to the code",
        ]
    )
