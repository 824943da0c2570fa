"""Grad modes: whether operations are recorded, decided per thread.

Each thread keeps a stack of modes. A context pushes an entry and takes away *its own* entry when it
ends, wherever that entry then lies; so contexts that end out of order (generators do that) still
leave the thread as they found it.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, overload

_F = TypeVar("_F", bound=Callable[..., Any])
Watcher = Callable[[Any, Any, tuple, dict[str, Any]], None]


@dataclass(eq=False, slots=True)
class _Mode:
    recording: bool
    inference: bool
    owner: GradMode | None  # the context that will take the entry away; None for the lowest


class State:
    """How operations are done in one thread."""

    __slots__ = ("after_backward", "anomaly", "check_nan", "stack", "watchers")

    def __init__(self) -> None:
        self.stack = [_Mode(recording=True, inference=False, owner=None)]
        self.watchers: tuple[Watcher, ...] = ()  # called after every operation; see watch.py
        self.anomaly = False  # see anomaly.py
        self.check_nan = True
        self.after_backward: list[Callable[[], None]] = []  # see hooks.py


class _ThisThread(threading.local):
    # One thing, as looking something up here takes longer than an attribute of what is found.
    def __init__(self) -> None:
        self.state = State()


this_thread = _ThisThread()


def is_grad_enabled() -> bool:
    """Whether operations on tensors that require gradients are recorded in this thread."""
    return this_thread.state.stack[-1].recording


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside :class:`inference_mode`."""
    return this_thread.state.stack[-1].inference


class GradMode:
    """A context manager and decorator that holds one mode while it is open.

    ``inference=None`` leaves that as it is outside; under it nothing is recorded, whoever asks.
    """

    def __init__(self, recording: bool, inference: bool | None = None) -> None:
        self._recording = recording
        self._inference = inference

    def __enter__(self) -> GradMode:
        stack = this_thread.state.stack
        inference = stack[-1].inference if self._inference is None else self._inference
        stack.append(_Mode(self._recording and not inference, inference, owner=self))
        return self

    def __exit__(self, *exc: object) -> None:
        stack = this_thread.state.stack
        for place in reversed(range(len(stack))):
            if stack[place].owner is self:
                del stack[place]
                return

    def __call__(self, function: _F) -> _F:
        """The function, run in this mode; a generator only while it runs, not while it waits."""
        if inspect.isgeneratorfunction(function):

            def decorated(*args: Any, **kwargs: Any) -> Any:
                return self._step_through(function(*args, **kwargs))
        else:

            def decorated(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return function(*args, **kwargs)

        return functools.wraps(function)(decorated)  # type: ignore[return-value]

    def _step_through(self, generator: Any) -> Iterator[Any]:
        resume, message = generator.send, None
        while True:
            try:
                with self:
                    item = resume(message)
            except StopIteration as stop:
                return stop.value
            try:
                resume, message = generator.send, (yield item)
            except GeneratorExit:
                with self:
                    generator.close()
                raise
            except BaseException as error:  # thrown in by the caller: for the generator to handle
                resume, message = generator.throw, error


@overload
def no_grad(func: None = None) -> GradMode: ...
@overload
def no_grad(func: _F) -> _F: ...
def no_grad(func: Any = None) -> Any:
    """Nothing inside is recorded: use it for evaluation and for updates of parameters.

    Works as ``with no_grad():``, ``@no_grad()`` and ``@no_grad``.

    >>> import tinyvision as tv
    >>> x = tv.ones(2, requires_grad=True)
    >>> with tv.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    mode = GradMode(recording=False)
    return mode if func is None else mode(func)


@overload
def enable_grad(func: None = None) -> GradMode: ...
@overload
def enable_grad(func: _F) -> _F: ...
def enable_grad(func: Any = None) -> Any:
    """Records again, inside a :func:`no_grad` block (but not inside :func:`inference_mode`).

    >>> import tinyvision as tv
    >>> x = tv.ones(2, requires_grad=True)
    >>> with tv.no_grad(), tv.enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """
    mode = GradMode(recording=True)
    return mode if func is None else mode(func)


@overload
def inference_mode(mode: bool = True) -> GradMode: ...
@overload
def inference_mode(mode: _F) -> _F: ...
def inference_mode(mode: Any = True) -> Any:
    """Like :func:`no_grad`, and what is made inside may never enter a graph afterwards.

    Tensors made inside carry no version counter, so an operation that would have to save one for
    its derivative refuses it by name. ``inference_mode(False)`` lifts the mode.

    >>> import tinyvision as tv
    >>> with tv.inference_mode():
    ...     y = tv.ones(2) * 2
    >>> y.is_inference()
    True
    """
    if callable(mode):
        return GradMode(recording=False, inference=True)(mode)
    return GradMode(recording=not mode, inference=bool(mode))


class set_grad_enabled(GradMode):
    """Switch recording on or off from here on; as a context or decorator, only inside it.

    >>> import tinyvision as tv
    >>> x = tv.ones(1, requires_grad=True)
    >>> with tv.set_grad_enabled(False):
    ...     y = x * 2
    >>> y.requires_grad, (x * 2).requires_grad
    (False, True)
    """

    def __init__(self, mode: bool) -> None:
        super().__init__(recording=bool(mode))
        current = this_thread.state.stack[-1]
        self._changed: _Mode | None = current
        self._before = current.recording
        current.recording = self._recording and not current.inference

    def _only_inside(self) -> None:
        """Undo the switch at the first sign that a context or decorator was meant."""
        if self._changed is not None:
            self._changed.recording = self._before
            self._changed = None

    def __enter__(self) -> GradMode:
        self._only_inside()
        return super().__enter__()

    def __call__(self, function: _F) -> _F:
        self._only_inside()
        return super().__call__(function)
