"""A learner's function as the checks call it: what it gives is looked at before it is used."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


class Trouble(Exception):
    """A call that gave nothing to be compared.

    Attributes:
        kind: ``nothing``, None was returned; ``unfinished``, a ``...`` was; ``shape``, the array
            has another shape; ``type``, it is no array of numbers; ``changed``, an argument was
            changed in place; ``signature``, it cannot be called so.
        text: what is wrong, in words.
        value: what was returned.
    """

    def __init__(self, kind: str, text: str = "", value: Any = None) -> None:
        super().__init__(text)
        self.kind, self.text, self.value = kind, text, value


@dataclass(frozen=True)
class Promise:
    """What a function is asked to keep to.

    Attributes:
        signature: how it is called, such as ``attention(q, k, v)``.
        shape: from the arguments, the shape of the answer.
    """

    signature: str
    shape: Callable[..., tuple[int, ...]]


class Watched:
    """A function that must keep its promise.

    Raises:
        Trouble: it does not.

    >>> Watched(lambda x: x.tolist(), Promise("same(x)", np.shape))(np.ones(2))
    array([1., 1.])
    >>> Watched(lambda x: print("here"), Promise("same(x)", np.shape))(np.ones(2))
    Traceback (most recent call last):
    tinyvision.exercises.watched.Trouble
    """

    def __init__(self, function: Callable[..., Any], promise: Promise) -> None:
        self.function, self.promise = function, promise

    def __call__(self, *args: Any) -> np.ndarray:
        """The answer as an array of floats."""
        self._check_signature(args)
        before = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
        value = self.function(*args)
        if value is None:
            raise Trouble("nothing")
        if value is ...:
            raise Trouble("unfinished")
        self._check_arguments(before, args)
        answer = plain(value)
        wanted = self.promise.shape(*before)
        if not isinstance(answer, np.ndarray):
            kind = type(value).__name__
            raise Trouble("type", f"{_article(kind)} {kind}, and no array of numbers", value)
        if answer.shape != wanted:
            text = f"an array of shape {answer.shape} where {wanted} is wanted"
            raise Trouble("shape", text, answer)
        return answer

    def _check_signature(self, args: tuple[Any, ...]) -> None:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # something built in
            return
        try:
            signature.bind(*args)
        except TypeError:
            name = self.promise.signature.partition("(")[0]
            text = f"{name}{signature} cannot be called as {self.promise.signature}"
            raise Trouble("signature", text) from None

    def _check_arguments(self, before: list[Any], args: tuple[Any, ...]) -> None:
        names = self.promise.signature.partition("(")[2].rstrip(")").split(", ")
        for name, old, new in zip(names, before, args, strict=False):
            if isinstance(old, np.ndarray) and not _unchanged(old, new):
                raise Trouble("changed", name.partition("=")[0], new.copy())


def plain(value: Any) -> Any:
    """A number, a tensor, or a nest of numbers as an array of floats; anything else as it is.

    >>> plain([1, 2])
    array([1., 2.])
    >>> plain("two")
    'two'
    """
    if value is None or isinstance(value, str | bytes | dict | set) or callable(value):
        return value
    if hasattr(value, "detach") and hasattr(value, "numpy"):  # a tensor
        value = value.detach().numpy()
    try:
        array = np.asarray(value)
    except Exception:  # ragged, or it refuses
        return value
    return array.astype(float) if array.dtype.kind in "fiub" else value


def _unchanged(old: np.ndarray, new: np.ndarray) -> bool:
    return old.shape == new.shape and np.array_equal(old, new, equal_nan=old.dtype.kind == "f")


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"
