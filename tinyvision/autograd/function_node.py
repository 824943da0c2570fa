"""The nodes that an operation of the user's own leaves in the graph.

An operation with one answer leaves one `FunctionNode`. One with several also leaves an `OutputNode`
for each, which hands its gradient on to the common node; what arrives there is a `Gradients`, and
sums of these fill up place by place. So the operation's backward runs once, with all gradients, as
soon as all that came later has been gone through.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np

from .node import Node
from .plan import ANSWER, Plan, edge_of
from .tensor import Tensor, unwrap, wrap
from .version import Version

NO_RULES = Plan("", needs=(), rules=())


@dataclass(frozen=True, slots=True)
class Operation:
    """What errors and pictures ask of a primitive: what it and its arguments are called."""

    name: str
    arguments: list[str]
    variadic: bool = False


class Saved(NamedTuple):
    """A tensor given to `save_for_backward`: its memory, and its place in the graph if it has one.

    `place` is that of the argument it is, or ANSWER, or beyond the arguments; `output` says which
    of the answers it is. An answer has no `edge` here: its node would hold itself.
    """

    array: np.ndarray
    version: Version
    place: int
    edge: Node | Tensor | None = None
    output: int = -1


class Gradients:
    """The gradients of several answers, of which some are not there (yet)."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    def __add__(self, other: Gradients) -> Gradients:
        pairs = zip(self.values, other.values, strict=True)
        return Gradients(tuple(b if a is None else a if b is None else a + b for a, b in pairs))

    @property
    def shape(self) -> tuple[tuple[int, ...] | None, ...]:
        """The shape of each."""
        return tuple(None if value is None else value.shape for value in self.values)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        # Anomaly detection looks for a NaN anywhere.
        parts = [np.ravel(unwrap(value)) for value in self.values if value is not None]
        return np.concatenate(parts)


