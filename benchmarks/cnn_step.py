"""One training step of the article's CNN, here and in PyTorch, one thread each.

Both sides start from the same weights and see the same images; the losses are compared first. Then
steps are timed in turn, ours, theirs, ours, theirs, by the processor time of this process, which
other work on the machine disturbs least. What counts is the ratio.

    python benchmarks/cnn_step.py [--pairs 20] [--batch 64]

Needs `pip install torch==2.13.0`.
"""

import argparse
import os
import statistics
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported

import numpy as np
import torch

import tinyvision as tv


def torch_cnn() -> torch.nn.Module:
    """The article's network in PyTorch."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(2048, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def stepper(library, model, images, labels):
    """A function that makes one step of SGD with momentum and returns the loss."""
    optimizer = library.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> float:
        loss = library.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    images = rng.standard_normal((options.batch, 3, 32, 32), dtype=np.float32)
    labels = rng.integers(0, 10, options.batch)
    theirs = torch_cnn()
    ours = tv.models.CNN()
    weights = [parameter.detach().numpy().copy() for parameter in theirs.parameters()]
    ours.load_state_dict(dict(zip(ours.state_dict(), weights, strict=True)))
    steps = {
        "tinyvision": stepper(tv, ours, tv.tensor(images), tv.tensor(labels)),
        "torch": stepper(torch, theirs, torch.tensor(images), torch.tensor(labels)),
    }
    for _ in range(3):  # both warm up, and must agree
        losses = {name: step() for name, step in steps.items()}
        if abs(losses["tinyvision"] - losses["torch"]) > 1e-4:
            raise SystemExit(f"the two do not compute the same: {losses}")
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(options.pairs):
        for name, step in steps.items():
            started = time.process_time()
            step()
            times[name].append(time.process_time() - started)
    for name, taken in times.items():
        low, middle, high = min(taken), statistics.median(taken), max(taken)
        print(f"{name:<12} median {middle * 1e3:6.1f} ms  ({low * 1e3:.1f} to {high * 1e3:.1f})")
    ratios = [a / b for a, b in zip(times["tinyvision"], times["torch"], strict=True)]
    print(f"tinyvision / torch: median of {options.pairs} pairs {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
