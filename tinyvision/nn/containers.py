"""Modules made of modules: `Sequential`, `ModuleList`, `ModuleDict`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from .module import Module


def _place(index: int, length: int) -> int:
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of range for {length} modules")
    return index % length


class _Indexed(Module):
    """Modules numbered from 0."""

    def _at(self, index: int) -> Module:
        return list(self._modules.values())[_place(index, len(self))]

    def __getitem__(self, index: Any) -> Any:
        return self._slice(index) if isinstance(index, slice) else self._at(index)

    def _slice(self, index: slice) -> Module:
        raise NotImplementedError

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(list(self._modules)[_place(index, len(self))], module)

    def __delitem__(self, index: int) -> None:
        kept = list(self._modules.values())
        del kept[index]
        self._modules.clear()
        self.extend(kept)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def append(self, module: Module) -> Any:
        """Add a module at the end; returns the container."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Any:
        """Add several modules at the end; returns the container."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Add a module before the one at ``index``; returns the container."""
        kept = list(self._modules.values())
        kept.insert(index, module)
        self._modules.clear()
        return self.extend(kept)


class Sequential(_Indexed):
    """Modules called one after the other, each on the answer of the one before.

    Given modules, or one dictionary of names and modules.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))(tv.zeros(2, 3)).shape
    (2, 1)
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self.extend(args)

    def _slice(self, index: slice) -> Sequential:
        return Sequential(dict(list(self._modules.items())[index]))  # names are kept, as in torch

    def forward(self, input: Any) -> Any:
        """Through all modules in order."""
        for module in self:
            input = module(input)
        return input


class ModuleList(_Indexed):
    """A list of modules; it has no forward of its own.

    >>> import tinyvision.nn as nn
    >>> len(nn.ModuleList([nn.Linear(2, 2) for _ in range(3)]))
    3
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self.extend(modules or ())

    def _slice(self, index: slice) -> ModuleList:
        return ModuleList(list(self)[index])

    def __repr__(self) -> str:
        lines = []
        first = 0
        for shown, equals in groupby(map(repr, self)):
            count = len(list(equals))
            last = first + count - 1
            numbers, times = (f"{first}", "") if count == 1 else (f"{first}-{last}", f"{count} x ")
            lines.append(f"\n  ({numbers}): {times}" + shown.replace("\n", "\n  "))
            first = last + 1
        return f"{self._get_name()}({''.join(lines)}" + ("\n)" if lines else ")")


class ModuleDict(Module):
    """A dictionary of modules; it has no forward of its own.

    >>> import tinyvision.nn as nn
    >>> list(nn.ModuleDict({"a": nn.ReLU()}))
    ['a']
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        self.update(modules or {})

    def __getitem__(self, key: str) -> Module:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Names and modules."""
        return self._modules.items()

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add or replace several, from a dictionary or from pairs of name and module."""
        for name, module in dict(modules).items():
            self.add_module(name, module)

    def pop(self, key: str) -> Module:
        """Take a module out and return it."""
        return self._modules.pop(key)

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()
