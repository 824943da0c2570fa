"""Calling a module: forward, and the hooks around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from ..autograd.hooks import RemovableHandle
from .hooks import BackwardCall, ForwardHook, call_after_failure, register
from .registered import Registered
from .where import NAMED, name_layer


class Called(Registered):
    """What :class:`Module` is built on: a thing with a forward that is called with its hooks."""

    training: bool

    def __init__(self) -> None:
        super().__init__()
        set_plainly = super(Registered, self).__setattr__
        set_plainly("training", True)
        set_plainly("_forward_hooks", [])
        set_plainly("_forward_pre_hooks", [])
        set_plainly("_backward_hooks", [])
        set_plainly("_backward_pre_hooks", [])

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every module writes its own."""
        raise NotImplementedError(f"{type(self).__name__} has no forward method yet; write one")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        hooks = list(self._forward_hooks)
        try:
            for before in list(self._forward_pre_hooks):
                args, kwargs = before.before(self, args, kwargs)
            passing = self._backward_hooks or self._backward_pre_hooks
            call = BackwardCall(self) if passing else None
            entering = args if call is None else call.enter(args)
            try:
                out = self.forward(*entering, **kwargs)
            except NAMED as error:
                name_layer(error, cast(Any, self))
                raise
            while hooks:
                out = hooks.pop(0).after(self, args, kwargs, out)
            return out if call is None else call.leave(out)
        except BaseException:
            call_after_failure(hooks, self, args, kwargs)
            raise

    def register_forward_hook(
        self,
        hook: Callable,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after forward; what it returns is the new output.

        Args:
            hook: the function.
            prepend: call it before those registered already.
            with_kwargs: call ``hook(module, args, kwargs, output)``.
            always_call: call it with None as output if there was an error.
        """
        return register(self._forward_hooks, ForwardHook(hook, with_kwargs, always_call), prepend)

    def register_forward_pre_hook(
        self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before forward; what it returns are the new arguments.

        Args:
            hook: the function.
            prepend: call it before those registered already.
            with_kwargs: call ``hook(module, args, kwargs)``, which may return a pair of new ones.
        """
        return register(self._forward_pre_hooks, ForwardHook(hook, with_kwargs), prepend)

    def register_full_backward_hook(self, hook: Callable, prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` when backward has passed the module.

        Both are tuples: one entry for each positional argument (None if it has no gradient) and
        for each output. What the hook returns replaces ``grad_input``.
        """
        return register(self._backward_hooks, hook, prepend)

    def register_full_backward_pre_hook(
        self, hook: Callable, prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` when backward reaches the module.

        What it returns replaces ``grad_output``.
        """
        return register(self._backward_pre_hooks, hook, prepend)
