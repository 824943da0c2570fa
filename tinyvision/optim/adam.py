"""Adam and AdamW: steps of a size that each parameter's own gradients set."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .moments import AdamKin, begin, follow
from .optimizer import descent


class Adam(AdamKin):
    """Running averages of the gradient and its square; their quotient is the step.

    ``m = b1*m + (1-b1)*g``, ``v = b2*v + (1-b2)*g*g``, both divided by what is missing at the start
    (``1 - b**t``), then ``p = p - lr * m / (sqrt(v) + eps)``.

    Args:
        params: tensors, or groups of them.
        lr: the step size.
        betas: b1 and b2.
        eps: added to the denominator.
        weight_decay: this much of the parameter is added to its gradient.
        amsgrad: use the largest ``v`` so far.
        maximize: step along the gradient instead.

    Raises:
        ValueError: an option out of range.

    Source: Kingma and Ba, "Adam" (2015); Reddi, Kale and Kumar (2018) for amsgrad.

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.9])
    """

    decoupled = False  # whether weight decay goes past the averages, straight to the parameter

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
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
                "amsgrad": amsgrad,
                "maximize": maximize,
            },
        )

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """One step of one parameter."""
        largest = ("max_exp_avg_sq",) if group["amsgrad"] else ()
        begin(state, param, "exp_avg", "exp_avg_sq", *largest)
        (b1, b2), lr, step = group["betas"], group["lr"], state["step"]
        grad = descent(param, grad, group, self.decoupled)
        average, square = follow(state, grad, group["betas"])
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
        denominator = np.sqrt(square)
        denominator /= math.sqrt(1.0 - b2**step)
        denominator += group["eps"]
        param -= (lr / (1.0 - b1**step)) * average / denominator


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameter itself: ``p = p * (1 - lr * weight_decay)``.

    Arguments as :class:`Adam`; ``weight_decay`` defaults to 0.01.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).

    >>> import tinyvision as tv
    >>> w = tv.tensor([1.0], requires_grad=True)
    >>> optimizer = tv.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.detach()
    tensor([0.85])
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
