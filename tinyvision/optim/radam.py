"""RAdam: Adam that waits with its denominator until that is known well enough."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .moments import AdamKin, begin, follow
from .optimizer import descent


class RAdam(AdamKin):
    """Adam whose step is scaled by how far the running mean square can be trusted.

    With ``R = 2/(1-b2) - 1`` and ``r = R - 2*t*b2**t/(1 - b2**t)``, the number of gradients the
    mean is worth: while r is at most 5 the step is ``lr*m``, afterwards Adam's times
    ``sqrt((r-4)*(r-2)*R / ((R-4)*(R-2)*r))``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        betas: b1 and b2.
        eps: added to the denominator.
        weight_decay: this much of the parameter is added to its gradient.
        decoupled_weight_decay: shrink the parameter itself instead, as :class:`AdamW`.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.8])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
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
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        begin(state, param, "exp_avg", "exp_avg_sq")
        (b1, b2), step = group["betas"], state["step"]
        grad = descent(param, grad, group, group["decoupled_weight_decay"])
        average, square = follow(state, grad, group["betas"])
        missing = 1.0 - b2**step
        most = 2.0 / (1.0 - b2) - 1.0
        worth = most - 2.0 * step * b2**step / missing
        change = (group["lr"] / (1.0 - b1**step)) * average
        if worth > 5.0:
            trust = (worth - 4) * (worth - 2) * most / ((most - 4) * (most - 2) * worth)
            change *= math.sqrt(trust * missing)
            change /= np.sqrt(square) + group["eps"]
        param -= change
