"""`Module`: a part of a network, with its parameters, its buffers and the parts it is made of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..autograd.tensor import Tensor
from .called import Called
from .parameter import Parameter
from .state import IncompatibleKeys, load_state


class Module(Called):
    """The base of every layer and network; torch's `nn.Module`.

    Assigning a :class:`Parameter` or another module as an attribute registers it. Write ``forward``
    and call the module itself.

    >>> import tinyvision as tv
    >>> import tinyvision.nn as nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.fc = nn.Linear(3, 1)
    ...     def forward(self, x):
    ...         return self.fc(x)
    >>> Net()(tv.zeros(2, 3)).shape
    (2, 1)
    >>> [name for name, _ in Net().named_parameters()]
    ['fc.weight', 'fc.bias']
    """

    # -- going through parts and parameters ---------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The direct parts, by name, each once."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def children(self) -> Iterator[Module]:
        """The direct parts."""
        return (module for _, module in self.named_children())

    def named_modules(
        self, memo: set | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all parts of parts, by dotted name, each once."""
        memo = set() if memo is None else memo
        if id(self) in memo:
            return
        if remove_duplicate:
            memo.add(id(self))
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                path = f"{prefix}.{name}" if prefix else name
                yield from module.named_modules(memo, path, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """This module and all parts of parts."""
        return (m for _, m in self.named_modules(remove_duplicate=remove_duplicate))

    def _named_tensors(
        self, kind: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules if recurse else [(prefix, self)]:
            for name, tensor in module.__dict__[kind].items():
                if tensor is None or id(tensor) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(tensor))
                yield f"{path}.{name}" if path else name, tensor

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters by dotted name; one that is shared is named once."""
        return self._named_tensors("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters: what an optimiser is given."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """All buffers by dotted name."""
        return self._named_tensors("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The part of a dotted name."""
        module = self
        for name in target.split(".") if target else []:
            part = module._modules.get(name)
            if part is None:
                raise AttributeError(
                    f"{type(module).__name__} has no part {name!r} (of {target!r})"
                )
            module = part
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of a dotted name.

        Raises:
            AttributeError: there is no such parameter.
        """
        return self._get("_parameters", "parameter", target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name.

        Raises:
            AttributeError: there is no such buffer.
        """
        return self._get("_buffers", "buffer", target)

    def _get(self, kind: str, what: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        found = module.__dict__[kind].get(name)
        if found is None:
            raise AttributeError(
                f"{type(module).__name__} has no {what} {name!r} (of {target!r}); it has "
                f"{list(module.__dict__[kind]) or 'none'}"
            )
        return found

    def apply(self, fn: Callable[[Module], Any]) -> Module:
        """Call a function on every part, innermost first, then on this module."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # -- modes --------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Module:
        """Training mode, or not: dropout and batch normalisation behave differently."""
        if not isinstance(mode, bool):
            raise ValueError(f"train() takes True or False, got {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """The mode for evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Freeze the parameters, or thaw them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or fill them with zeros."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad = parameter.grad.detach().zero_()

    def to(self, *args: Any, **kwargs: Any) -> Module:
        """Convert floating-point parameters and buffers to another data type, in place."""
        for tensor in [*self.parameters(), *self.buffers()]:
            if tensor.is_floating_point():
                converted = tensor.detach().to(*args, **kwargs)
                if not converted.is_floating_point():
                    raise TypeError(
                        f"a module can be converted to floats only, not {converted.dtype}"
                    )
                if converted.dtype != tensor.dtype:
                    tensor.data = converted
                    if tensor.grad is not None:
                        tensor.grad = tensor.grad.detach().to(converted.dtype)
        return self

    def cpu(self) -> Module:
        """On the processor, where it is anyway."""
        return self

    def float(self) -> Module:
        """Convert to float32."""
        return self.to(np.float32)

    def double(self) -> Module:
        """Convert to float64."""
        return self.to(np.float64)

    def half(self) -> Module:
        """Convert to float16."""
        return self.to(np.float16)

    # -- saving -------------------------------------------------------------------------------

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> dict[str, Tensor]:
        """Parameters and buffers by dotted name, sharing memory with the module."""
        state: OrderedDict[str, Tensor] = OrderedDict()
        for path, module in self.named_modules(prefix=prefix.rstrip("."), remove_duplicate=False):
            for name, tensor in module._saved_tensors():
                key = f"{path}.{name}" if path else name
                state[key] = tensor if keep_vars else tensor.detach()
        return state

    def _saved_tensors(self) -> Iterator[tuple[str, Tensor]]:
        for name, tensor in [*self._parameters.items(), *self._buffers.items()]:
            if tensor is not None and name not in self._not_saved:
                yield name, tensor

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Take over parameters and buffers by name. Nothing is changed unless everything fits.

        Args:
            state_dict: tensors or arrays by dotted name.
            strict: whether a missing or an unexpected name is an error.
            assign: put the given tensors in place instead of copying their values (the data type
                then follows them).

        Returns:
            A named tuple of missing and unexpected names.

        Raises:
            RuntimeError: a shape differs, a value is no array of numbers, or with ``strict`` a name
                is missing or unexpected; the message lists them all.
        """
        return load_state(self, state_dict, strict, assign)

    # -- showing ------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What a layer shows of its settings; every layer writes its own."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = []
        for name, module in self._modules.items():
            lines.append(f"({name}): " + repr(module).replace("\n", "\n  "))
        if not lines:
            return f"{self._get_name()}({extra})"
        body = "\n  ".join(([extra] if extra else []) + lines)
        return f"{self._get_name()}(\n  {body}\n)"
