"""The article's CNN at 3 x 32 x 32, batch 64, float32: training steps and inference."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

import tinyvision as tv

from .race import Contest

BATCH, RATE, MOMENTUM = 64, 0.01, 0.9


def torch_cnn() -> torch.nn.Module:
    """The article's network in PyTorch."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(2048, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def data() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Images, labels, and the weights all contenders start from."""
    rng = np.random.default_rng(0)
    images = rng.standard_normal((BATCH, 3, 32, 32), dtype=np.float32)
    torch.manual_seed(0)
    weights = [p.detach().numpy().copy() for p in torch_cnn().parameters()]
    return images, rng.integers(0, 10, BATCH), weights


def ours(weights: list[np.ndarray]) -> tv.nn.Module:
    model = tv.models.CNN()
    model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
    return model


def theirs(weights: list[np.ndarray]) -> torch.nn.Module:
    model = torch_cnn()
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.data = torch.tensor(weight)
    return model


def stepper(library, model, images, labels) -> Callable[[], object]:
    """One step of SGD with momentum; returns the loss before it."""
    optimizer = library.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)

    def step() -> object:
        loss = library.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def step(peers: bool = True) -> Contest:
    """A training step: forward, backward, SGD with momentum."""
    images, labels, weights = data()
    channels_last = theirs(weights).to(memory_format=torch.channels_last)
    contenders = {
        "tinyvision": stepper(tv, ours(weights), tv.tensor(images), tv.tensor(labels)),
        "torch": stepper(torch, theirs(weights), torch.tensor(images), torch.tensor(labels)),
        "torch channels_last": stepper(
            torch,
            channels_last,
            torch.tensor(images).to(memory_format=torch.channels_last),
            torch.tensor(labels),
        ),
        "bare matrix products": bare_products(weights),
    }
    if peers:
        from . import peers as others

        contenders |= others.cnn_steppers(images, labels, weights, RATE, MOMENTUM)
    return Contest("CNN training step", contenders, unchecked=("bare matrix products",))


def inference() -> Contest:
    """The scores of a batch, nothing recorded."""
    images, _, weights = data()
    here, there, last = ours(weights).eval(), theirs(weights).eval(), theirs(weights).eval()
    last = last.to(memory_format=torch.channels_last)
    x, y = tv.tensor(images), torch.tensor(images)
    z = y.to(memory_format=torch.channels_last)

    def run_ours() -> object:
        with tv.inference_mode():
            return here(x)

    def run(model, batch) -> Callable[[], object]:
        def run_theirs() -> object:
            with torch.inference_mode():
                return model(batch)

        return run_theirs

    return Contest(
        "CNN inference",
        {"tinyvision": run_ours, "torch": run(there, y), "torch channels_last": run(last, z)},
    )


def bare_products(weights: list[np.ndarray]) -> Callable[[], object]:
    """The matrix products of a step and nothing else, each issued whole: a mark to measure by."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape, dtype=np.float32)

    pixels1, pixels2 = BATCH * 1024, BATCH * 256
    pairs = [
        (drawn(pixels1, 27), drawn(27, 16)),  # first convolution
        (drawn(27, pixels1), drawn(pixels1, 16)),  # gradient of its kernel
        (drawn(pixels2, 144), drawn(144, 32)),  # second convolution
        (drawn(144, pixels2), drawn(pixels2, 32)),  # gradient of its kernel
        (drawn(pixels2, 288), drawn(288, 16)),  # gradient of its image
    ]
    for outputs, inputs in ((120, 2048), (84, 120), (10, 84)):
        pairs += [
            (drawn(BATCH, inputs), drawn(inputs, outputs)),
            (drawn(BATCH, outputs), drawn(outputs, inputs)),
            (drawn(outputs, BATCH), drawn(BATCH, inputs)),
        ]
    answers = [np.empty((a.shape[0], b.shape[1]), np.float32) for a, b in pairs]

    def products() -> object:
        for (a, b), out in zip(pairs, answers, strict=True):
            np.matmul(a, b, out=out)
        return 0.0

    return products
