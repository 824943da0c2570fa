"""Primitives: plain functions of arrays that know their derivative.

Given arrays, a primitive is the NumPy function it was written as. Given a tensor it returns a
tensor and, if a gradient may be wanted, leaves a `Node`: a recipe of what was made from what.

The derivative rules stand under the function, one per argument::

    @primitive
    def reshape_to(x, *, shape):
        return x.reshape(shape)

    reshape_to.defvjp(x=lambda g, x_shape: reshape_to(g, shape=x_shape))

A primitive may also say how its public arguments are made ready (`@primitive(prepare=...)`): types
promoted, shapes checked with an error that teaches. Bare arrays, as in rules, skip that.

A rule gets `g`, the gradient of the answer, and *names what else it reads*: an argument (`y`), the
answer (`ans`), only the shape or type of one of them (`x_shape`, `ans_dtype`), and after a `*` the
configuration it wants (all of it by `**config`). Exactly what is named is kept until backward, and
only for those arguments whose gradient is wanted. An unknown name is an error at import.

Because a rule is written in primitives and operators it runs on bare arrays in an ordinary backward
pass, and on tensors, recorded in their turn, when the derivative itself is to be derived. One
definition, every order of derivative.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .modes import this_thread
from .node import Node
from .plan import ANSWER, EVERY, Plan, Read, Rule
from .quiet import SILENT, hush, unhush
from .tensor import Tensor, wrap
from .version import FRESH, Version

registry: dict[str, Primitive] = {}
"""Every primitive by its name: what the tests go through, so that none is left out."""


class Primitive:
    """A function of arrays with derivative rules; made by the decorator :func:`primitive`."""

    def __init__(
        self, function: Callable[..., Any], prepare: Callable[..., tuple] | None = None
    ) -> None:
        self.function = function
        self.prepare = prepare
        self.name = function.__name__.strip("_")
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__
        self.__wrapped__ = function  # inspect and doctest look here
        parameters = list(inspect.signature(function).parameters.values())
        configuration = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
        self.arguments = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        self.configuration = [p.name for p in configuration]
        self._configurable = frozenset(self.configuration)
        self.defaults = {p.name: p.default for p in configuration if p.default is not p.empty}
        self.rules: dict[str, Rule] = {}
        self.joint: Rule | None = None
        self.joint_wanted: frozenset[int] = frozenset()
        self._plans: dict[tuple[bool, ...], Plan] = {}
        if self.name in registry:
            raise TypeError(f"there are two primitives of the name {self.name!r}")
        registry[self.name] = self

    # -- declaring ----------------------------------------------------------------------------

    def defvjp(self, **rules: Callable) -> None:
        """Declare rules, one per argument. An argument without a rule has no gradient."""
        for argument, function in rules.items():
            if argument not in self.arguments or self.variadic:
                raise TypeError(f"{self.name} has no single argument {argument!r} to give a rule")
            self.rules[argument] = self._parse(function)

    def defvjp_joint(self, function: Callable, wanted: tuple[str, ...] = ()) -> None:
        """Declare one rule that returns the gradients of all arguments, as a tuple.

        For arguments whose rules share work, and for primitives of any number of arguments. If it
        names ``needs``, it is told by a tuple of booleans which gradients are wanted. It serves
        where the gradients of all ``wanted`` arguments are; elsewhere the single rules do.
        """
        self.joint = self._parse(function)
        self.joint_wanted = frozenset(self.arguments.index(name) for name in wanted)

    def _parse(self, function: Callable) -> Rule:
        parameters = list(inspect.signature(function).parameters.values())
        if not parameters or parameters[0].name != "g":
            raise TypeError(f"a rule of {self.name} takes the gradient g first")
        named = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "needs"]
        unknown = [name for name in named if name not in self.configuration]
        if unknown:
            raise TypeError(f"a rule of {self.name} reads unknown configuration {unknown}")
        return Rule(
            function,
            reads=tuple(
                self._parse_read(p.name)
                for p in parameters[1:]
                if p.kind is p.POSITIONAL_OR_KEYWORD
            ),
            config=None if any(p.kind is p.VAR_KEYWORD for p in parameters) else tuple(named),
            wants_needs=any(p.name == "needs" for p in parameters),
        )

    def _parse_read(self, name: str) -> Read:
        places = {argument: place for place, argument in enumerate(self.arguments)}
        if self.variadic:
            places[self.arguments[-1]] = EVERY
        places["ans"] = ANSWER
        for aspect in ("shape", "dtype"):
            whose = name.removesuffix(f"_{aspect}")
            if whose != name and whose in places:
                return Read(places[whose], aspect)
        if name not in places:
            raise TypeError(
                f"a rule of {self.name} reads {name!r}, which is neither 'ans' nor one of its "
                f"arguments {self.arguments}"
            )
        return Read(places[name], "")

    # -- running ------------------------------------------------------------------------------

    def __call__(self, *args: Any, **config: Any) -> Any:
        if config and not self._configurable.issuperset(config):
            args, config = self._bind(args, config)
        for arg in args:
            if isinstance(arg, Tensor):
                return self._run(args, config)
        return self.function(*args, **config)

    def _run(self, args: tuple, config: dict[str, Any]) -> Tensor:
        # Every operation on tensors goes through here: what can be is done in place, without
        # calls of its own (`python -m benchmarks tape`).
        if self.prepare is not None:
            args = self.prepare(*args)
        raw = []
        needs = []
        for arg in args:
            if isinstance(arg, Tensor):
                raw.append(arg._array)
                needs.append(arg._requires_grad)
            else:
                raw.append(arg)
                needs.append(False)
        token = hush(SILENT)
        try:
            answer = self.function(*raw, **config)
        finally:
            unhush(token)
        if type(answer) is not np.ndarray:
            answer = np.asarray(answer)  # NumPy returns scalars where an array has no axes
        state = this_thread.state
        mode = state.stack[-1]
        shown: Version | None = FRESH
        if answer.base is not None or answer is raw[0] or answer is raw[-1] or len(raw) > 2:
            shown = _version_shown(answer, args)
        if shown is FRESH:
            made = wrap(answer, None, None if mode.inference else Version())
        else:
            made = wrap(answer, None, shown)
        if True in needs and mode.recording and answer.dtype.kind == "f":
            key = tuple(needs)
            plan = self._plans.get(key) or self._make_plan(key)
            if plan.calls:
                if len(config) != len(self.configuration):
                    config = {**self.defaults, **config} if config else self.defaults
                made._node = Node(self, plan, args, config, made)
                made._requires_grad = True
        for watch in state.watchers:
            watch(self, made, args, config)
        if shown is not FRESH and shown is not None:
            shown.add_view(made)
        return made

    def _bind(self, args: tuple, given: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
        """Sort keywords into arguments, which are positional inside, and configuration."""
        bound = inspect.signature(self.function).bind(*args, **given)
        bound.apply_defaults()
        return bound.args, bound.kwargs

    def _make_plan(self, needs: tuple[bool, ...]) -> Plan:
        plan = self._plans[needs] = Plan(self.name, needs, self._rules_for(needs))
        return plan

    def _rules_for(self, needs: tuple[bool, ...]) -> list[tuple[int, Rule]]:
        if self.joint is not None and all(needs[place] for place in self.joint_wanted):
            return [(EVERY, self.joint)]
        return [
            (place, self.rules[name])
            for place, (name, need) in enumerate(zip(self.arguments, needs, strict=True))
            if need and name in self.rules
        ]

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


def primitive(function: Any = None, *, prepare: Callable[..., tuple] | None = None) -> Any:
    """Turn a function of arrays into a primitive: arrays positional, configuration keyword-only.

    ``prepare`` gets the arguments of a call with a tensor among them and returns what to use.
    """
    if function is None:
        return lambda function: Primitive(function, prepare)
    return Primitive(function)


def _version_shown(answer: np.ndarray, args: tuple) -> Version | None:
    """The version of the argument whose memory the answer shows; FRESH if it shows none."""
    owner = _owner(answer)
    for arg in args:
        if isinstance(arg, Tensor) and _owner(arg._array) is owner:
            return arg._version
    return FRESH


def _owner(array: Any) -> Any:
    """What the memory belongs to: the end of the chain of views."""
    while (base := getattr(array, "base", None)) is not None:
        array = base
    return array
