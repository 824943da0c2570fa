"""What all optimisers share: parameter groups, state, saving and loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..autograd.modes import enable_grad
from ..autograd.tensor import Tensor

NUMBERS = {"step": int, "mu_product": float}
"""What is a number among the state of a parameter; everything else has the parameter's shape."""


class Optimizer:
    """The base of every optimiser; a subclass writes :meth:`update` and :meth:`check`.

    Args:
        params: tensors to train, or dictionaries with ``params`` and options of their own.
        defaults: the options of groups that do not set them.

    Raises:
        ValueError: no parameters, or one given twice.
        TypeError: something that is not a leaf tensor.
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError("params must be a list of tensors; put the one tensor into a list")
        self.defaults = defaults
        self.state: dict[Tensor, dict[str, Any]] = {}
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("the optimiser got no parameters; is the model empty?")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Train more parameters, with options of their own where given.

        Raises:
            ValueError: no parameters, one that is trained already or is no leaf, or an option that
                is unknown or out of range.
            TypeError: something that is not a tensor.
        """
        if "params" not in param_group:
            raise ValueError(f"a parameter group needs 'params', got only {sorted(param_group)}")
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        params = [p[1] if isinstance(p, tuple) else p for p in params]  # named_parameters()
        known = {id(p) for group in self.param_groups for p in group["params"]}
        for param in params:
            if not isinstance(param, Tensor):
                raise TypeError(f"an optimiser trains tensors, got {type(param).__name__}")
            if not param.is_leaf:
                raise ValueError(
                    "an optimiser cannot train the result of an operation; a leaf only"
                )
            if id(param) in known:
                raise ValueError("a parameter is given twice; each belongs to one group")
            known.add(id(param))
        unknown = set(param_group) - set(self.defaults) - {"params", "initial_lr"}
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no option {sorted(unknown)}; "
                f"it knows {sorted(self.defaults)}"
            )
        group = {**self.defaults, **param_group, "params": params}
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: dict[str, Any]) -> None:
        """Raise a ValueError if an option of a group is out of range."""

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill them with zeros."""
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None:
                    continue
                if set_to_none:
                    param.grad = None
                else:
                    param.grad = param.grad.detach().zero_()

    def step(self, closure: Any = None) -> Any:
        """Change every parameter that has a gradient.

        Args:
            closure: computes the loss anew; its value is returned.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is None:
                    continue
                state = self.state.setdefault(param, {})
                self.update(param._array, param.grad._array, state, group)
                if param._version is not None:
                    param._version.bump(f"{type(self).__name__}.step")
        return loss

    def update(
        self, param: np.ndarray, grad: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        """Change one parameter in place. Options are in `group`; `state` is the parameter's own."""
        raise NotImplementedError(f"{type(self).__name__} has no update rule yet")

    # -- saving -------------------------------------------------------------------------------

    def _numbered(self) -> dict[int, int]:
        params = [p for group in self.param_groups for p in group["params"]]
        return {id(param): number for number, param in enumerate(params)}

    def state_dict(self) -> dict[str, Any]:
        """Options and state, parameters by number in the order they were given; torch's layout."""
        numbers = self._numbered()
        return {
            "state": {
                numbers[id(param)]: dict(state) for param, state in self.state.items() if state
            },
            "param_groups": [
                {**group, "params": [numbers[id(param)] for param in group["params"]]}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over options and state. Nothing is changed unless everything fits.

        Raises:
            ValueError: not an optimiser's state_dict, or that of another kind of optimiser; groups
                or parameters differ in number, or a state in shape.
        """
        if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= set(state_dict):
            raise ValueError(
                "an optimiser's state_dict is a dictionary with 'state' and 'param_groups'; "
                "is this the model's?"
            )
        groups, saved = self.param_groups, state_dict["param_groups"]
        mine, theirs = ([len(g["params"]) for g in side] for side in (groups, saved))
        if mine != theirs:
            raise ValueError(
                f"the saved optimiser has groups of {theirs} parameters, this one of {mine}; "
                "build it with the same model and groups"
            )
        for group in saved:
            if not set(self.defaults) <= set(group):
                raise ValueError(
                    f"the saved optimiser has no {sorted(set(self.defaults) - set(group))}, which "
                    f"{type(self).__name__} needs; was it of another kind?"
                )
        params = [param for group in groups for param in group["params"]]
        order = [number for group in saved for number in group["params"]]
        state: dict[Tensor, dict[str, Any]] = {}
        for param, number in zip(params, order, strict=True):
            entries = state_dict["state"].get(number)
            if entries is None:
                continue
            state[param] = {name: _fitted(name, value, param) for name, value in entries.items()}
        self.state = state
        self.param_groups = [
            {**theirs_, "params": ours["params"]}
            for ours, theirs_ in zip(groups, saved, strict=True)
        ]

    def __repr__(self) -> str:
        lines = [type(self).__name__ + " ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])


def _fitted(name: str, value: Any, param: Tensor) -> Any:
    """A saved value as this parameter's state: a copy, in the parameter's shape and type."""
    array = value._array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray):
        return array
    if name in NUMBERS:  # which torch keeps in tensors
        return NUMBERS[name](array)
    if array.shape != param.shape:
        raise ValueError(
            f"the saved {name} has shape {array.shape}, its parameter {param.shape}; "
            "was the optimiser saved for another model?"
        )
    return array.astype(param.dtype)


def at_least(name: str, value: float, least: float = 0.0) -> None:
    """Check an option.

    Raises:
        ValueError: it is smaller, or not a number.
    """
    if not value >= least:
        advice = "; try 0.01 and smaller: the step goes against the gradient by itself"
        raise ValueError(
            f"{name} must be at least {least}, got {value}{advice if name == 'lr' else ''}"
        )


def check_betas(betas: Sequence[float]) -> None:
    """Check how much of running averages is kept.

    Raises:
        ValueError: one is negative, or 1 or more.
    """
    for number, beta in enumerate(betas):
        if not 0.0 <= beta < 1.0:
            raise ValueError(f"betas[{number}] must be at least 0 and below 1, got {beta}")


def descent(
    param: np.ndarray, grad: np.ndarray, group: dict[str, Any], decoupled: bool = False
) -> np.ndarray:
    """The gradient to step against, after ``maximize`` and ``weight_decay``.

    Where the weight decay is decoupled the parameter is shrunk here and now.
    """
    if group["maximize"]:
        grad = -grad
    if group["weight_decay"]:
        if decoupled:
            param *= 1.0 - group["lr"] * group["weight_decay"]
        else:
            grad = grad + group["weight_decay"] * param
    return grad
