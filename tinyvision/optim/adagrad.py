"""Adagrad: steps that shrink with the sum of all squared gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, at_least, descent


class Adagrad(Optimizer):
    """``s = s + g*g``, then ``p = p - lr / (1 + (t-1)*lr_decay) * g / (sqrt(s) + eps)``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        lr_decay: how fast it shrinks with the number t of the step.
        weight_decay: this much of the parameter is added to its gradient.
        initial_accumulator_value: s before the first step.
        eps: added to the denominator.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization" (2011).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.9])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range."""
        for name in ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"):
            at_least(name, group[name])

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        if not state:
            state["step"] = 0
            state["sum"] = np.full_like(param, group["initial_accumulator_value"])
        state["step"] += 1
        grad = descent(param, grad, group)
        total = state["sum"]
        total += grad * grad
        rate = group["lr"] / (1.0 + (state["step"] - 1) * group["lr_decay"])
        param -= rate * grad / (np.sqrt(total) + group["eps"])
