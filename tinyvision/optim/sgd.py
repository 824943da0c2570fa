"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, at_least, descent


class SGD(Optimizer):
    """Step against the gradient, with momentum if wanted.

    With momentum ``m``: ``v = m * v + (1 - dampening) * g``, then ``p = p - lr * v``
    (with ``nesterov``: ``p - lr * (g + m * v)``). The first ``v`` is the first gradient, as in
    torch.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        momentum, dampening, nesterov: as above.
        weight_decay: this much of the parameter is added to its gradient.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range; nesterov without momentum or with dampening.

    Source: Robbins and Monro (1951); Sutskever et al., "On the importance of initialization and
    momentum in deep learning" (2013).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.8])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range and fit each other."""
        for name in ("lr", "momentum", "weight_decay"):
            at_least(name, group[name])
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("nesterov needs a momentum above 0 and a dampening of 0")

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        grad = descent(param, grad, group)
        momentum = group["momentum"]
        if momentum:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                # np.array, as the arithmetic above makes a plain number of a 0-d gradient
                velocity = state["momentum_buffer"] = np.array(grad)
            else:
                velocity *= momentum
                velocity += grad if not group["dampening"] else (1 - group["dampening"]) * grad
            grad = grad + momentum * velocity if group["nesterov"] else velocity
        param -= group["lr"] * grad
