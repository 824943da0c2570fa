"""`draw`: the graph behind a tensor as a text, or as a picture in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .anomaly import SMALL
from .graph import Vertex, graph_of
from .tensor import Tensor

if TYPE_CHECKING:
    from pathlib import Path


def draw(
    tensor: Tensor,
    file: str | os.PathLike[str] | None = None,
    *,
    names: Any = None,
    limit: int = 50,
) -> str | Path:
    """Show the operations that lead to a tensor: as a text, or as a picture in a file.

    Each operation with its name, the shape of its answer and, where small and known, its value and
    gradient; each leaf with its name, if given. Make the tensor, and go back from it, under
    :class:`detect_anomaly` and every small value and gradient is known. In the text, what is used
    several times is written out once and has a number, ``#1``, by which it is called afterwards; an
    arrow stands before the only input of the line above.

    Args:
        tensor: the end of the graph.
        file: where to put a picture, ``.png``, ``.svg`` or ``.pdf``; a text is returned without.
        names: names of tensors, ``{"w": w}``, or a module, whose parameters have names.
        limit: how many operations and leaves to show; what lies farther back is summed up.

    Returns:
        The text, or the path of the file.

    Raises:
        TypeError: not a tensor, or ``names`` is neither a dictionary nor a module.
        ValueError: ``limit`` is not positive, or the file has another suffix.

    >>> import tinyvision as tv
    >>> w, b = tv.tensor(2.0, requires_grad=True), tv.tensor(-3.0, requires_grad=True)
    >>> with tv.autograd.detect_anomaly():
    ...     y = w * (b + 3).exp() + b
    ...     y.backward()
    >>> print(tv.autograd.draw(y, names={"w": w, "b": b}))
    add () = -1, grad 1
    ├─ mul () = 2, grad 1
    │  ├─ w () = 2, grad 1
    │  └─ exp () = 1, grad 2
    │     ↑ add () with other 3 = 0, grad 2
    │     ↑ b () = -3, grad 3 #1
    └─ b: see #1
    """
    vertices = graph_of(tensor, names, limit)
    if file is None:
        return _text(vertices)
    # Pictures stand above autograd; they are wanted, and Matplotlib loaded, only here.
    from ..viz.graph import computation_graph
    from ..viz.save import save_figure

    return save_figure(computation_graph(vertices), file)


def _text(vertices: list[Vertex]) -> str:
    uses: dict[int, int] = {}
    for vertex in vertices:
        for x in vertex.inputs:
            uses[id(x)] = uses.get(id(x), 0) + 1
    numbers: dict[int, int] = {}
    lines = []
    stack = [(vertices[-1], "", "")]  # with what stands before it, and before what it is made from
    while stack:
        vertex, before, below = stack.pop()
        if id(vertex) in numbers:
            lines.append(f"{before}{vertex.name}: see #{numbers[id(vertex)]}")
            continue
        line = before + describe(vertex)
        if uses.get(id(vertex), 0) > 1:
            numbers[id(vertex)] = len(numbers) + 1
            line += f" #{numbers[id(vertex)]}"
        lines.append(line)
        if len(vertex.inputs) == 1:  # a long chain must not run off to the right
            stack.append((vertex.inputs[0], below + "↑ ", below))
            continue
        for x in reversed(vertex.inputs):
            ends = x is vertex.inputs[-1]
            stack.append((x, below + "├└"[ends] + "─ ", below + "│ "[ends] + "  "))
    return "\n".join(lines)


def describe(vertex: Vertex) -> str:
    """An operation or a leaf in one line: name, shape, value and gradient as far as known."""
    if vertex.shape is None:
        return vertex.name
    text = f"{vertex.name} {vertex.shape}"
    if vertex.settings:
        text += f" with {settings(vertex)}"
    if vertex.value is not None and vertex.value.size <= SMALL:
        text += f" = {short(vertex.value)}"
    if vertex.gradient is not None and vertex.gradient.size <= SMALL:
        text += f", grad {short(vertex.gradient)}"
    return text


def settings(vertex: Vertex) -> str:
    """The numbers among the arguments of an operation, by name."""
    return ", ".join(f"{name} {value:.3g}" for name, value in vertex.settings.items())


def short(array: np.ndarray) -> str:
    """A few numbers in one line.

    >>> short(np.array([[1.0, -0.25]])), short(np.array(2.0 / 3))
    ('[[1, -0.25]]', '0.667')
    """
    if array.ndim:
        return "[" + ", ".join(short(part) for part in array) + "]"
    return f"{array.item():.3g}"
