"""The article's CNN and a Vision Transformer on CIFAR-10, with the same budget.

    python -m experiments.cifar10 --data-dir DIR

The budget is multiply-adds on the way forward, of one image times the images that are seen; how
long each took is measured and printed beside it. Both see the same images with the same changes,
shifted and mirrored at random, and each is trained by its own recipe: the ViT for as many epochs as
that has, the CNN for as many as cost the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import tinyvision as tv
from tinyvision.ending import ended
from tinyvision.files import replacing
from tinyvision.train import NETWORKS, train
from tinyvision.usage import Parser, natural_int, positive_int
from tinyvision.viz.curves import spread
from tinyvision.viz.style import OKABE_ITO, new_figure, panel, style, write

NAMES = {"cnn": "the article's CNN", "vit": "Vision Transformer"}
LINES: dict[str, dict[str, Any]] = {
    "cnn": {"color": OKABE_ITO["blue"], "marker": "o", "linestyle": "-"},
    "vit": {"color": OKABE_ITO["vermillion"], "marker": "s", "linestyle": "--"},
}


def main(argv: list[str] | None = None) -> int:
    """Run it; an error is told in one line, and is exit code 2."""
    return ended("python -m experiments.cifar10", lambda: run(argv))


def run(argv: list[str] | None = None) -> int:
    """Train both, print who wins, draw both curves."""
    parser = Parser(prog="python -m experiments.cifar10", description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", help="the folder that holds cifar-10-batches-bin/")
    parser.add_argument("--out", type=Path, default=Path("runs/cifar10"), help="a folder")
    parser.add_argument("--epochs", type=positive_int, help="of the ViT; its recipe's if not given")
    parser.add_argument("--seed", type=natural_int, default=0, help="0 if not given")
    options = parser.parse_args(argv)

    images = tv.data.load_dataset("cifar10", options.data_dir)
    costs = {name: cost(name, images) for name in NAMES}
    epochs = {"vit": options.epochs or NETWORKS["vit"].recipes["cifar10"].epochs}
    epochs["cnn"] = max(1, round(epochs["vit"] * costs["vit"] / costs["cnn"]))
    change = {name: NETWORKS["vit"].recipes["cifar10"].__dict__[name] for name in ("shift", "flip")}
    results = {}
    for name, title in NAMES.items():
        outcome = train(
            name, "cifar10", data_dir=options.data_dir, out=options.out / name, resume=True,
            seed=options.seed, epochs=epochs[name], **change,
        )  # fmt: skip
        results[name] = {
            "title": title,
            "parameters": sum(p.numel() for p in outcome.model.parameters()),
            "multiply_adds_an_image": costs[name],
            "epochs": epochs[name],
            "images": len(images.train_images),
            "budget": costs[name] * epochs[name] * len(images.train_images),
            "seconds": outcome.summary["seconds"],
            "accuracy": [epoch.test["accuracy"] for epoch in outcome.history],
            "train_accuracy": [epoch.train["accuracy"] for epoch in outcome.history],
        }
        print()
    options.out.mkdir(parents=True, exist_ok=True)
    with replacing(options.out / "cifar10.json") as file:
        file.write(json.dumps({"seed": options.seed, "networks": results}, indent=2).encode())
    picture = tv.viz.save_figure(draw(results), options.out / "cifar10.png")
    print(report(results))
    print("\nwritten:", options.out / "cifar10.json", picture, sep="\n  ")
    return 0


def cost(name: str, images: Any) -> int:
    """Multiply-adds of one image on the way forward, counted as they happen."""
    model = NETWORKS[name].build(images)
    inputs = NETWORKS[name].prepare(images)(images.test_images[:1])
    with tv.utils.count_multiply_adds() as counted:
        model(tv.tensor(inputs))
    return counted.total


def report(results: dict[str, Any]) -> str:
    """Who wins, in words."""
    lines = [
        f"{row['title']}: {row['accuracy'][-1]:.2%} of the held-out images, "
        f"{row['train_accuracy'][-1]:.2%} of the training images as they passed; "
        f"{row['parameters']:,} parameters, {row['multiply_adds_an_image']:,} multiply-adds an "
        f"image x {row['images']:,} images x {row['epochs']} epochs = {row['budget']:.3g}; "
        f"{row['seconds']:.0f} s"
        for row in results.values()
    ]
    best, other = sorted(results.values(), key=lambda row: -row["accuracy"][-1])
    points = 100 * (best["accuracy"][-1] - other["accuracy"][-1])
    lines.append(
        f"With the same multiply-adds, {best['title']} wins by {points:.1f} points (one seed)."
    )
    return "\n".join(lines)


@style()
def draw(results: dict[str, Any]) -> Any:
    """Held-out accuracy against what was spent, one line a network."""
    figure = new_figure(8.2, 4.8)
    axes = panel(figure, left=0.9, top=0.6, width=5.0, height=3.3)
    ends = []
    for name, row in results.items():
        accuracy = 100 * np.array(row["accuracy"])
        spent = row["multiply_adds_an_image"] * row["images"] * np.arange(1, len(accuracy) + 1)
        every = max(1, len(accuracy) // 20)
        axes.plot(spent / 1e12, accuracy, markevery=every, **LINES[name])
        ends.append(float(accuracy[-1]))
    low, high = axes.get_ylim()
    heights = spread([(end - low) / (high - low) for end in ends], gap=0.15)
    for (name, row), end, height in zip(results.items(), ends, heights, strict=True):
        axes.text(
            1.03, height, f"{row['title']}\n{end:.1f} %, {row['seconds']:.0f} s",
            color=LINES[name]["color"], transform=axes.transAxes, va="center",
        )  # fmt: skip
    axes.set_xlim(left=0)
    axes.grid(axis="y")
    axes.set_xlabel("multiply-adds spent on the way forward (million millions)")
    axes.set_ylabel("held-out accuracy (% of the images)")
    images = next(iter(results.values()))["images"]
    write(figure, 0.1, 0.12, f"CIFAR-10, {images:,} training images: the same budget", size=12)
    return figure


if __name__ == "__main__":
    sys.exit(main())
