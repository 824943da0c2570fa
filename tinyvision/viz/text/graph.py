"""The graph of a computation as a tree of text, with values and gradients in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..style import number
from .blocks import readable

LONGEST = 26  # characters of a value: of longer ones the shape is given


def graph(vertices: Sequence[Any]) -> str:
    """Show the operations and leaves that led to a result, which stands at the top.

    What is used several times is written out once, with a number by which it is called afterwards;
    an arrow stands before the only input of the line above.

    Args:
        vertices: as for :func:`tinyvision.viz.computation_graph`: inputs before what is made of
            them, the result last.

    Returns:
        A text with a line for each: what it is, its value, and its gradient as far as known.

    Raises:
        ValueError: there are none.

    >>> from tinyvision.autograd.graph import Vertex
    >>> x = Vertex("leaf", "x", (), np.array(3.0), gradient=np.array(6.0))
    >>> y = Vertex("operation", "square", (), np.array(9.0), np.array(1.0), inputs=[x])
    >>> print(graph([x, y]))
              value  gradient
    square        9         1
    ↑ x           3         6
    """
    if not vertices:
        raise ValueError("vertices is empty: there is nothing to show")
    rows = list(_rows(vertices))
    heads = ["", "value", "gradient"]
    if not any(gradient for _, _, gradient in rows):
        heads = heads[:2]
    table = [heads, *(row[: len(heads)] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0] + 2)]
            + [text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in table
    ]
    return readable("\n".join(lines))


def _rows(vertices: Sequence[Any]) -> list[tuple[str, str, str]]:
    uses: dict[int, int] = {}
    for vertex in vertices:
        for x in vertex.inputs:
            uses[id(x)] = uses.get(id(x), 0) + 1
    numbers: dict[int, int] = {}
    rows = []
    stack = [(vertices[-1], "", "")]  # with what stands before it, and before what it is made from
    while stack:
        vertex, before, below = stack.pop()
        if id(vertex) in numbers:
            rows.append((f"{before}{_name(vertex)}, see #{numbers[id(vertex)]}", "", ""))
            continue
        name = before + _name(vertex)
        if uses.get(id(vertex), 0) > 1:
            numbers[id(vertex)] = len(numbers) + 1
            name += f" #{numbers[id(vertex)]}"
        value = _value(vertex.value) or _shape(vertex.shape)
        rows.append((name, value, _value(vertex.gradient) or _shape_of(vertex.gradient)))
        if len(vertex.inputs) == 1:  # a long chain must not run off to the right
            stack.append((vertex.inputs[0], below + "↑ ", below))
            continue
        for place, x in reversed(list(enumerate(vertex.inputs))):
            ends = place == len(vertex.inputs) - 1
            stack.append((x, below + "├└"[ends] + "─ ", below + "│ "[ends] + "  "))
    return rows


def _name(vertex: Any) -> str:
    settings = ", ".join(f"{name} {number(value)}" for name, value in vertex.settings.items())
    return f"{vertex.name} ({settings})" if settings else vertex.name


def _value(array: np.ndarray | None) -> str:
    """The numbers in one line, or nothing if there are none or too many."""
    if array is None or array.size > LONGEST:
        return ""
    text = _written(array)
    return text if len(text) <= LONGEST else ""


def _written(array: np.ndarray) -> str:
    if array.ndim:
        return "[" + ", ".join(_written(part) for part in array) + "]"
    return number(array.item())


def _shape_of(array: np.ndarray | None) -> str:
    return "" if array is None else _shape(array.shape)


def _shape(shape: tuple[int, ...] | None) -> str:
    return " × ".join(map(str, shape)) if shape else ""
