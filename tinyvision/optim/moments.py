"""What Adam and its kin share: options, and running means of the gradient and of its square."""

from __future__ import annotations

from typing import Any

import numpy as np

from .optimizer import Optimizer, at_least, check_betas


class AdamKin(Optimizer):
    """An optimiser with ``lr``, ``betas``, ``eps`` and ``weight_decay``."""

    def check(self, group: dict[str, Any]) -> None:
        """The options are in range."""
        for name in ("lr", "eps", "weight_decay"):
            at_least(name, group[name])
        check_betas(group["betas"])


def begin(state: dict[str, Any], param: np.ndarray, *names: str) -> None:
    """Count a step; before the first, put zeros of the parameter's shape under the names."""
    if not state:
        state["step"] = 0
        for name in names:
            state[name] = np.zeros_like(param)
    state["step"] += 1


def follow(
    state: dict[str, Any], grad: np.ndarray, betas: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Move the running means of the gradient and of its square; both, not yet corrected."""
    b1, b2 = betas
    average, square = state["exp_avg"], state["exp_avg_sq"]
    average += (1.0 - b1) * (grad - average)
    square *= b2
    square += (1.0 - b2) * grad * grad
    return average, square
