"""What a network is made of: each layer's output, parameters, multiply-adds and memory.

Nothing is computed from formulas of layers: the network is run once, and the operations that it
really does are counted (:mod:`tinyvision.ops.multiply_adds`), as are the arrays that they keep.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.modes import enable_grad
from ..autograd.tensor import Tensor
from ..nn.module import Module
from ..ops.chance.random import get_rng_state, set_rng_state
from ..ops.shapes.create import zeros
from .recorder import Recorder, Row, Shape
from .summary_text import in_bytes, in_words, table


@dataclass(frozen=True)
class Summary:
    """What :func:`summary` found. ``str()`` of it is a table.

    Attributes:
        input_shape: what the network was run on.
        input_bytes: how much memory that takes.
        rows: the network, and each call of each layer in the order they happened.
        by_operation: multiply-adds by operation; they add up to ``multiply_adds``.
        parameters: how many numbers are learned.
        parameter_bytes: how much memory they take.
    """

    input_shape: Shape
    input_bytes: int
    rows: tuple[Row, ...]
    by_operation: dict[str, int]
    parameters: int
    parameter_bytes: int

    @property
    def multiply_adds(self) -> int:
        """Of the whole network."""
        return self.rows[0].multiply_adds

    @property
    def kept(self) -> int:
        """Bytes that the whole network keeps for the way back: the memory of its activations."""
        return self.rows[0].kept

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "input_shape": list(self.input_shape),
            "parameters": self.parameters,
            "parameter_bytes": self.parameter_bytes,
            "multiply_adds": self.multiply_adds,
            "by_operation": self.by_operation,
            "activation_bytes": self.kept,
            "layers": [row.as_dict() for row in self.rows],
        }

    def __str__(self) -> str:
        return "\n".join([*table(self.rows), *self._totals()])

    def _totals(self) -> list[str]:
        parts = [f"  {name}  {in_words(count)}" for name, count in self.by_operation.items()]
        return [
            f"multiply-adds  {in_words(self.multiply_adds)}",
            *parts,
            f"parameters  {self.parameters:,}, {in_bytes(self.parameter_bytes)}",
            f"kept for the way back  {in_bytes(self.kept)}, beside the parameters and the input of "
            f"{in_bytes(self.input_bytes)}",
        ]


def summary(model: Module, input_shape: Any) -> Summary:
    """Run a network once and say of each layer what it gave, learns, computes and keeps.

    It runs on zeros, in evaluation mode, and recorded, as one step of training would be. Its mode,
    its gradients and the random numbers that follow are afterwards what they were.

    Args:
        model: the network.
        input_shape: of the batch, like (1, 3, 32, 32); or a tensor to run it on.

    Raises:
        TypeError: not a module, or not a shape.
        ValueError: a size is negative; whatever the network refuses.

    >>> import tinyvision as tv
    >>> found = tv.utils.summary(tv.models.CNN(), (1, 3, 32, 32))
    >>> found.parameters, found.multiply_adds
    (261982, 1878696)
    >>> print(tv.utils.summary(tv.nn.Sequential(tv.nn.Linear(3, 4), tv.nn.ReLU()), (2, 3)))
    layer                 output  parameters  multiply-adds  keeps
    --------------------------------------------------------------
    Sequential            (2, 4)          16             24   32 B
      0 Linear            (2, 4)          16             24    0 B
      1 ReLU              (2, 4)           0              0   32 B
    --------------------------------------------------------------
    multiply-adds  24
      linear  24
    parameters  16, 64 B
    kept for the way back  32 B, beside the parameters and the input of 24 B
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary takes a module (nn.Module), got {type(model).__name__}")
    inputs = _inputs(model, input_shape)
    recorder = Recorder(model, inputs)
    modes = [(module, module.training) for module in model.modules()]
    random_state = get_rng_state()
    model.eval()
    try:
        with ExitStack() as stack:
            recorder.listen(stack)
            stack.enter_context(enable_grad())
            model(inputs)
    finally:
        for module, mode in modes:
            module.training = mode
        set_rng_state(random_state)
    root = recorder.root
    return Summary(
        input_shape=inputs.shape,
        input_bytes=inputs._array.nbytes,
        rows=tuple(root.rows(0, "")),
        by_operation=dict(root.all_products().most_common()),
        parameters=sum(p.numel() for p in model.parameters()),
        parameter_bytes=sum(p._array.nbytes for p in model.parameters()),
    )


def _inputs(model: Module, given: Any) -> Tensor:
    if isinstance(given, Tensor):
        return given
    sizes = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in sizes):
        raise TypeError(
            f"input_shape must be whole numbers like (1, 3, 32, 32), or a tensor, got {given!r}"
        )
    if min(sizes, default=0) < 0:
        raise ValueError(f"input_shape must not be negative anywhere, got {given!r}")
    floats = (p.dtype for p in model.parameters() if p.is_floating_point())
    return zeros(*map(int, sizes), dtype=next(floats, np.dtype(np.float32)))
