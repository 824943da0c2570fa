"""NAdam: Adam with Nesterov's look ahead."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .moments import AdamKin, begin, follow
from .optimizer import at_least, descent


class NAdam(AdamKin):
    """Adam whose step mixes the gradient itself with the average of the next step.

    With m and v as in :class:`Adam`, ``mu(t) = b1 * (1 - 0.96**(t*momentum_decay) / 2)`` and the
    product ``P(t) = mu(1)...mu(t)``, the step is ``lr / (sqrt(v/(1 - b2**t)) + eps)`` times
    ``mu(t+1) * m / (1 - P(t+1)) + (1 - mu(t)) * g / (1 - P(t))``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        betas: b1 and b2.
        eps: added to the denominator.
        weight_decay: this much of the parameter is added to its gradient.
        momentum_decay: as above.
        decoupled_weight_decay: shrink the parameter itself instead, as :class:`AdamW`.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Dozat, "Incorporating Nesterov Momentum into Adam" (2016).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.8944])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range."""
        super().check(group)
        at_least("momentum_decay", group["momentum_decay"])

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        begin(state, param, "exp_avg", "exp_avg_sq")
        state.setdefault("mu_product", 1.0)
        (b1, b2), lr, step = group["betas"], group["lr"], state["step"]
        grad = descent(param, grad, group, group["decoupled_weight_decay"])
        now, following = (
            b1 * (1.0 - 0.5 * 0.96 ** (t * group["momentum_decay"])) for t in (step, step + 1)
        )
        state["mu_product"] *= now
        product = state["mu_product"]
        average, square = follow(state, grad, group["betas"])
        denominator = np.sqrt(square) / math.sqrt(1.0 - b2**step)
        denominator += group["eps"]
        param -= (lr * (1.0 - now) / (1.0 - product)) * grad / denominator
        param -= (lr * following / (1.0 - product * following)) * average / denominator
