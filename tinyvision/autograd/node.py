"""`Node`: one recorded operation, with what its derivative rules will read.

A node holds raw arrays and edges to its parents (a node, or a leaf tensor), never the tensor it
made; so there are no reference cycles, and memory goes when the last name goes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .tensor import Tensor, wrap
from .version import Version

if TYPE_CHECKING:
    from .anomaly import Trace
    from .hooks import Hook
    from .primitive import Primitive

ANSWER = -1  # the place of the answer among the values a rule may read; arguments count from 0
EVERY = -2  # all arguments, of a primitive that takes any number of them

Watched = tuple[int, Version, int]  # the place of something kept, its version, the count then

_sequence = itertools.count()


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

    def settings(self, config: dict[str, Any], needs: tuple[bool, ...]) -> dict[str, Any]:
        """What it reads of the configuration."""
        if self.config is not None:
            config = {name: config[name] for name in self.config}
        return {**config, "needs": needs} if self.wants_needs else config


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep and which rules to run when a given set of arguments wants gradients.

    `needs` says which arguments those are. `rules` holds triples: the argument the rule is for
    (EVERY for a joint rule), the rule, and which of the kept values it reads.
    """

    needs: tuple[bool, ...]
    keeps: tuple[Read, ...]
    rules: tuple[tuple[int, Rule, tuple[int, ...]], ...]


