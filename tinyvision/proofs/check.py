"""How a case is called and differentiated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd import grad
from ..autograd.tensor import Tensor, from_numpy
from .case import Call, Case


def leaf(array: np.ndarray) -> Tensor:
    """A constant tensor, or one whose gradient is wanted, around the array itself."""
    made = from_numpy(array)
    return made.requires_grad_() if made.is_floating_point() else made


def evaluate(
    case: Case, call: Call, wrap: Callable[[np.ndarray], Tensor] = leaf
) -> tuple[Tensor, list[Tensor]]:
    """The answer, and the tensors whose gradients are wanted."""
    args = [wrap(arg) if isinstance(arg, np.ndarray) else arg for arg in call.args]
    return case(*args, **call.config), [args[place] for place in call.floating]


def checkable(case: Case, call: Call) -> tuple[Callable[..., Tensor], list[Tensor]]:
    """A function of the floating arguments only, and these as tensors, for the gradient checks."""
    _, leaves = evaluate(case, call)
    places = call.floating

    def function(*values: Any) -> Tensor:
        given = dict(zip(places, values, strict=True))
        args = [
            given[place] if place in given else leaf(arg) if isinstance(arg, np.ndarray) else arg
            for place, arg in enumerate(call.args)
        ]
        return case(*args, **call.config)

    return function, leaves


def start_of(answer: Any) -> np.ndarray:
    """An output gradient of the answer's shape, the same each time."""
    drawn = np.random.default_rng(len(answer.shape)).uniform(-1, 1, answer.shape)
    return np.asarray(drawn, answer.dtype)


def gradients(
    case: Case,
    call: Call,
    start: np.ndarray | None = None,
    create_graph: bool = False,
    wrap: Callable[[np.ndarray], Tensor] = leaf,
) -> list[np.ndarray | None]:
    """The gradients of <answer, start> as arrays; `start` is drawn if not given."""
    answer, leaves = evaluate(case, call, wrap)
    if start is None:
        start = start_of(answer)
    found = grad(answer, leaves, from_numpy(start), create_graph=create_graph, allow_unused=True)
    return [None if g is None else g.detach().numpy() for g in found]
