"""What a layer's case is made of: how it is made and called, what it must look like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import nn
from ..autograd.tensor import Tensor, tensor

IMAGES = (4, 4, 7, 6)  # (N, C, H, W)
ROWS = (4, 3)  # (N, features)
WORDS = (4, 5, 6)  # (N, words, features)

LABELS = np.array([2, 0, 1, 2])
ANSWERS = np.linspace(0.1, 0.9, 12).reshape(4, 3)


def _called(layer: nn.Module, *arguments: Tensor) -> Tensor:
    return layer(*arguments)


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        make: makes it anew.
        shape: that of an input, the batch first.
        shown: its repr; of one that has parts, the first line.
        saved: names and shapes of its state_dict, in order.
        target: what a loss compares with.
        numbers: the input itself, where it holds integers.
        call: calls the layer, where that takes more than `layer(input, target)`; one tensor.
        random: whether it draws numbers.
    """

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]
    shown: str
    saved: dict[str, tuple[int, ...]] = field(default_factory=dict)
    target: np.ndarray | None = None
    numbers: np.ndarray | None = None
    call: Callable[..., Tensor] = _called
    random: bool = False

    @property
    def type(self) -> type:
        return type(self.make())

    @property
    def name(self) -> str:
        return self.type.__name__

    def inputs(
        self, batch: int | None = None, dtype: Any = np.float32, seed: int = 0
    ) -> list[Tensor]:
        """An input whose gradient is wanted if it can be, and the target if it is a loss."""
        count = self.shape[0] if batch is None else batch
        if self.numbers is not None:
            return [tensor(self.numbers[:count])]
        drawn = np.random.default_rng(seed).normal(0.0, 1.5, self.shape)[:count]
        arguments = [tensor(drawn.astype(dtype), requires_grad=True)]
        if self.target is not None:
            target = self.target[:count]
            arguments.append(tensor(target if target.dtype.kind == "i" else target.astype(dtype)))
        return arguments

    def function_of_parameters(self, seed: int = 0) -> tuple[Callable[..., Tensor], list[Tensor]]:
        """The layer in float64 as a function of its input and all parameters, and these."""
        module, arguments = self.make().double(), self.inputs(dtype=np.float64, seed=seed)
        places = [
            (part._parameters, name)
            for part in module.modules()
            for name, parameter in part._parameters.items()
            if parameter is not None
        ]
        values = [parameters[name].detach().requires_grad_() for parameters, name in places]

        def function(x: Tensor, *values: Tensor) -> Tensor:
            for (parameters, name), value in zip(places, values, strict=True):
                parameters[name] = value  # past the check for nn.Parameter
            return self.call(module, x, *arguments[1:])

        return function, [arguments[0], *values]
