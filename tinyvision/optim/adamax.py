"""Adamax: Adam with the largest gradient in place of the mean square."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .moments import AdamKin, begin
from .optimizer import descent


class Adamax(AdamKin):
    """``m = b1*m + (1-b1)*g``, ``u = max(b2*u, |g| + eps)``, ``p = p - lr / (1 - b1**t) * m / u``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        betas: b1 and b2.
        eps: added to the size of the gradient.
        weight_decay: this much of the parameter is added to its gradient.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Kingma and Ba, "Adam" (2015), section 7.1.

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.9])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": tuple(betas),
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
        )

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        begin(state, param, "exp_avg", "exp_inf")
        b1, b2 = group["betas"]
        grad = descent(param, grad, group)
        average, largest = state["exp_avg"], state["exp_inf"]
        average += (1.0 - b1) * (grad - average)
        largest *= b2
        np.maximum(largest, np.abs(grad) + group["eps"], out=largest)
        param -= (group["lr"] / (1.0 - b1 ** state["step"])) * average / largest
