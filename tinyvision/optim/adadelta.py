"""Adadelta: steps measured by the size of the steps before, so that they need no rate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, at_least, descent


class Adadelta(Optimizer):
    """The gradient times the running root mean square of the steps over that of the gradients.

    ``v = rho*v + (1-rho)*g*g``, ``d = g * sqrt(u + eps) / sqrt(v + eps)``,
    ``u = rho*u + (1-rho)*d*d``, then ``p = p - lr*d``.

    Args:
        params: tensors, or groups of them.
        lr: times the step.
        rho: how much of the running mean squares is kept.
        eps: added to both mean squares.
        weight_decay: this much of the parameter is added to its gradient.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.Adadelta([w], eps=0.1, rho=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.5636])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "rho": rho,
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range."""
        for name in ("lr", "eps", "weight_decay"):
            at_least(name, group[name])
        if not 0.0 <= group["rho"] <= 1.0:
            raise ValueError(f"rho must be between 0 and 1, got {group['rho']}")

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        if not state:
            state["step"] = 0
            state["square_avg"] = np.zeros_like(param)
            state["acc_delta"] = np.zeros_like(param)
        state["step"] += 1
        grad = descent(param, grad, group)
        square, steps, rho, eps = (
            state["square_avg"],
            state["acc_delta"],
            group["rho"],
            group["eps"],
        )
        square *= rho
        square += (1.0 - rho) * grad * grad
        step = np.sqrt(steps + eps) / np.sqrt(square + eps) * grad
        steps *= rho
        steps += (1.0 - rho) * step * step
        param -= group["lr"] * step
