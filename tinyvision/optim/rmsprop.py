"""RMSprop: the gradient divided by the root of its running mean square."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, at_least, descent


class RMSprop(Optimizer):
    """``v = alpha*v + (1-alpha)*g*g``, then ``p = p - lr * g / (sqrt(v) + eps)``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        alpha: how much of the running mean square is kept.
        eps: added to the denominator.
        weight_decay: this much of the parameter is added to its gradient.
        momentum: m of ``b = m*b + g / (sqrt(v) + eps)``, which then is the step.
        centered: subtract the square of the mean gradient from ``v``: the estimated variance.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Hinton, "Neural Networks for Machine Learning", lecture 6e (2012); centered: Graves,
    "Generating Sequences With Recurrent Neural Networks" (2013).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.9])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range."""
        for name in ("lr", "eps", "momentum", "weight_decay", "alpha"):
            at_least(name, group[name])

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        if not state:
            state["step"] = 0
            state["square_avg"] = np.zeros_like(param)
            if group["momentum"] > 0:
                state["momentum_buffer"] = np.zeros_like(param)
            if group["centered"]:
                state["grad_avg"] = np.zeros_like(param)
        state["step"] += 1
        grad = descent(param, grad, group)
        square, alpha = state["square_avg"], group["alpha"]
        square *= alpha
        square += (1.0 - alpha) * grad * grad
        if group["centered"]:
            mean = state["grad_avg"]
            mean += (1.0 - alpha) * (grad - mean)
            square = square - mean * mean
        step = grad / (np.sqrt(square) + group["eps"])
        if group["momentum"] > 0:
            velocity = state["momentum_buffer"]
            velocity *= group["momentum"]
            velocity += step
            step = velocity
        param -= group["lr"] * step
