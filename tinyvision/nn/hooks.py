"""Hooks of modules: functions called before and after forward, and when backward passes by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..autograd.function import Function
from ..autograd.hooks import RemovableHandle
from ..autograd.tensor import Tensor

if TYPE_CHECKING:
    from .called import Called


@dataclass(eq=False, slots=True)
class ForwardHook:
    """A hook before or after forward, and how it wants to be called."""

    function: Callable
    with_kwargs: bool
    always_call: bool = False

    def before(self, module: Called, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """The arguments, as the hook changes them."""
        if self.with_kwargs:
            changed = self.function(module, args, kwargs)
            if changed is not None:
                if not isinstance(changed, tuple) or len(changed) != 2:
                    raise RuntimeError(
                        "a forward pre-hook with_kwargs returns None or a pair of the new args and "
                        f"kwargs, got {type(changed).__name__}"
                    )
                args, kwargs = changed
            return args, kwargs
        changed = self.function(module, args)
        if changed is not None:
            args = changed if isinstance(changed, tuple) else (changed,)
        return args, kwargs

    def after(self, module: Called, args: tuple, kwargs: dict, out: Any) -> Any:
        """The output, as the hook changes it."""
        given = (module, args, kwargs, out) if self.with_kwargs else (module, args, out)
        changed = self.function(*given)
        return out if changed is None else changed


def register(hooks: list, hook: Any, prepend: bool) -> RemovableHandle:
    """Add a hook, in front of the others if wanted."""
    hooks.insert(0 if prepend else len(hooks), hook)
    return RemovableHandle(hooks, hook)


def call_after_failure(hooks: list[ForwardHook], module: Called, args: tuple, kwargs: dict) -> None:
    """What is always called, now that there is no output."""
    for hook in hooks:
        if hook.always_call:
            hook.after(module, args, kwargs, None)


# -- backward ---------------------------------------------------------------------------------


class BackwardCall:
    """One call of a module with backward hooks: what has come back so far.

    The module's arguments go in through one operation and its outputs go out through another; both
    hand everything on, and see the gradients on their way back.
    """

    def __init__(self, module: Called) -> None:
        self.module = module
        self.before = list(module._backward_pre_hooks)
        self.after = list(module._backward_hooks)
        self.count = 0
        self.wanted = False  # whether a gradient comes back to the arguments
        self.grad_output: tuple | None = None

    def enter(self, args: tuple) -> tuple:
        """The arguments to call forward with."""
        self.count = len(args)
        self.wanted = any(isinstance(arg, Tensor) and arg.requires_grad for arg in args)
        return _Enter.apply(self, *args) if self.wanted else args

    def leave(self, out: Any) -> Any:
        """The output to give back."""
        several = isinstance(out, tuple)
        handed = _Leave.apply(self, *(out if several else (out,)))
        return handed if several else handed[0]

    def going_out(self, gradients: tuple) -> tuple:
        """The gradients of the outputs, before they go through the module."""
        for hook in self.before:
            gradients = _replaced(hook(self.module, gradients), gradients, "output")
        self.grad_output = gradients
        if not self.wanted:
            self.going_in((None,) * self.count)
        return gradients

    def going_in(self, gradients: tuple) -> tuple:
        """The gradients of the arguments, after they went through the module."""
        for hook in self.after:
            gradients = _replaced(
                hook(self.module, gradients, self.grad_output), gradients, "input"
            )
        self.grad_output = None
        return gradients


def _replaced(changed: Any, gradients: tuple, which: str) -> tuple:
    if changed is None:
        return gradients
    changed = changed if isinstance(changed, tuple) else (changed,)
    if len(changed) != len(gradients):
        raise RuntimeError(
            f"a backward hook got {len(gradients)} gradients (grad_{which}) and returned "
            f"{len(changed)}; return as many, or None to leave them as they are"
        )
    return changed


class _Enter(Function):
    @staticmethod
    def forward(ctx: Any, call: BackwardCall, *args: Any) -> Any:
        ctx.call = call
        ctx.set_materialize_grads(False)
        return args

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return None, *ctx.call.going_in(gradients)


class _Leave(Function):
    @staticmethod
    def forward(ctx: Any, call: BackwardCall, *outputs: Any) -> Any:
        ctx.call = call
        ctx.set_materialize_grads(False)
        return outputs

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return None, *ctx.call.going_out(gradients)
