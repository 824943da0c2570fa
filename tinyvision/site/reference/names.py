"""Which names are public, what they are, and where each is explained."""

from __future__ import annotations

import importlib
import inspect
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

NAMESPACES = (
    "tinyvision", "tinyvision.Tensor", "tinyvision.nn", "tinyvision.nn.functional",
    "tinyvision.nn.init", "tinyvision.nn.utils", "tinyvision.nn.parallel", "tinyvision.optim",
    "tinyvision.optim.lr_scheduler", "tinyvision.data", "tinyvision.data.transforms",
    "tinyvision.utils", "tinyvision.utils.data", "tinyvision.distributed",
    "tinyvision.multiprocessing", "tinyvision.models", "tinyvision.train",
    "tinyvision.autograd", "tinyvision.autograd.functional", "tinyvision.linalg",
    "tinyvision.special", "tinyvision.interop", "tinyvision.explain", "tinyvision.viz",
    "tinyvision.viz.text", "tinyvision.report", "tinyvision.verify", "tinyvision.lessons",
    "tinyvision.lessons.views",
)  # fmt: skip
"""In the order in which the reference lists them."""


@dataclass(frozen=True)
class Entry:
    """A name.

    Attributes:
        name: without the namespace.
        full: as one types it after ``import tinyvision as tv``.
        kind: 'class', 'function', 'method', 'property', 'namespace' or 'value'.
        signature: with the full name; of a value, what it is.
        doc: its docstring.
        same_as: the full name under which the same object is explained, or nothing.
        members: of a class, its public methods and properties.
        bases: of a class, the full names of the classes it stands on.
    """

    name: str
    full: str
    kind: str
    signature: str
    doc: str
    same_as: str = ""
    members: list[Entry] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The first paragraph of the docstring in one line."""
        return " ".join(self.doc.split("\n\n")[0].split())


ON_THEIR_OWN = ("tinyvision.lessons", "tinyvision.lessons.views", "tinyvision.viz.text")
"""Those that ``import tinyvision`` does not bring along: one imports from them."""


def short(namespace: str) -> str:
    """A namespace as one types it after ``import tinyvision as tv``.

    >>> short("tinyvision.nn.init"), short("tinyvision.lessons")
    ('tv.nn.init', 'tinyvision.lessons')
    """
    if namespace in ON_THEIR_OWN:
        return namespace
    return "tv" + namespace.removeprefix("tinyvision")


def resolved(namespace: str) -> Any:
    """The module, or the class, of a namespace."""
    if namespace == "tinyvision.Tensor":
        return importlib.import_module("tinyvision").Tensor
    return importlib.import_module(namespace)


@cache
def entries(namespace: str) -> list[Entry]:
    """The public names of a namespace, sorted without regard to case."""
    owner = resolved(namespace)
    names = _public(namespace, owner)
    return [_entry(namespace, name, _looked_up(owner, name)) for name in names]


@cache
def homes() -> dict[int, str]:
    """The full name under which an object is explained, by its identity.

    That is in the first namespace that has it, under its own name if it has it there.
    """
    found: dict[int, str] = {}
    for namespace in NAMESPACES:
        owner = resolved(namespace)
        here: dict[int, list[str]] = {}
        for name in _public(namespace, owner):
            thing = _looked_up(owner, name)
            if callable(thing):
                here.setdefault(id(thing), []).append(name)
        for key, names in here.items():
            own = getattr(_looked_up(owner, names[0]), "__name__", "")
            found.setdefault(key, f"{short(namespace)}.{own if own in names else names[0]}")
    return found


def _looked_up(owner: Any, name: str) -> Any:
    if isinstance(owner, type):
        thing = inspect.getattr_static(owner, name)
        return thing.__func__ if isinstance(thing, (staticmethod, classmethod)) else thing
    return getattr(owner, name)


def _public(namespace: str, owner: Any) -> list[str]:
    names = getattr(owner, "__all__", None)
    if names is None:
        every = [name for name in dir(owner) if not name.startswith("_")]
        names = [name for name in every if _ours(_looked_up(owner, name), namespace)]
    return sorted(set(names), key=lambda name: (name.casefold(), name))


def _ours(thing: Any, namespace: str) -> bool:
    """Whether an object that a module merely has is meant for its users."""
    if isinstance(thing, types.ModuleType):
        return thing.__name__ in NAMESPACES and thing.__name__ not in ON_THEIR_OWN
    if namespace == "tinyvision" and isinstance(thing, (np.dtype, float)):
        return True
    if namespace == "tinyvision" and thing in (np.dtype, tuple):
        return True
    if isinstance(thing, property):
        return True
    module = str(getattr(thing, "__module__", ""))
    # The package itself, and the class, gather what stands elsewhere; other modules do not.
    if namespace in ("tinyvision", "tinyvision.Tensor"):
        return module.startswith("tinyvision")
    return module == namespace


def _entry(namespace: str, name: str, thing: Any) -> Entry:
    full = f"{short(namespace)}.{name}"
    if isinstance(thing, types.ModuleType):
        return Entry(name, full, "namespace", full, inspect.getdoc(thing) or "")
    if isinstance(thing, property):
        return Entry(name, full, "property", full, inspect.getdoc(thing) or "")
    if not callable(thing):
        return Entry(name, full, "value", f"{full} = {_value(thing)}", "")
    if not str(getattr(thing, "__module__", "")).startswith("tinyvision"):
        origin = f"{thing.__module__}.{thing.__qualname__}".removeprefix("builtins.")
        return Entry(name, full, "value", f"{full} = {origin}", "")
    home = homes().get(id(thing), full)
    same_as = home if home != full else ""
    if isinstance(thing, type):
        doc = inspect.cleandoc(thing.__doc__ or "")
        members = [] if namespace + "." + name in NAMESPACES else list(_members(full, thing))
        bases = [homes()[id(base)] for base in thing.__bases__ if id(base) in homes()]
        return Entry(name, full, "class", signature(full, thing), doc, same_as, members, bases)
    kind = "method" if namespace == "tinyvision.Tensor" else "function"
    return Entry(name, full, kind, signature(full, thing), inspect.getdoc(thing) or "", same_as)


def _members(full: str, thing: type) -> Iterator[Entry]:
    """The public methods and properties that a class has itself, and explains."""
    for name in vars(thing):
        member = _looked_up(thing, name)
        if name.startswith("_") or not (callable(member) or isinstance(member, property)):
            continue
        doc = inspect.cleandoc(getattr(member, "__doc__", None) or "")
        if not doc or isinstance(member, type):
            continue
        if isinstance(member, property):
            yield Entry(name, f"{full}.{name}", "property", name, doc)
        else:
            yield Entry(name, f"{full}.{name}", "method", signature(name, member), doc)


def signature(name: str, thing: Any) -> str:
    """How something is called, annotations as they were written.

    >>> signature("len", len)
    'len(obj, /)'
    """
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):  # what Python itself has made, such as most exceptions
        return f"{name}(...)"
    parameters = [
        parameter.replace(
            annotation=_unquoted(parameter.annotation), default=_bare(parameter.default)
        )
        for parameter in found.parameters.values()
        if not (parameter.name == "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD)
    ]
    returns = found.return_annotation
    if isinstance(thing, type) or returns in (None, "None"):
        returns = inspect.Signature.empty
    text = str(inspect.Signature(parameters, return_annotation=_unquoted(returns)))
    return name + text


class _Word:
    """Text that has no quotation marks when it is shown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _unquoted(annotation: Any) -> Any:
    return _Word(annotation) if isinstance(annotation, str) else annotation


def _bare(default: Any) -> Any:
    """A default as one would type it: no addresses of memory."""
    if default is inspect.Parameter.empty:
        return default
    text = getattr(default, "__qualname__", None) or repr(default)
    return _Word("..." if "<" in text else text)


def _value(thing: Any) -> str:
    if isinstance(thing, dict):
        text = "{" + ", ".join(f"{key!r}: ..." for key in thing) + "}"
    else:
        text = repr(thing)
    if len(text) <= 120 and " at 0x" not in text:
        return text
    return f"a {type(thing).__name__} of {len(thing)}" if hasattr(thing, "__len__") else "..."
