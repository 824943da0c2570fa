"""Memory formats, which PyTorch code names: accepted everywhere, and without effect."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])


class memory_format:
    """In which order the elements of a tensor lie in memory, by name.

    There is nothing to choose: images lie channels-last behind shapes (N, C, H, W) as soon as an
    operation gains by it. So ``x.to(memory_format=tv.channels_last)`` is the same tensor.

    >>> import tinyvision as tv
    >>> tv.channels_last
    tinyvision.channels_last
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"tinyvision.{self._name}"


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")


def check_memory_format(given: Any) -> None:
    """Accept a memory format, or None.

    Raises:
        TypeError: anything else.
    """
    if given is not None and not isinstance(given, memory_format):
        raise TypeError(
            "memory_format must be tv.contiguous_format, tv.preserve_format, tv.channels_last or "
            f"tv.channels_last_3d, got {given!r}"
        )


def takes_memory_format(function: _F) -> _F:
    """Let a function take the keyword, which is checked and then left out."""

    @functools.wraps(function)
    def checked(*args: Any, memory_format: Any = None, **kwargs: Any) -> Any:
        check_memory_format(memory_format)
        return function(*args, **kwargs)

    signature = inspect.signature(function)
    keyword = inspect.Parameter("memory_format", inspect.Parameter.KEYWORD_ONLY, default=None)
    shown = signature.replace(parameters=[*signature.parameters.values(), keyword])
    checked.__signature__ = shown  # type: ignore[attr-defined]
    return checked  # type: ignore[return-value]
