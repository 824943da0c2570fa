"""Grad modes: whether operations are recorded, decided per thread.

Each thread keeps a stack of modes. A context pushes an entry and takes away *its own* entry when it
ends, wherever that entry then lies; so contexts that end out of order (generators do that) still
leave the thread as they found it.
"""

from __future__ import annotations

import copy
import threading
from contextlib import ContextDecorator
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False, slots=True)
class _Mode:
    recording: bool
    inference: bool


class _ThreadModes(threading.local):
    def __init__(self) -> None:
        self.stack = [_Mode(recording=True, inference=False)]


_modes = _ThreadModes()


def is_grad_enabled() -> bool:
    """Whether operations on tensors that require gradients are recorded in this thread."""
    return _modes.stack[-1].recording


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside :class:`inference_mode`."""
    return _modes.stack[-1].inference


class _ModeContext(ContextDecorator):
    """A context manager and decorator that holds one mode while it is open."""

    recording = True
    inference = False

    def __new__(cls, func: Any = None) -> Any:
        self = super().__new__(cls)
        if not callable(func):
            return self
        self.__init__()  # the bare decorator form, @no_grad
        return self(func)

    def __init__(self, func: Any = None) -> None:
        self._entries: list[_Mode] = []

    def _recreate_cm(self):
        # ContextDecorator's hook: a fresh context per call keeps recursion and threads apart.
        fresh = copy.copy(self)
        fresh._entries = []
        return fresh

    def __enter__(self):
        entry = _Mode(self.recording, self.inference)
        self._entries.append(entry)
        _modes.stack.append(entry)
        return self

    def __exit__(self, *exc) -> None:
        _modes.stack.remove(self._entries.pop())


class no_grad(_ModeContext):
    """Nothing inside is recorded: use it for evaluation and for updates of parameters.

    Works as ``with no_grad():``, ``@no_grad()`` and ``@no_grad``.

    >>> import tinyvision as tv
    >>> x = tv.ones(2, requires_grad=True)
    >>> with tv.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    recording = False


class enable_grad(_ModeContext):
    """Records again, inside a :class:`no_grad` block.

    >>> import tinyvision as tv
    >>> x = tv.ones(2, requires_grad=True)
    >>> with tv.no_grad(), tv.enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """


class inference_mode(_ModeContext):
    """Like :class:`no_grad`, and what is made inside may never enter a graph afterwards.

    Tensors made inside carry no version counter, so an operation that would have to save one for
    its derivative refuses it by name. ``inference_mode(False)`` lifts the mode.

    >>> import tinyvision as tv
    >>> with tv.inference_mode():
    ...     y = tv.ones(2) * 2
    >>> y.is_inference()
    True
    """

    def __init__(self, mode=True) -> None:
        super().__init__()
        self.inference = callable(mode) or bool(mode)
        self.recording = not self.inference


class set_grad_enabled:
    """Switch recording on or off from here on; as a context, only until the block ends.

    >>> import tinyvision as tv
    >>> x = tv.ones(1, requires_grad=True)
    >>> with tv.set_grad_enabled(False):
    ...     y = x * 2
    >>> y.requires_grad, (x * 2).requires_grad
    (False, True)
    """

    def __init__(self, mode: bool) -> None:
        self._entry = _modes.stack[-1]
        self._before = self._entry.recording
        self._entry.recording = bool(mode)

    def __enter__(self) -> set_grad_enabled:
        return self

    def __exit__(self, *exc) -> None:
        self._entry.recording = self._before
