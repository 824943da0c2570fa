"""The hot operations alone, forward and backward, in the shapes the two networks use them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

import tinyvision as tv

from .race import Contest

SHAPES = {
    "image": (64, 3, 32, 32),
    "first": (64, 16, 32, 32),
    "second": (64, 16, 16, 16),
    "tokens": (64, 65, 128),
    "hidden": (64, 65, 256),
    "heads": (64, 4, 65, 32),
    "scores": (64, 4, 65, 65),
}

# What is called with (library's functional module, x, *weights), and the weights' shapes.
OPERATIONS: dict[str, tuple[str, Callable, list[tuple[int, ...]]]] = {
    "conv2d 3 to 16": (
        "image",
        lambda f, x, w, b: f.conv2d(x, w, b, padding=1),
        [(16, 3, 3, 3), (16,)],
    ),
    "conv2d 16 to 32": (
        "second",
        lambda f, x, w, b: f.conv2d(x, w, b, padding=1),
        [(32, 16, 3, 3), (32,)],
    ),
    "max_pool2d": ("first", lambda f, x: f.max_pool2d(x, 2), []),
    "relu": ("first", lambda f, x: f.relu(x), []),
    "batch_norm": (
        "first",
        lambda f, x, w, b: f.batch_norm(x, None, None, w, b, training=True),
        [(16,), (16,)],
    ),
    "linear": ("tokens", lambda f, x, w, b: f.linear(x, w, b), [(256, 128), (256,)]),
    "layer_norm": ("tokens", lambda f, x, w, b: f.layer_norm(x, (128,), w, b), [(128,), (128,)]),
    "gelu": ("hidden", lambda f, x: f.gelu(x), []),
    "softmax": ("scores", lambda f, x: f.softmax(x, -1), []),
    "attention": (
        "heads",
        lambda f, q, k, v: f.scaled_dot_product_attention(q, k, v),
        [(64, 4, 65, 32), (64, 4, 65, 32)],
    ),
}


def contests() -> Iterator[Contest]:
    """A contest for each operation: forward, and the gradients of all its inputs."""
    rng = np.random.default_rng(0)
    for name, (shape, function, others) in OPERATIONS.items():
        arrays = [rng.standard_normal(each, dtype=np.float32) for each in (SHAPES[shape], *others)]
        yield Contest(
            name,
            {
                "tinyvision": both_ways(tv, function, arrays),
                "torch": both_ways(torch, function, arrays),
            },
            tolerance=1e-3,
        )


def both_ways(library, function: Callable, arrays: list[np.ndarray]) -> Callable[[], object]:
    """Forward and backward, from a gradient of ones; returns the gradient of the first input."""
    inputs = [library.tensor(array).requires_grad_() for array in arrays]
    start = library.ones_like(function(library.nn.functional, *inputs).detach())

    def run() -> object:
        out = function(library.nn.functional, *inputs)
        return library.autograd.grad(out, inputs, start)[0]

    return run