class FunctionNode(Node):
    """One application of a user's operation; `going_back` is its backward."""

    __slots__ = ("context", "going_back", "output_nodes", "outputs")

    def __init__(
        self,
        operation: Operation,
        context: Any,
        going_back: Callable[..., Any],
        args: tuple,
        outputs: list[Tensor | None],
    ) -> None:
        first = next(output for output in outputs if output is not None)
        plan = Plan(operation.name, context.needs_input_grad, ())
        super().__init__(cast(Any, operation), plan, args, {}, first)
        self.context = context
        self.going_back = going_back
        self.outputs = [None if out is None else (out.shape, out.dtype) for out in outputs]
        self.output_nodes: list[Any] = []  # weak: they hold this node

    def attach(self, output: Tensor, position: int) -> None:
        """Make the tensor an answer of this operation."""
        if len(self.outputs) == 1:
            output._node = self
            self.made(output)
        else:
            node = OutputNode(self, output, position)
            self.output_nodes.append(weakref.ref(node))
            output._node = node
        output._requires_grad = True

    def save(self, tensors: tuple, args: tuple, outputs: list[Any]) -> None:
        """Keep tensors for backward; `outputs` are the answers as forward returned them."""
        self.saved = [
            None if tensor is None else self._kept(number, tensor, args, outputs)
            for number, tensor in enumerate(tensors)
        ]
        self.watched = [(s.place, s.version, s.version.count) for s in self.saved if s is not None]

    def _kept(self, number: int, tensor: Tensor, args: tuple, outputs: list[Any]) -> Saved:
        version = tensor._version
        if version is None:
            raise RuntimeError(
                f"{self.primitive.name}: an inference tensor of shape {tensor.shape} would have to "
                "be saved for backward; use x.clone() outside the inference_mode block"
            )
        for place, arg in enumerate(args):
            if tensor is arg:
                return Saved(tensor._array, version, place, self.parents[place])
        for output, answer in enumerate(outputs):
            if tensor is answer:
                return Saved(tensor._array, version, ANSWER, output=output)
        edge = edge_of(tensor, self.primitive.name) if tensor._requires_grad else None
        return Saved(tensor._array, version, len(args) + number, edge)

    def argument_name(self, place: int) -> str:
        """What a text calls one of the arguments, the answer, or what else was saved."""
        if place >= len(self.parents):
            return f"tensor {place - len(self.parents)} given to save_for_backward"
        return super().argument_name(place)

    def saved_values(self) -> Iterator[tuple[int, Any]]:
        """What it keeps of its arguments and its only answer, as far as not changed since."""
        for kept, (place, version, count) in zip(
            [kept for kept in self.saved if kept is not None], self.watched, strict=True
        ):
            if version.count == count and place < len(self.parents) and len(self.outputs) == 1:
                yield place, kept.array

    def _unpacked(self) -> tuple[Tensor | None, ...]:
        """The saved tensors, in their places in the graph."""
        return tuple(None if saved is None else self._in_its_place(saved) for saved in self.saved)

    def _in_its_place(self, saved: Saved) -> Tensor:
        edge = saved.edge
        if isinstance(edge, Tensor):
            return edge  # a leaf is its own place in the graph
        if saved.place == ANSWER:
            shape_and_type = self.outputs[saved.output]
            made = wrap(saved.array, None, saved.version)
            if shape_and_type is None or made.dtype.kind != "f":
                return made
            edge = self if len(self.outputs) == 1 else self._output_node(saved.output, made)
        return wrap(saved.array, edge, saved.version)

    def _output_node(self, position: int, tensor: Tensor) -> Node:
        for reference in self.output_nodes:
            node = reference()
            if node is not None and node.position == position:
                return node
        return OutputNode(self, tensor, position)

    def pull_back(self, g: Any, create_graph: bool) -> list[tuple[Node | Tensor | None, Any]]:
        """The gradients of the arguments, by the operation's own backward."""
        self.check_saved()
        values = g.values if isinstance(g, Gradients) else (g,)
        given = [
            self._given(value, output) for value, output in zip(values, self.outputs, strict=True)
        ]
        context = self.context
        before, context.saved_tensors = context.saved_tensors, self._unpacked()
        try:
            returned = self.going_back(context, *given)
        finally:
            context.saved_tensors = before
        pulled: list[tuple[Node | Tensor | None, Any]] = []
        for position, gradient in enumerate(self._checked(returned)):
            parent = self.parents[position]
            if gradient is not None and parent is not None:
                fitted = self._fitted(gradient, parent, position)
                pulled.append((parent, fitted if create_graph else fitted._array))
        return pulled

    def _given(self, value: Any, output: tuple | None) -> Tensor | None:
        """The gradient of one answer as backward gets it."""
        if isinstance(value, Tensor) or output is None:
            return value
        if value is None:
            return wrap(np.zeros(*output)) if self.context._materializes else None
        array = np.asarray(value).view()
        array.flags.writeable = False  # it may be the gradient of something else as well
        return wrap(array)

    def _checked(self, returned: Any) -> list[Tensor | None]:
        """What backward returned, one for each argument.

        Raises:
            RuntimeError: too few or too many, or one for an argument that is no tensor.
            TypeError: neither tensors nor None.
        """
        name = self.primitive.name
        gradients = list(returned) if isinstance(returned, (tuple, list)) else [returned]
        expected = len(self.plan.needs)
        while len(gradients) > expected and gradients[-1] is None:
            gradients.pop()
        if len(gradients) != expected:
            raise RuntimeError(
                f"{name}.backward returned {len(gradients)} gradients for {expected} arguments of "
                f"forward ({', '.join(self.context._names)}); return one for each, and None for "
                "those that have none"
            )
        for position, gradient in enumerate(gradients):
            what = f"{name}.backward returned, for {self.argument_name(position)},"
            if gradient is None:
                continue
            if not isinstance(gradient, Tensor):
                raise TypeError(f"{what} {type(gradient).__name__}; return a tensor or None")
            if not self.context._is_tensor[position]:
                raise RuntimeError(f"{what} a gradient, but it is no tensor; return None for it")
        return gradients

    def _fitted(self, gradient: Tensor, parent: Node | Tensor, position: int) -> Tensor:
        """A gradient in its argument's shape and type; what was broadcast is summed up again."""
        shape, dtype = self.context._shapes[position]
        if gradient.shape != shape:
            extra = gradient.ndim - len(shape)
            sizes = (1,) * extra + shape
            if extra < 0 or any(
                n not in (1, m) for n, m in zip(sizes, gradient.shape, strict=True)
            ):
                raise RuntimeError(
                    f"{self.primitive.name}.backward returned a gradient of shape "
                    f"{gradient.shape} for {self.argument_name(position)}, which has shape "
                    f"{shape}; return one of the argument's shape"
                )
            axes = [i for i, (n, m) in enumerate(zip(sizes, gradient.shape, strict=True)) if n != m]
            axes += [i for i in range(extra) if i not in axes]
            gradient = gradient.sum(tuple(axes), keepdim=True).reshape(shape)
        return gradient if gradient.dtype == dtype else gradient.to(dtype)

    def free(self) -> None:
        """Let go of what was saved."""
        if self.watched:
            self.freed = True
            self.saved = self.watched = ()


class OutputNode(Node):
    """One of several answers of an operation; hands its gradient on to the common node."""

    __slots__ = ("__weakref__", "position")

    def __init__(self, common: FunctionNode, answer: Tensor, position: int) -> None:
        super().__init__(common.primitive, NO_RULES, (), {}, answer)
        self.parents = [common]
        self.position = position

    def pull_back(self, g: Any, create_graph: bool) -> list[tuple[Node | Tensor | None, Any]]:
        """The gradient, in its place among those of all answers."""
        common = cast(FunctionNode, self.parents[0])
        values: list[Any] = [None] * len(common.outputs)
        values[self.position] = g
        return [(common, Gradients(tuple(values)))]
