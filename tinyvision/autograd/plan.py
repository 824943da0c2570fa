"""`Plan`: what a node has to do, found out once for all calls that want the same gradients.

Which parents a node has, what it keeps and how its rules are called follows from the rules'
signatures. So it is worked out the first time; what is left for every node are three functions. For
few operands they are written out, without loops: a small operation takes less time than a loop, and
most operations have one operand or two. Each has the general form beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .tensor import Tensor, wrap
from .version import Version

if TYPE_CHECKING:
    from .node import Node

ANSWER = -1  # the place of the answer among the values a rule may read; arguments count from 0
EVERY = -2  # all arguments, of a primitive that takes any number of them

Watched = tuple[int, Version, int]  # the place of something kept, its version, the count then
Kept = tuple[Sequence[Any], Sequence[Watched]]
Call = Callable[[Any, Sequence[Any], dict[str, Any]], Any]


class Read(NamedTuple):
    """One thing a rule reads: of one place the value itself, or only its `shape` or `dtype`."""

    place: int
    aspect: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A derivative rule and what its signature says it reads."""

    function: Callable
    reads: tuple[Read, ...]
    config: tuple[str, ...] | None  # None: the whole configuration
    wants_needs: bool


class Plan:
    """What to keep and which rules to run when a given set of arguments wants gradients.

    Attributes:
        needs: which arguments those are.
        keeps: what the rules read, each thing once.
        edges: gives the parents, for the arguments; None where no gradient is wanted.
        keep: gives the values of `keeps` and which of them to watch, for arguments and answer.
        calls: the rules, each with the place of the argument it is for (EVERY for a joint rule),
            as functions of the gradient, of what was kept and of the configuration.
        alike: the plan for operands that need no summing up, of a pointwise primitive.
    """

    __slots__ = ("alike", "calls", "edges", "keep", "keeps", "needs")

    alike: Plan

    def __init__(
        self, name: str, needs: tuple[bool, ...], rules: Sequence[tuple[int, Rule]]
    ) -> None:
        self.needs = needs
        self.keeps = tuple(dict.fromkeys(read for _, rule in rules for read in rule.reads))
        self.edges = _edges(name, needs)
        self.keep = _keep(name, self.keeps)
        self.calls = tuple((place, _call(rule, self.keeps, needs)) for place, rule in rules)


# -- parents ----------------------------------------------------------------------------------


def edge_of(tensor: Tensor, wanted_by: str) -> Node | Tensor:
    """Where a gradient of the tensor goes: to the node that made it, or to itself if it is a leaf.

    Raises:
        RuntimeError: it does not show what its node made any more.
    """
    node = tensor._node
    if node is None:
        return tensor
    version = tensor._version
    if version is not None and version is node.version and version.count != node.made_at:
        raise RuntimeError(
            f"{wanted_by}: a tensor of shape {tensor.shape}, made by {node.name}, was changed in "
            f"place afterwards (by {version.changed_by}) where its graph did not see it: "
            "through another tensor that shares its memory, or while nothing was recorded; make a "
            "clone() before changing it, or write the change without the trailing underscore. "
            f"{node.origin()}"
        )
    return node


def _edges(name: str, needs: tuple[bool, ...]) -> Callable[[tuple], Sequence[Node | Tensor | None]]:
    if needs == (True,):
        return lambda args: (edge_of(args[0], name),)
    if len(needs) == 2:
        first, second = needs
        return lambda args: (
            edge_of(args[0], name) if first else None,
            edge_of(args[1], name) if second else None,
        )
    wanted = [place for place, need in enumerate(needs) if need]

    def edges(args: tuple) -> Sequence[Node | Tensor | None]:
        parents: list[Node | Tensor | None] = [None] * len(args)
        for place in wanted:
            parents[place] = edge_of(args[place], name)
        return parents

    return edges


# -- what is kept -----------------------------------------------------------------------------


def _keep(name: str, keeps: tuple[Read, ...]) -> Callable[[tuple, Tensor], Kept]:
    def general(args: tuple, answer: Tensor) -> Kept:
        values = (*args, answer)  # so that ANSWER, which is -1, is its place
        watched: list[Watched] = []
        saved: list[Any] = []
        for place, aspect in keeps:
            if place == EVERY:
                every = [_kept(name, i, aspect, arg, watched) for i, arg in enumerate(args)]
                saved.append(tuple(every))
            else:
                saved.append(_kept(name, place, aspect, values[place], watched))
        return saved, watched

    if not keeps:
        return lambda args, answer: ((), ())
    if len(keeps) > 2 or any(place == EVERY or aspect for place, aspect in keeps):
        return general
    i, j = keeps[0].place, keeps[-1].place

    def one(args: tuple, answer: Tensor) -> Kept:
        x = (*args, answer)[i]
        if isinstance(x, Tensor):
            v = x._version
            if v is not None:
                return (x._array,), ((i, v, v.count),)
        elif not isinstance(x, np.ndarray):
            return (x,), ()
        return general(args, answer)

    def two(args: tuple, answer: Tensor) -> Kept:
        values = (*args, answer)
        x, y = values[i], values[j]
        if isinstance(x, Tensor) and isinstance(y, Tensor):
            v, w = x._version, y._version
            if v is not None and w is not None:
                return (x._array, y._array), ((i, v, v.count), (j, w, w.count))
        return general(args, answer)

    return one if len(keeps) == 1 else two


def _kept(name: str, place: int, aspect: str, value: Any, watched: list[Watched]) -> Any:
    """What is kept of one value; if its memory may change, it is added to `watched`."""
    if aspect:
        return getattr(value, aspect)
    if isinstance(value, np.ndarray):
        value = wrap(value.copy())  # nobody counts the changes of a bare array
    elif not isinstance(value, Tensor):
        return value
    version = value._version
    if version is None:
        raise RuntimeError(
            f"{name}: an inference tensor of shape {value.shape} would have to be saved for "
            "backward; use x.clone() outside the inference_mode block"
        )
    watched.append((place, version, version.count))
    return value._array


# -- rules ------------------------------------------------------------------------------------


def _call(rule: Rule, keeps: tuple[Read, ...], needs: tuple[bool, ...]) -> Call:
    function = rule.function
    slots = [keeps.index(read) for read in rule.reads]
    if rule.config == () and not rule.wants_needs:
        if not slots:
            return lambda g, saved, config: function(g)
        if len(slots) == 1:
            (i,) = slots
            return lambda g, saved, config: function(g, saved[i])
        if len(slots) == 2:
            i, j = slots
            return lambda g, saved, config: function(g, saved[i], saved[j])

    def general(g: Any, saved: Sequence[Any], config: dict[str, Any]) -> Any:
        if rule.config is not None:
            config = {name: config[name] for name in rule.config}
        if rule.wants_needs:
            config = {**config, "needs": needs}
        return function(g, *[saved[slot] for slot in slots], **config)

    return general
