"""Hooks: functions called with a gradient when backward reaches a tensor."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

from .modes import this_thread

if TYPE_CHECKING:
    from .tensor import Tensor

    Hook = Callable[[Tensor], Tensor | None]


class RemovableHandle:
    """Takes a hook away again: ``handle.remove()``."""

    def __init__(self, hooks: list[Hook], hook: Hook) -> None:
        self._hooks = hooks
        self._hook: Hook | None = hook

    def remove(self) -> None:
        """Remove the hook; a second call does nothing."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
        self._hook = None


class KeepGrad:
    """The hook of :meth:`Tensor.retain_grad`: keeps the gradient in the tensor's ``grad``."""

    def __init__(self, owner: Tensor) -> None:
        self._owner = weakref.ref(owner)  # the graph must not keep the tensor alive

    def __call__(self, gradient: Tensor) -> None:
        tensor = self._owner()
        if tensor is not None:
            tensor.grad = gradient.clone() if tensor.grad is None else tensor.grad + gradient

    def is_of(self, tensor: Tensor) -> bool:
        """Whether it keeps the gradient of this tensor."""
        return self._owner() is tensor


class AfterAccumulation:
    """A hook of :meth:`Tensor.register_post_accumulate_grad_hook`."""

    def __init__(self, function: Callable[[Tensor], None]) -> None:
        self.function = function

    def __call__(self, gradient: Tensor) -> None:
        """Nothing yet: its time comes when the gradient has been added to the leaf's."""


def queue_callback(function: Callable[[], None]) -> None:
    """Call something once when the backward pass that runs is over; for hooks.

    By then all leaves have their gradients, and all their hooks have been called.
    """
    this_thread.state.after_backward.append(function)


def is_queued(function: Callable[[], None]) -> bool:
    """Whether the backward pass that runs will call it in the end."""
    return function in this_thread.state.after_backward


@contextmanager
def callbacks_at_the_end() -> Iterator[None]:
    """A backward pass: what is queued in it is called when it is over, unless it failed.

    A pass that a hook begins inside of another has callbacks of its own.
    """
    state = this_thread.state
    outer, state.after_backward = state.after_backward, []
    try:
        yield
        for callback in list(state.after_backward):
            callback()
    finally:
        state.after_backward = outer


def has_listeners(hooks: list[Hook] | None) -> TypeGuard[list[Hook]]:
    """Whether one of the hooks gets to see the gradient itself."""
    return hooks is not None and not all(isinstance(hook, AfterAccumulation) for hook in hooks)


def run_hooks(hooks: list[Hook], gradient: Tensor) -> Tensor:
    """The gradient after each hook had the chance to replace it.

    Raises:
        RuntimeError: a hook returned something that cannot stand for the gradient.
    """
    # What retain_grad keeps is what flows on, whenever it was asked for.
    for hook in sorted(hooks, key=lambda hook: isinstance(hook, KeepGrad)):
        replaced = hook(gradient)
        if replaced is None:
            continue
        shape, dtype = getattr(replaced, "shape", None), getattr(replaced, "dtype", None)
        if (shape, dtype) != (gradient.shape, gradient.dtype):
            raise RuntimeError(
                f"a hook got a gradient of shape {gradient.shape} and type {gradient.dtype} and "
                f"returned {type(replaced).__name__} of shape {shape} and type {dtype}; return a "
                "tensor of the same shape and type, or None to leave the gradient as it is"
            )
        gradient = replaced
    return gradient
