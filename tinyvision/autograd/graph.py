"""The graph behind a tensor as plain data: what `draw` shows, and what a loss does not reach.

A :class:`Vertex` is one operation or one leaf. What is known of an operation beyond its shape
depends: its value if it was saved for backward, if the tensor itself is given a name, or, with the
gradient too, if forward and backward ran under `detect_anomaly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .advice import shown_name
from .backward import reachable
from .node import Node
from .tensor import Tensor


@dataclass(eq=False)
class Vertex:
    """An operation or a leaf.

    ``inputs`` are what it was made from, in the arguments' order; ``settings`` are the numbers
    among its arguments, such as an exponent, as far as known.
    """

    kind: str  # 'operation', 'leaf', or 'rest' for what was left out
    name: str
    shape: tuple[int, ...] | None = None
    value: np.ndarray | None = None
    gradient: np.ndarray | None = None
    inputs: list[Vertex] = field(default_factory=list)
    settings: dict[str, float] = field(default_factory=dict)


def graph_of(tensor: Tensor, names: Any = None, limit: int = 50) -> list[Vertex]:
    """The operations and leaves a tensor was made from: inputs before what is made of them.

    Args:
        tensor: the end of the graph.
        names: tensors by name, or a module, whose parameters have names.
        limit: how many operations and leaves to tell apart; those farthest back are left out, and
            one vertex of kind 'rest' stands for all of them.

    Raises:
        TypeError: not a tensor, or ``names`` is neither a dictionary nor a module.
        ValueError: ``limit`` is not positive.
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"draw shows the graph of a tensor, got {type(tensor).__name__}")
    if limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}")
    end = _edge(tensor)
    named = {id(_edge(known)): (name, known) for name, known in _names(names).items()}
    vertices: dict[int, Vertex] = {}
    left_out: dict[int, Node | Tensor] = {}
    nodes = reachable([tensor])
    for edge in (end, *(parent for node in nodes for parent in (node, *node.next_functions))):
        if id(edge) not in vertices and len(vertices) < limit:
            vertices[id(edge)] = _vertex(edge, *named.get(id(edge), ("", None)))
        elif id(edge) not in vertices:
            left_out[id(edge)] = edge
    rest = Vertex("rest", f"{len(left_out)} more")
    for node in nodes:
        if id(node) not in vertices:
            continue
        inputs = [vertices.get(id(parent), rest) for parent in node.next_functions]
        vertices[id(node)].inputs = [x for x in inputs if x is not rest] + [rest] * (rest in inputs)
        for place, kept in node.saved_values():
            if isinstance(kept, np.ndarray):
                _fill_value(vertices, node if place < 0 else node.parents[place], kept)
            elif isinstance(kept, (int, float)) and place >= 0:
                vertices[id(node)].settings.setdefault(node.primitive.arguments[place], kept)
    _fill_value(vertices, end, tensor._array)
    known = list(vertices.values())
    return _inputs_first(known[0], len(known))


def _edge(tensor: Tensor) -> Node | Tensor:
    return tensor if tensor._node is None else tensor._node


def _names(names: Any) -> dict[str, Tensor]:
    if names is None:
        return {}
    if hasattr(names, "named_parameters"):
        return dict(names.named_parameters())
    if isinstance(names, Mapping) and all(isinstance(t, Tensor) for t in names.values()):
        return dict(names)
    raise TypeError(
        f"names must be a dictionary of tensors, {{'w': w}}, or a module, got "
        f"{type(names).__name__}"
    )


def _vertex(edge: Node | Tensor, name: str, known: Tensor | None) -> Vertex:
    if isinstance(edge, Tensor):
        vertex = Vertex("leaf", name or "leaf", edge.shape, edge._array)
        known = edge
    else:
        operation = shown_name(edge.primitive.name)
        vertex = Vertex("operation", f"{name} = {operation}" if name else operation, edge.shape)
        trace = edge.known_trace()
        if trace is not None:
            vertex.value, vertex.gradient = trace.value, trace.gradient
            vertex.settings = trace.settings
        if known is not None:
            vertex.value = known._array
    if known is not None and known.grad is not None:
        vertex.gradient = known.grad._array
    return vertex


def _fill_value(vertices: dict[int, Vertex], edge: Node | Tensor | None, array: Any) -> None:
    vertex = vertices.get(id(edge))
    # A rule may have saved an argument converted or stretched; only its own shape is its value.
    if vertex is not None and vertex.value is None and vertex.shape == array.shape:
        vertex.value = array


def _inputs_first(end: Vertex, count: int) -> list[Vertex]:
    order: dict[int, Vertex] = {}
    stack = [(end, False)]
    while stack:
        vertex, ready = stack.pop()
        if ready:
            order.setdefault(id(vertex), vertex)
        elif id(vertex) not in order:
            stack.append((vertex, True))
            stack.extend((x, False) for x in reversed(vertex.inputs) if id(x) not in order)
    return list(order.values())


def unreached(tensor: Tensor, names: Any) -> list[str]:
    """The names of the tensors that another was *not* made from: no gradient will come to them.

    A parameter whose ``grad`` stays None after ``loss.backward()`` is left alone by the optimiser,
    silently. This names it: a layer that forward does not call, a ``detach()`` or ``no_grad()`` on
    the way, or a parameter that is frozen.

    Args:
        tensor: the loss.
        names: a module, whose parameters are meant, or tensors by name.

    Raises:
        TypeError: ``names`` is neither a dictionary nor a module.

    >>> import tinyvision as tv
    >>> model = tv.nn.Sequential(tv.nn.Linear(2, 2), tv.nn.Linear(2, 1))
    >>> tv.autograd.unreached(model[0](tv.ones(1, 2)).sum(), model)
    ['1.weight', '1.bias']
    """
    nodes = reachable([tensor])
    reached = {id(edge) for node in nodes for edge in (node, *node.next_functions)}
    reached.add(id(_edge(tensor)))
    return [
        name
        for name, known in _names(names).items()
        if not known.requires_grad or id(_edge(known)) not in reached
    ]
