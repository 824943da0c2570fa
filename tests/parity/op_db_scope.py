"""Which of torch's samples apply to tinyvision, and how they are put into its terms."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

import tinyvision as tv


class NotApplicable(Exception):
    """The sample is about something that tinyvision leaves out altogether."""


TYPES = {
    f"torch.{name}": np.dtype(name)
    for name in (
        "float64",
        "float32",
        "float16",
        "int64",
        "int32",
        "int16",
        "int8",
        "uint8",
        "bool",
    )
}

MEMORY = ("layout", "memory_format", "pin_memory", "out")

IMAGES = ("nn.functional.interpolate", "nn.functional.upsample", "nn.functional.grid_sample")
"""They take images here; torch also takes volumes."""

RANDOM = {
    "bernoulli", "multinomial", "normal", "rand_like", "randn_like", "randint_like", "randn",
    "rand", "randint", "randperm", "uniform", "exponential", "cauchy", "geometric",
    "log_normal", "poisson",
    "nn.functional.dropout", "nn.functional.dropout1d", "nn.functional.dropout2d",
    "nn.functional.dropout3d", "nn.functional.alpha_dropout", "nn.functional.feature_alpha_dropout",
    "nn.functional.rrelu",
}  # fmt: skip
"""They draw other numbers than torch's: shapes and types are compared."""

EMPTY = {"empty", "empty_like", "new_empty", "empty_permuted", "empty_strided"}
"""Their values are whatever the memory held."""


def excluded(op):
    """Whether a whole entry is about something else: functions of torch's insides."""
    return op.name.startswith(("torch.", "_", "sparse.", "masked.", "fft.", "jiterator"))


def only_shapes(op, sample):
    """Whether only shapes and types can be compared."""
    if op.name in EMPTY:
        return True
    if op.name not in RANDOM and not sample.kwargs.get("dropout_p"):
        return False
    return sample.kwargs.get("training", True) is not False


@dataclass
class OurCall:
    """A sample in tinyvision's terms."""

    args: tuple
    kwargs: dict

    def copy(self, orders):
        """A fresh copy: tensors are leaves of their own, whose gradient is wanted as in torch."""

        def fresh(value: Any) -> Any:
            if isinstance(value, Shared):
                made = tv.from_numpy(copy.deepcopy(value.array))
                return made.requires_grad_() if value.requires_grad and orders else made
            if isinstance(value, (tuple, list)):
                return type(value)(fresh(each) for each in value)
            if isinstance(value, dict):
                return {key: fresh(each) for key, each in value.items()}
            return value

        return OurCall(fresh(self.args), fresh(self.kwargs))


@dataclass
class Shared:
    """A tensor of torch's as an array in the same memory layout."""

    array: np.ndarray
    requires_grad: bool


def convert(op, sample):
    """torch's sample in tinyvision's terms.

    Raises:
        NotApplicable: it is about something that tinyvision leaves out.
    """
    import torch

    def ours(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            if value.layout != torch.strided:
                raise NotApplicable("sparse tensors")
            if value.device.type != "cpu":
                raise NotApplicable("other devices")
            if value.is_complex():
                raise NotApplicable("complex numbers")
            if str(value.dtype) not in TYPES:
                raise NotApplicable(f"the type {value.dtype}")
            if value.ndim > 64:
                raise NotApplicable("more axes than a NumPy array can have")
            return Shared(value.detach().numpy(force=True), value.requires_grad)
        if isinstance(value, torch.dtype):
            if value.is_complex:
                raise NotApplicable("complex numbers")
            if str(value) not in TYPES:
                raise NotApplicable(f"the type {value}")
            return TYPES[str(value)]
        if isinstance(value, torch.device):
            return str(value)
        if isinstance(value, complex):
            raise NotApplicable("complex numbers")
        if isinstance(value, (torch.layout, torch.memory_format, torch.Generator)):
            raise NotApplicable("memory formats and generators of torch")
        if isinstance(value, torch.Size):
            return tuple(value)
        if isinstance(value, (tuple, list)):
            return type(value)(ours(each) for each in value)
        if callable(value):
            raise NotApplicable("functions of torch as arguments")
        return value

    if op.name.startswith(IMAGES) and getattr(sample.input, "ndim", 0) == 5:
        raise NotApplicable("volumes")
    if op.name.startswith("nn.functional.max_unpool") and _names_a_place_twice(
        sample.args[0], spatial=int(op.name[-2])
    ):
        raise NotApplicable("a place named twice, where torch says its answer is not determined")
    for name in MEMORY:
        given = sample.kwargs.get(name)
        if given is not None and given is not False:
            raise NotApplicable(f"the keyword {name}")
    keywords = {name: ours(value) for name, value in sample.kwargs.items() if name not in MEMORY}
    return OurCall(tuple(ours(value) for value in (sample.input, *sample.args)), keywords)


def _names_a_place_twice(indices, spatial):
    """Whether max_unpool is to put two numbers of one image and channel in one place."""
    axes = indices.ndim - spatial
    for row in indices.reshape(math.prod(indices.shape[:axes]), -1):
        if len(row.unique()) < row.numel():
            return True
    return False
