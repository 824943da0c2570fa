"""The tables of all cases, gathered from the files of the folders `cases` and `layers`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType

from .. import nn, ops
from . import cases, layers
from .case import Case
from .layer import Layer


def _files_of(package: ModuleType) -> list[ModuleType]:
    names = sorted(file.name for file in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


@functools.cache
def all_cases() -> tuple[Case, ...]:
    """The cases of every primitive and of the functions made of primitives.

    Every file of `ops` is imported first: primitives register when theirs is.
    """
    _files_of(ops)
    return tuple(case for file in _files_of(cases) for case in file.CASES)


@functools.cache
def all_layers() -> tuple[Layer, ...]:
    """The cases of every layer that `tinyvision.nn` makes public."""
    return tuple(layer for file in _files_of(layers) for layer in file.LAYERS)


CONTAINERS = {"Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}
"""What `tinyvision.nn` holds that computes nothing by itself."""


def layer_names() -> set[str]:
    """The layers that `tinyvision.nn` makes public, containers aside."""
    return {
        name
        for name in nn.__all__
        if isinstance(found := getattr(nn, name), type)
        and issubclass(found, nn.Module)
        and name not in CONTAINERS
    }
