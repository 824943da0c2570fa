"""What pre-training without labels buys on Fashion-MNIST.

    python -m experiments.fashion_mnist --data-dir DIR

pre-trains a masked autoencoder on the 60,000 training images without their labels; then, with 10
labels a class, fine-tunes it, probes it, and trains the same network from scratch, five times over.
The recipes are tinyvision's own: it is `tinyvision pretrain --data fashion-mnist` and then
`tinyvision label-curve RUN --labels 10 --seeds 5`. What must come out is checked: exit code 1 if
it does not.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from tinyvision.ending import ended
from tinyvision.files import replacing
from tinyvision.threads import get_num_threads
from tinyvision.train import label_curve, pretrain
from tinyvision.usage import Parser, positive_int

MARKS = (
    ("fine-tuned over from scratch", "finetune", "scratch", 5.0),
    ("probe over the probe of a random encoder", "probe", "random", 5.0),
)
"""What is to be better than what, by how many points at least."""


def main(argv: list[str] | None = None) -> int:
    """Run it; an error is told in one line, and is exit code 2."""
    return ended("python -m experiments.fashion_mnist", lambda: run(argv))


def run(argv: list[str] | None = None) -> int:
    """Pre-train, measure, print, save; 1 if a mark is missed."""
    parser = Parser(prog="python -m experiments.fashion_mnist", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", help="the folder that holds fashion-mnist/")
    parser.add_argument("--out", type=Path, default=Path("runs/fashion-mnist"), help="a folder")
    parser.add_argument("--labels", type=positive_int, default=10, help="a class; 10 if not given")
    parser.add_argument("--seeds", type=positive_int, default=5, help="5 if not given")
    parser.add_argument(
        "--epochs", type=positive_int, help="of pre-training; the recipe's if not given"
    )
    options = parser.parse_args(argv)

    started = time.perf_counter()
    folder = options.out / "mae"
    print(f"{get_num_threads()} threads\n", flush=True)
    pretrained = pretrain(
        "fashion-mnist", data_dir=options.data_dir, out=folder, resume=True, epochs=options.epochs
    )
    print()
    curve = label_curve(
        folder, labels=[options.labels], seeds=options.seeds, out=options.out,
        data_dir=options.data_dir,
    )  # fmt: skip
    rows = {row["method"]: row for row in curve.summary["summary"]}
    content = json.loads((options.out / "label-curve.json").read_text())
    seconds = {
        "pre-training": pretrained.summary["seconds"],
        "choosing a recipe for scratch": sum(row["seconds"] for row in content["tuning"]),
        "measuring": sum(row["seconds"] for row in content["points"]),
        "this call": time.perf_counter() - started,
    }
    marks = [_mark(rows, *mark) for mark in MARKS]
    result = {
        "labels_a_class": options.labels,
        "seeds": options.seeds,
        "pre-training": {
            name: pretrained.summary[name]
            for name in ("recipe", "mask_ratio", "norm_pix", "pixel_error", "mean_image_error")
        },
        "accuracy": curve.summary["summary"],
        "marks": marks,
        "threads": get_num_threads(),
        "seconds": seconds,
    }
    with replacing(options.out / "experiment.json") as file:
        file.write(json.dumps(result, indent=2).encode() + b"\n")
    print(f"\n{report(result)}\n")
    print("written:", options.out / "experiment.json", *curve.files, *pretrained.files, sep="\n  ")
    return 0 if all(mark["reached"] for mark in marks) else 1


def _mark(
    rows: dict[str, dict[str, Any]], what: str, better: str, worse: str, least: float
) -> dict[str, Any]:
    points = 100 * (rows[better]["mean"] - rows[worse]["mean"])
    return {"what": what, "points": points, "least": least, "reached": bool(points >= least)}


def report(result: dict[str, Any]) -> str:
    """What was found, in words."""
    from tinyvision.train.curve_runs import METHODS

    pre, lines = result["pre-training"], []
    lines.append(
        f"squared error on removed patches: {pre['pixel_error']:.4f}; the mean image: "
        f"{pre['mean_image_error']:.4f}"
    )
    lines.append(f"held-out accuracy with {result['labels_a_class']} labels a class:")
    for row in sorted(result["accuracy"], key=lambda row: -row["mean"]):
        spread = "" if row["std"] is None else f" +- {100 * row['std']:.2f}"
        lines.append(
            f"  {METHODS[row['method']]:<26} {100 * row['mean']:5.2f} %{spread}, {row['seeds']} "
            f"seeds, {100 * row['least']:.2f} to {100 * row['most']:.2f}"
        )
    for mark in result["marks"]:
        verdict = "held" if mark["reached"] else "MISSED"
        lines.append(
            f"{mark['what']}: {mark['points']:+.2f} points (least {mark['least']:.0f}, {verdict})"
        )
    times = ", ".join(f"{name} {value / 60:.1f} min" for name, value in result["seconds"].items())
    lines.append(f"{times}; {result['threads']} threads")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
