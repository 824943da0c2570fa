"""What can be proven, by name: functions and layers, and the names a user may call them by."""

from __future__ import annotations

import difflib
import dis
import functools
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tinyvision

from .. import nn
from ..autograd import Primitive, Tensor
from .case import Case
from .layer import Layer
from .table import all_cases, all_layers

PLACES = (tinyvision, nn.functional, Tensor)
"""Where users find functions; a method is one, too."""


@dataclass(frozen=True)
class Subject:
    """One line of the result: a case of a function, or the cases of all layers of one type."""

    name: str
    case: Case | None = None
    layers: tuple[Layer, ...] = ()

    @property
    def differentiable(self) -> bool:
        """Whether it has a derivative at all."""
        return self.case is None or self.case.differentiable


@functools.cache
def all_subjects() -> tuple[Subject, ...]:
    """Every case by its name, then every layer as ``nn.Name``."""
    functions = [Subject(case.name, case=case) for case in all_cases()]
    names = dict.fromkeys(layer.name for layer in all_layers())
    layers = [
        Subject(f"nn.{name}", layers=tuple(each for each in all_layers() if each.name == name))
        for name in names
    ]
    return (*functions, *layers)


def subjects_named(names: Sequence[str]) -> list[Subject]:
    """The subjects that some names mean, each once; all of them if there are no names.

    A name is that of a case, of a primitive, of a layer (``Conv2d``, ``nn.Conv2d``) or of a public
    function; one without a case of its own means the primitives it is made of.

    Raises:
        ValueError: nothing is called so, or what is called so has nothing to prove.
    """
    found: dict[str, Subject] = {}
    for name in names:
        found.update((subject.name, subject) for subject in _named(name))
    return list(found.values()) if names else list(all_subjects())


def _named(name: str) -> list[Subject]:
    short = name.rpartition(".")[2]
    if found := _found(short):
        return found
    if _public(short) or hasattr(nn, short):
        raise ValueError(
            f"{name!r} is made of nothing that has a derivative to check "
            "(tinyvision gradcheck --list shows what has)"
        )
    raise ValueError(
        f"unknown operation {name!r}{_guess(short, name.removesuffix(short))} "
        "(tinyvision gradcheck --list shows them all)"
    )


def _found(name: str) -> list[Subject]:
    if found := _by_name().get(name):
        return found
    primitives = {p.name for function in _public(name) for p in _made_of(function)}
    return [s for s in all_subjects() if s.case is not None and s.case.answers_for in primitives]


@functools.cache
def _by_name() -> dict[str, list[Subject]]:
    found: dict[str, list[Subject]] = {}
    for subject in all_subjects():
        layer = {subject.name.removeprefix("nn.")}
        for name in layer if subject.case is None else _names(subject.case):
            found.setdefault(name, []).append(subject)
    return found


def _names(case: Case) -> set[str]:
    """A case's name, its first word, the primitive it is of, the public function that it calls."""
    names = {case.name, case.name.partition(" ")[0], case.answers_for or case.name}
    name = getattr(case.function, "__name__", "")
    return names | {name} if case.function in _public(name) else names


def _public(name: str) -> list[Any]:
    """The functions that users call by a name."""
    found = (vars(place).get(name) for place in PLACES)
    return [each for each in found if isinstance(each, types.FunctionType | Primitive)]


def _made_of(function: Any) -> Iterator[Primitive]:
    """The primitives that a function calls by name, itself or through the functions it calls."""
    waiting, seen = [function], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Primitive):
            yield part
        elif isinstance(part, types.FunctionType) and part not in seen:
            seen.add(part)
            waiting += _called(part)


def _called(function: types.FunctionType) -> list[Any]:
    """The functions of this package whose names stand in the code of a function."""
    codes, names = [function.__code__], set()
    while codes:
        code = codes.pop()
        names |= {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
        codes += [inner for inner in code.co_consts if isinstance(inner, types.CodeType)]
    package = __package__.partition(".")[0]
    values = (function.__globals__.get(name) for name in names)
    return [v for v in values if (getattr(v, "__module__", "") or "").startswith(package)]


def _guess(name: str, before: str = "") -> str:
    """What was meant, as words to go behind the complaint."""
    known = sorted({*_by_name(), *(each for place in PLACES for each in vars(place))})
    same = [each for each in known if each.lower() == name.lower()]
    for close in (same, difflib.get_close_matches(name, known, n=5)):
        likely = [each for each in close if each[0] != "_" and _found(each)]
        if best := difflib.get_close_matches(name, likely, n=1, cutoff=0.0):
            prefix = "nn." if before == "nn." and hasattr(nn, best[0]) else ""
            return f"; did you mean {prefix + best[0]!r}?"
    return ""
