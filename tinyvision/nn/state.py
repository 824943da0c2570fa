"""Taking over the parameters and buffers of a state_dict: all of them, or none."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, to_array, wrap

if TYPE_CHECKING:
    from .module import Module

IncompatibleKeys = namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])


def load_state(
    module: Module, state_dict: Mapping[str, Any], strict: bool, assign: bool
) -> IncompatibleKeys:
    """What :meth:`Module.load_state_dict` does."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"a state_dict is a dictionary, got {type(state_dict).__name__}")
    own = module.state_dict(keep_vars=True)
    missing = [name for name in own if name not in state_dict]
    unexpected = [name for name in state_dict if name not in own]
    problems = []
    if strict and missing:
        problems.append(f"missing: {', '.join(missing)}")
    if strict and unexpected:
        problems.append(f"unexpected: {', '.join(map(str, unexpected))}")
    fitted = {}
    for name, tensor in own.items():
        if name in state_dict:
            try:
                fitted[name] = _fitted(state_dict[name], tensor, assign)
            except TypeError as problem:
                problems.append(f"{name}: {problem}")
    if problems:
        raise RuntimeError(
            f"the state_dict does not fit {type(module).__name__}:\n  " + "\n  ".join(problems)
        )
    with no_grad():
        for name, array in fitted.items():
            if assign:
                own[name].data = wrap(array)
            else:
                own[name].copy_(array)
    return IncompatibleKeys(missing, unexpected)


def _fitted(value: Any, tensor: Tensor, assign: bool) -> np.ndarray:
    """A value of a state_dict as an array that fits the tensor it is for.

    Raises:
        TypeError: another shape or no numbers; to be assigned, also another kind of number.
    """
    shape = getattr(value, "shape", None)
    if shape != tensor.shape:
        found = type(value).__name__ if shape is None else f"shape {tuple(shape)}"
        raise TypeError(f"shape {tensor.shape} expected, got {found}")
    array = to_array(value)
    if assign and array.dtype.kind != tensor.dtype.kind:
        raise TypeError(f"{tensor.dtype} cannot be replaced by {array.dtype}; use assign=False")
    return array.copy() if assign and not array.flags.writeable else array
