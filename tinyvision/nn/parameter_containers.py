"""Modules that hold parameters: `ParameterList` and `ParameterDict`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..autograd.tensor import Tensor
from .module import Module
from .parameter import Parameter


def _as_parameter(value: Any) -> Parameter:
    if isinstance(value, Parameter):
        return value
    if isinstance(value, Tensor):
        return Parameter(value)
    raise TypeError(
        f"parameters are tensors, got {type(value).__name__}; keep other things as attributes"
    )


class _Parameters(Module):
    """What both share."""

    def __len__(self) -> int:
        return len(self._parameters)

    def extra_repr(self) -> str:
        return "\n  ".join(
            f"({name}): {type(value).__name__} containing: [{value.dtype} of size "
            f"{'x'.join(map(str, value.shape))}]"
            for name, value in self._parameters.items()
            if value is not None
        )

    def __repr__(self) -> str:
        lines = self.extra_repr()
        return f"{self._get_name()}(" + (f"\n  {lines}\n)" if lines else ")")


class ParameterList(_Parameters):
    """A list of parameters; plain tensors are made parameters.

    torch's also holds other things, unregistered.

    Raises:
        TypeError: something else than a tensor.
        IndexError: there is no such entry.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> scales = nn.ParameterList([tv.ones(2), tv.zeros(3, 1)])
    >>> scales
    ParameterList(
      (0): Parameter containing: [float32 of size 2]
      (1): Parameter containing: [float32 of size 3x1]
    )
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(() if values is None else values)

    def _place(self, index: int) -> str:
        if not -len(self) <= index < len(self):
            raise IndexError(f"index {index} is out of range for {len(self)} parameters")
        return str(index % len(self))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return ParameterList(list(self)[index])
        return self._parameters[self._place(index)]

    def __setitem__(self, index: int, value: Any) -> None:
        self._parameters[self._place(index)] = _as_parameter(value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parameters.values())

    def __iadd__(self, values: Iterable[Any]) -> ParameterList:
        return self.extend(values)

    def append(self, value: Any) -> ParameterList:
        """Add a parameter at the end; returns the list."""
        self.register_parameter(str(len(self)), _as_parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> ParameterList:
        """Add several at the end; returns the list."""
        if isinstance(values, Tensor):
            raise TypeError("extend takes a list of tensors; use append for one")
        for value in list(values):
            self.append(value)
        return self

    def pop(self, idx: int = -1) -> Parameter:
        """Take a parameter out and return it."""
        values = list(self)
        self._place(idx)
        taken = values.pop(idx)
        self._parameters.clear()
        self.extend(values)
        return taken


class ParameterDict(_Parameters):
    """A dictionary of parameters; plain tensors are made parameters.

    Raises:
        TypeError: something else than a tensor.
        KeyError: there is no such entry; a name with a dot.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> scales = nn.ParameterDict({"left": tv.ones(2)})
    >>> scales["right"] = tv.zeros(2)
    >>> list(scales)
    ['left', 'right']
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self.update(parameters or {})

    def __getitem__(self, key: str) -> Any:
        return self._parameters[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, _as_parameter(value))

    def __delitem__(self, key: str) -> None:
        del self._parameters[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __contains__(self, key: str) -> bool:
        return key in self._parameters

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._parameters.keys()

    def values(self) -> Iterable[Any]:
        """The parameters."""
        return self._parameters.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and parameters."""
        return self._parameters.items()

    def get(self, key: str, default: Any = None) -> Any:
        """The parameter of a name, or the default."""
        return self._parameters.get(key, default)

    def update(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add or replace several, from a dictionary or from pairs of name and tensor."""
        given = parameters.items() if isinstance(parameters, ParameterDict) else parameters
        for name, value in dict(given).items():
            self[name] = value

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The parameter of a name, which is added if it is not there."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Take a parameter out and return it."""
        return self._parameters.pop(key)

    def popitem(self) -> tuple[str, Any]:
        """Take out the one that was added last."""
        return self._parameters.popitem()

    def clear(self) -> None:
        """Take all parameters out."""
        self._parameters.clear()
