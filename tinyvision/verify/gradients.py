"""A gradient check of each layer of the article's CNN, and of the whole network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .. import nn
from ..autograd import gradcheck, gradgradcheck
from ..autograd.gradcheck import GradcheckError
from ..autograd.tensor import Tensor, tensor
from ..models import CNN

F = nn.functional


@dataclass(frozen=True)
class GradientCheck:
    """One layer's result; `problem` is empty where both orders agree."""

    layer: str
    what: str
    seconds: float
    problem: str

    @property
    def ok(self) -> bool:
        """Whether first and second derivatives agree with central differences."""
        return not self.problem


def check_layers(seed: int = 0) -> Iterator[GradientCheck]:
    """Check first and second derivatives of each layer in float64, against central differences."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> Tensor:
        return tensor(rng.standard_normal(shape), requires_grad=True)

    labels = tensor([0, 4, 2])
    cases: list[tuple[str, str, Callable, list[Tensor]]] = [
        (
            "Conv2d",
            "2 → 3 channels, 3×2 kernel, stride 2×1, padding 1",
            lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=1),
            [draw(2, 2, 5, 4), draw(3, 2, 3, 2), draw(3)],
        ),
        ("MaxPool2d", "2×2 windows", lambda x: F.max_pool2d(x, 2), [draw(2, 2, 4, 6)]),
        ("ReLU", "12 numbers", F.relu, [draw(3, 4)]),
        ("Linear", "5 → 3", F.linear, [draw(4, 5), draw(3, 5), draw(3)]),
        ("CrossEntropyLoss", "3 × 5 scores", lambda s: F.cross_entropy(s, labels), [draw(3, 5)]),
    ]
    for layer, what, function, inputs in cases:
        yield _timed(layer, what, function, inputs, fast=False)
    yield _whole_network(rng)


def _whole_network(rng: np.random.Generator) -> GradientCheck:
    """The loss of the article's CNN in all its parameters at once, along random directions."""
    model = CNN().double()
    images = tensor(rng.standard_normal((2, 3, 32, 32)))
    labels = tensor([3, 7])
    parameters = list(model.parameters())

    def loss(*values: Tensor) -> Tensor:
        w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = values
        x = F.max_pool2d(F.relu(F.conv2d(images, w1, b1, padding=1)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, w2, b2, padding=1)), 2).flatten(1)
        x = F.relu(F.linear(F.relu(F.linear(x, w3, b3)), w4, b4))
        return F.cross_entropy(F.linear(x, w5, b5), labels)

    count = sum(parameter.numel() for parameter in parameters)
    inputs = [tensor(p.detach(), requires_grad=True) for p in parameters]
    return _timed("the article's CNN", f"its loss in {count:,} parameters", loss, inputs, fast=True)


def _timed(
    layer: str, what: str, function: Callable, inputs: list[Tensor], fast: bool
) -> GradientCheck:
    started = time.perf_counter()
    problem = ""
    try:
        gradcheck(function, inputs, fast_mode=fast)
        gradgradcheck(function, inputs, fast_mode=True)
    except GradcheckError as error:
        problem = str(error)
    return GradientCheck(layer, what, time.perf_counter() - started, problem)