class Node:
    """One recorded operation; see the module's text."""

    trace: Trace  # only there if the operation was recorded under detect_anomaly

    __slots__ = (
        "_hooks",
        "config",
        "freed",
        "made_at",
        "parents",
        "plan",
        "primitive",
        "saved",
        "sequence",
        "shape",
        "trace",
        "version",
        "watched",
    )

    def __init__(
        self,
        primitive: Primitive,
        plan: Plan,
        args: tuple,
        config: dict[str, Any],
        answer: Tensor,
    ) -> None:
        self.primitive = primitive
        self.plan = plan
        self.config = config
        self.sequence = next(_sequence)  # parents are made, and numbered, before children
        self.freed = False
        self._hooks: list[Hook] | None = None
        parents: list[Node | Tensor | None] = []
        for arg, need in zip(args, plan.needs, strict=True):
            if not need:
                parents.append(None)
                continue
            node = arg._node
            if node is None:
                parents.append(arg)
            elif arg._version is not None and arg._version.count == node.made_at:
                parents.append(node)  # as edge_of, for the usual case
            else:
                parents.append(edge_of(arg, primitive.name))
        self.parents = parents
        watched = []
        saved: list[Any] = []
        for read in plan.keeps:
            place, aspect = read
            value = answer if place == ANSWER else args[place] if place >= 0 else None
            if isinstance(value, Tensor):
                version = value._version
                if aspect:
                    array = value._array
                    saved.append(array.shape if aspect == "shape" else getattr(array, aspect))
                    continue
                if version is not None:
                    watched.append((place, version, version.count))
                    saved.append(value._array)
                    continue
            saved.append(self._keep(read, args, answer, watched))
        self.saved: Sequence[Any] = saved
        self.watched: Sequence[Watched] = watched
        version = answer._version  # as made(), which others call
        self.shape = answer._array.shape
        self.version = version
        self.made_at = 0 if version is None else version.count

    @property
    def name(self) -> str:
        """The name shown in a tensor's repr, such as ``MulBackward``."""
        words = self.primitive.name.split("_")
        return "".join(word[:1].upper() + word[1:] for word in words) + "Backward"

    @property
    def next_functions(self) -> tuple[Node | Tensor, ...]:
        """The nodes and leaf tensors this one was made from."""
        return tuple(parent for parent in self.parents if parent is not None)

    def made(self, tensor: Tensor) -> None:
        """Take note that `tensor` shows the answer, as its memory is now."""
        self.shape = tensor._array.shape
        self.version = tensor._version
        self.made_at = 0 if tensor._version is None else tensor._version.count

    def free(self) -> None:
        """Let go of the arrays that were kept. A node that kept none can serve again."""
        if self.watched or (self.config and _holds_array(self.config.values())):
            self.freed = True
            self.saved = self.watched = ()
            self.config = {}

    # -- recording ----------------------------------------------------------------------------

    def _keep(self, read: Read, args: tuple, answer: Tensor, watched: list[Watched]) -> Any:
        if read.place == EVERY:
            reads = [Read(place, read.aspect) for place in range(len(args))]
            kept = [self._keep(each, args, answer, watched) for each in reads]
            return tuple(kept)
        value = answer if read.place == ANSWER else args[read.place]
        if read.aspect:
            return getattr(value, read.aspect)
        if isinstance(value, np.ndarray):
            value = wrap(value.copy())  # nobody counts the changes of a bare array
        elif not isinstance(value, Tensor):
            return value
        version = value._version
        if version is None:
            raise RuntimeError(
                f"{self.primitive.name}: an inference tensor of shape {value.shape} would have to "
                "be saved for backward; use x.clone() outside the inference_mode block"
            )
        watched.append((read.place, version, version.count))
        return value._array

    # -- for errors and pictures --------------------------------------------------------------

    def argument_name(self, place: int) -> str:
        """What a text calls one of the arguments, or the answer."""
        if place == ANSWER:
            return "its answer"
        names = self.primitive.arguments
        return f"its argument {names[place]!r}" if place < len(names) else f"argument {place}"

    def known_trace(self) -> Trace | None:
        """What was noted of the operation under ``detect_anomaly``; None outside it."""
        return getattr(self, "trace", None)

    def origin(self) -> str:
        """The sentence that says where the operation was called, or how to learn it."""
        trace = self.known_trace()
        if trace is not None:
            return f"The operation was called at {trace.called_at}"
        return (
            "To learn which line called the operation, run the forward pass under "
            "tinyvision.autograd.detect_anomaly() too"
        )

    def saved_values(self) -> Iterator[tuple[int, Any]]:
        """Arrays and numbers it keeps of its arguments and its answer, as far as not changed since.

        By place; the answer's is ANSWER.
        """
        changed = {place for place, version, count in self.watched if version.count != count}
        for read, value in zip(self.plan.keeps, self.saved, strict=False):  # freed: none
            values = enumerate(value) if read.place == EVERY else [(read.place, value)]
            for place, kept in values:
                if not read.aspect and place not in changed:
                    yield place, kept

    # -- going back ---------------------------------------------------------------------------

    def check_saved(self) -> None:
        """Raise unless what was saved is still there and as it was.

        Raises:
            RuntimeError: it was freed, or changed in place.
        """
        if self.freed:
            raise RuntimeError(
                f"backward a second time through {self.name}, whose saved values were freed by the "
                "first; pass retain_graph=True to the first backward, or compute the loss again. "
                "In a loop, a tensor carried over from the step before still belongs to that "
                f"step's graph: carry over x.detach(). {self.origin()}"
            )
        for place, version, count in self.watched:
            if version.count != count:
                changes = version.count - count
                times = f", the last of {changes} times" if changes > 1 else ""
                what = self.argument_name(place)
                raise RuntimeError(
                    f"{self.name} needs {what}, which was changed in place (by "
                    f"{version.changed_by}{times}) after it was saved; make a clone() before "
                    "changing it, or write the change without the trailing underscore: x = x + 1 "
                    f"for x += 1 or x.add_(1), or change it after backward. {self.origin()}"
                )

    def pull_back(self, g: Any, create_graph: bool) -> Iterable[tuple[Node | Tensor | None, Any]]:
        """The gradients of the parents, given `g`, that of the answer; None where there is none.

        On bare arrays as a rule; on tensors, so that the rules are recorded, under `create_graph`.
        """
        self.check_saved()
        saved = self._as_tensors() if create_graph else self.saved
        parents = self.parents
        pulled: list[tuple[Node | Tensor | None, Any]] = []
        for place, rule, slots in self.plan.rules:
            values = [saved[slot] for slot in slots]
            if rule.config == () and not rule.wants_needs:
                gradients = rule.function(g, *values)
            else:
                settings = rule.settings(self.config, self.plan.needs)
                gradients = rule.function(g, *values, **settings)
            if place == EVERY:
                pulled += zip(parents, gradients, strict=True)
            else:
                pulled.append((parents[place], gradients))
        return pulled

    def _as_tensors(self) -> list[Any]:
        """What was saved, in its place in the graph, for rules that are recorded in their turn."""
        versions = {place: version for place, version, _ in self.watched}
        return [
            value if read.aspect else self._as_tensor(read.place, value, versions)
            for read, value in zip(self.plan.keeps, self.saved, strict=True)
        ]

    def _as_tensor(self, place: int, value: Any, versions: dict[int, Version]) -> Any:
        if place == EVERY:
            return tuple(self._as_tensor(i, item, versions) for i, item in enumerate(value))
        if place not in versions:
            return value  # a number
        made_by = self if place == ANSWER else self.parents[place]
        if isinstance(made_by, Tensor):
            return made_by  # a leaf is its own place in the graph
        return wrap(value, made_by, versions[place])

    def __repr__(self) -> str:
        return f"<{self.name}>"


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


def _holds_array(values: Iterable[Any]) -> bool:
    return any(
        isinstance(value, np.ndarray) or (isinstance(value, (tuple, list)) and _holds_array(value))
        for value in values
    )
