"""Listening to a network while it runs: which layer was called inside which, and what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..autograd.node import Node
from ..autograd.primitive import Primitive
from ..autograd.tensor import Tensor
from ..autograd.watch import watching
from ..nn.module import Module
from ..ops.multiply_adds import multiply_adds

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One call of a layer, with all that happened inside it; or one kind of operation that a layer
    with parts does by itself, if it multiplies or keeps anything.

    Attributes:
        depth: 0 for the network itself, 1 for its parts, and so on.
        name: the layer's path inside the row it belongs to.
        layer: its class; or the operation, in brackets.
        output: the shape of each tensor it gave.
        parameters: how many numbers it learns; None where an earlier row has counted them.
        multiply_adds: of the operations inside it.
        kept: bytes that these keep for the way back, beside parameters and the input.
    """

    depth: int
    name: str
    layer: str
    output: tuple[Shape, ...]
    parameters: int | None
    multiply_adds: int
    kept: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**vars(self), "output": [list(shape) for shape in self.output]}


@dataclass
class Call:
    """One call of a module while it runs, and the calls inside it."""

    path: str
    layer: str
    parameters: int | None
    output: tuple[Shape, ...] = ()
    inside: list[Call] = field(default_factory=list)
    # By operation, of those done by itself, outside of the calls inside it.
    products: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def all_products(self) -> Counter[str]:
        """With those of the calls inside it."""
        return sum((call.all_products() for call in self.inside), self.products)

    def all_kept(self) -> int:
        """Bytes, with those of the calls inside it."""
        return self.kept.total() + sum(call.all_kept() for call in self.inside)

    def rows(self, depth: int, outside: str) -> Iterator[Row]:
        """Its row and those of the calls inside it."""
        name = self.path.removeprefix(f"{outside}.") if outside else self.path
        yield Row(
            depth,
            name,
            self.layer,
            self.output,
            self.parameters,
            self.all_products().total(),
            self.all_kept(),
        )
        if not self.inside:
            return
        for call in self.inside:
            yield from call.rows(depth + 1, self.path)
        for operation in {**self.products, **self.kept}:
            count, kept = self.products[operation], self.kept[operation]
            yield Row(depth + 1, "", f"({operation})", (), 0, count, kept)


class Recorder:
    """Listens to the modules and the operations of a network while it runs."""

    def __init__(self, model: Module, inputs: Tensor) -> None:
        self.paths = {id(module): name for name, module in model.named_modules()}
        self.modules = list(model.modules())
        self.open: list[Call] = []
        self.seen: set[int] = set()  # modules that were called before
        # Owners of memory, by id; they are held on to, so that no id is given out twice.
        tensors = [*model.parameters(), *model.buffers(), inputs]
        self.owners = {id(owner): owner for owner in (_owner(t._array) for t in tensors)}
        self.root: Call

    def listen(self, stack: ExitStack) -> None:
        """Until the stack is closed."""
        for module in self.modules:
            handles = (
                module.register_forward_pre_hook(self.enter, prepend=True),
                module.register_forward_hook(self.leave, always_call=True),
            )
            for handle in handles:
                stack.callback(handle.remove)
        stack.enter_context(watching(self.note))

    def enter(self, module: Module, args: Any) -> None:
        """A module is called."""
        parameters = None
        if id(module) not in self.seen:
            parameters = sum(p.numel() for p in module.parameters())
        self.seen.add(id(module))
        call = Call(self.paths[id(module)], type(module).__name__, parameters)
        if self.open:
            self.open[-1].inside.append(call)
        else:
            self.root = call
        self.open.append(call)

    def leave(self, module: Module, args: Any, out: Any) -> None:
        """It gives its answer."""
        self.open.pop().output = tuple(_shapes(out))

    def note(self, primitive: Primitive, made: Tensor, args: tuple, config: dict[str, Any]) -> None:
        """An operation was done."""
        if not self.open:
            return
        call = self.open[-1]
        count = multiply_adds(primitive, made, args, config)
        if count:
            call.products[primitive.name] += count
        node = made._node
        if node is None or node.primitive is not primitive:
            return
        # A user's Function of several answers keeps its arrays one node further on.
        nodes = [node, *(each for each in node.parents if isinstance(each, Node))]
        for array in _arrays([(each.saved, list(each.config.values())) for each in nodes]):
            owner = _owner(array)
            if id(owner) not in self.owners:
                self.owners[id(owner)] = owner
                call.kept[primitive.name] += owner.nbytes


def _shapes(out: Any) -> Iterator[Shape]:
    """Of all tensors in an answer."""
    if isinstance(out, Tensor):
        yield out.shape
    elif isinstance(out, (tuple, list)):
        for each in out:
            yield from _shapes(each)
    elif isinstance(out, dict):
        yield from _shapes(list(out.values()))
    elif hasattr(out, "__dataclass_fields__"):
        yield from _shapes(list(vars(out).values()))


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _arrays(each)


def _owner(array: np.ndarray) -> np.ndarray:
    """The array whose memory this one shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
