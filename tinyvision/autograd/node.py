"""`Node`: one recorded operation, with what its derivative rules will read.

A node holds raw arrays and edges to its parents (a node, or a leaf tensor), never the tensor it
made; so there are no reference cycles, and memory goes when the last name goes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .plan import ANSWER, EVERY, Plan
from .tensor import Tensor, wrap
from .version import Version

if TYPE_CHECKING:
    from .anomaly import Trace
    from .hooks import Hook
    from .primitive import Primitive

_sequence = itertools.count()


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
        self.parents = plan.edges(args)
        self.saved, self.watched = plan.keep(args, answer)
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

    def pull_back(self, g: Any, create_graph: bool) -> list[tuple[Node | Tensor | None, Any]]:
        """The gradients of the parents, given `g`, that of the answer; None where there is none.

        On bare arrays as a rule; on tensors, so that the rules are recorded, under `create_graph`.
        """
        if self.freed or self.watched:
            self.check_saved()
        saved = self._as_tensors() if create_graph else self.saved
        parents = self.parents
        pulled: list[tuple[Node | Tensor | None, Any]] = []
        for place, call in self.plan.calls:
            gradients = call(g, saved, self.config)
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


def _holds_array(values: Iterable[Any]) -> bool:
    return any(
        isinstance(value, np.ndarray) or (isinstance(value, (tuple, list)) and _holds_array(value))
        for value in values
    )
