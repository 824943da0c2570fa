"""Attributes that are registered: the parameters, buffers and parts of a module."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from .parameter import Buffer, Parameter


class Registered:
    """What :class:`Module` is built on: attributes sorted by what is assigned to them."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _not_saved: set[str]

    def __init__(self) -> None:
        set_plainly = super().__setattr__  # ours looks into these very dictionaries
        set_plainly("_parameters", {})
        set_plainly("_buffers", {})
        set_plainly("_not_saved", set())
        set_plainly("_modules", {})

    def __setattr__(self, name: str, value: Any) -> None:
        registered = self.__dict__.get("_parameters")
        if registered is None and isinstance(value, (Parameter, Buffer, Registered)):
            raise AttributeError(
                f"cannot assign {name} before Module.__init__() was called; begin __init__ with "
                "super().__init__()"
            )
        if isinstance(value, Parameter):
            self._register(name, value, "_parameters")
        elif isinstance(value, Buffer):
            self._register(name, value, "_buffers")
            (self._not_saved.discard if value.persistent else self._not_saved.add)(name)
        elif isinstance(value, Registered):
            self._register(name, value, "_modules")
        elif registered is not None and name in registered:
            if value is not None:
                raise TypeError(
                    f"{name} is a parameter; assign an nn.Parameter or None, "
                    f"not {type(value).__name__}"
                )
            registered[name] = None
        elif registered is not None and name in self._modules:
            if value is not None:
                raise TypeError(f"{name} is a module; assign a module or None")
            self._modules[name] = None
        elif registered is not None and name in self._buffers:
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(f"{name} is a buffer; assign a tensor or None")
            self._buffers[name] = value
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        for kind in ("_parameters", "_buffers", "_modules"):
            registered = self.__dict__.get(kind)
            if registered is not None and name in registered:
                return registered[name]
        if name == "cuda":
            raise AttributeError("tinyvision computes on the CPU only: leave .cuda() out")
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self
        )

    def __delattr__(self, name: str) -> None:
        for registered in (self._parameters, self._buffers, self._modules):
            if name in registered:
                del registered[name]
                self._not_saved.discard(name)
                return
        super().__delattr__(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def _register(self, name: str, value: Any, kind: str) -> None:
        """Put a value under its name, which belongs to one kind of attribute at a time."""
        if not isinstance(name, str) or "." in name or not name:
            raise KeyError(f"a name must be a string without dots, got {name!r}")
        if name not in self.__dict__[kind]:
            for registered in (self._parameters, self._buffers, self._modules, self.__dict__):
                registered.pop(name, None)
            self._not_saved.discard(name)
        self.__dict__[kind][name] = value

    def _check_free(self, name: str, kind: str) -> None:
        """Only an assignment may replace an attribute of another kind; that one is visible."""
        if isinstance(name, str) and hasattr(self, name) and name not in self.__dict__[kind]:
            raise KeyError(f"{type(self).__name__} has an attribute {name!r} already")

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None keeps the name for one that is absent.

        Raises:
            TypeError: not a parameter.
            KeyError: the name is taken, or has a dot.
        """
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"{name} must be an nn.Parameter or None, got {type(param).__name__}; wrap it: "
                "nn.Parameter(x)"
            )
        self._check_free(name, "_parameters")
        self._register(name, param, "_parameters")

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that is not trained; saved with the module if ``persistent``.

        Raises:
            TypeError: not a tensor.
            KeyError: the name is taken, or has a dot.
        """
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"buffer {name} must be a tensor or None, got {type(tensor).__name__}")
        self._check_free(name, "_buffers")
        self._register(name, tensor, "_buffers")
        (self._not_saved.discard if persistent else self._not_saved.add)(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a part.

        Raises:
            TypeError: not a module.
            KeyError: the name is taken, or has a dot.
        """
        if module is not None and not isinstance(module, Registered):
            raise TypeError(f"{name} must be a module, got {type(module).__name__}")
        self._check_free(name, "_modules")
        self._register(name, module, "_modules")

    register_module = add_module
