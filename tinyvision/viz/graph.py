"""The graph of a computation: every operation and leaf as a box, arrows along the computation."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from .layered import Layout, layered
from .style import MUTED, OKABE_ITO, blank, new_figure, number, panel, style, text_width, write

FONT = 11
MARGIN = 0.3  # in inches, like the next five
TOP = 1.0  # of everything below the heading
LINE = 0.2  # the height of a line of text
PADDING = 0.13  # between a box and its text
GAP = 0.35  # between two boxes side by side
STEP = 0.42  # between two layers
LONGEST = 36  # characters of a value: longer ones are left out
_FILL = {"operation": "white", "leaf": "#D6ECFA", "rest": "#EEEEEE"}
_CAPTION = (
    "from top to bottom, each operation with the shape of its answer; leaves are blue\n"
    "grad, where it is known, is what backward found there"
)


@style()
def computation_graph(vertices: Sequence[Any]) -> Figure:
    """Draw the operations and leaves that led to a result, which lies lowest.

    Usually called by :func:`tinyvision.autograd.draw`, which also finds them.

    Args:
        vertices: inputs before what is made of them, the result last. Each has a ``kind``
            ('operation', 'leaf' or 'rest'), a ``name``, ``inputs``, ``settings`` (numbers by name),
            and as far as known, else None, ``shape``, ``value`` and ``gradient``.

    Raises:
        ValueError: there are none.

    >>> from tinyvision.autograd.graph import Vertex
    >>> x = Vertex("leaf", "x", (), np.array(3.0))
    >>> figure = computation_graph([x, Vertex("operation", "square", (), inputs=[x])])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['x', 'a number', 'value 3', 'square', 'a number']
    """
    if not vertices:
        raise ValueError("vertices is empty: there is nothing to draw")
    places = {id(vertex): place for place, vertex in enumerate(vertices)}
    inputs = [list(dict.fromkeys(places[id(x)] for x in vertex.inputs)) for vertex in vertices]
    lines = [_lines(vertex) for vertex in vertices]
    widths = [
        max(text_width(text, FONT) * (1.12 if bold else 1) for text, _, bold in box) + 2 * PADDING
        for box in lines
    ]
    heights = [LINE * len(box) + 2 * PADDING for box in lines]
    plan = layered(inputs, widths, GAP)
    tops, floors = _rows(plan, heights)

    title = f"How {_shown_name(vertices[-1])} was computed"
    width = 2 * MARGIN + max(plan.width, text_width(_CAPTION, 10), text_width(title, 13))
    height = TOP + floors[-1] + MARGIN
    figure = new_figure(width, height)
    write(figure, MARGIN, 0.15, title, size=13)
    write(figure, MARGIN, 0.45, _CAPTION, size=10, color=MUTED)
    axes = panel(figure, 0, TOP, width, height - TOP)
    blank(axes)
    axes.set_xlim(0, width)
    axes.set_ylim(height - TOP, 0)  # inches downwards
    left = (width - plan.width) / 2
    for box, sources in enumerate(inputs):
        for source in sources:
            _draw_arrow(axes, plan, (source, box), left, tops, heights, floors)
    for place, vertex in enumerate(vertices):
        corner = left + plan.x[place] - widths[place] / 2, tops[plan.layer[place]]
        _draw_box(axes, vertex, lines[place], corner, (widths[place], heights[place]))
    return figure


def _shown_name(vertex: Any) -> str:
    name, _, operation = vertex.name.partition(" = ")
    return name if operation else f"the answer of {vertex.name}"


def _lines(vertex: Any) -> list[tuple[str, str, bool]]:
    """The lines of a box: text, colour, and whether it is bold."""
    lines = [(vertex.name, "black", True)]
    if vertex.shape is not None:
        lines.append((str(vertex.shape) if vertex.shape else "a number", MUTED, False))
    lines += [(f"{name} {number(value)}", MUTED, False) for name, value in vertex.settings.items()]
    for word, array, colour in (
        ("value", vertex.value, OKABE_ITO["blue"]),
        ("grad", vertex.gradient, "#A34700"),  # vermillion, darker: 6 : 1 against the fills
    ):
        if array is not None and array.size <= LONGEST:
            text = f"{word} {_in_one_line(array)}"
            if len(text) <= LONGEST:
                lines.append((text, colour, False))
    return lines


def _in_one_line(array: np.ndarray, digits: int = 3) -> str:
    if array.ndim:
        return "[" + ", ".join(_in_one_line(part, 2) for part in array) + "]"
    return number(float(array), digits)


def _rows(plan: Layout, heights: list[float]) -> tuple[list[float], list[float]]:
    """Where each layer begins and ends, in inches from the first."""
    tops, floors = [], []
    top = 0.0
    for layer in range(max(plan.layer) + 1):
        tallest = max(h for h, place in zip(heights, plan.layer, strict=True) if place == layer)
        tops.append(top)
        floors.append(top + tallest)
        top += tallest + STEP
    return tops, floors


def _draw_box(
    axes: Axes,
    vertex: Any,
    lines: list[tuple[str, str, bool]],
    corner: tuple[float, float],
    size: tuple[float, float],
) -> None:
    axes.add_patch(
        FancyBboxPatch(
            corner,
            *size,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor=_FILL[vertex.kind],
            edgecolor=MUTED,
            linestyle="--" if vertex.kind == "rest" else "-",
            linewidth=1.2,
            clip_on=False,
            zorder=2,
        )
    )
    x = corner[0] + size[0] / 2
    for place, (text, colour, bold) in enumerate(lines):
        axes.text(
            x,
            corner[1] + PADDING + (place + 0.5) * LINE,
            text,
            size=FONT,
            color=colour,
            weight="bold" if bold else "normal",
            ha="center",
            va="center",
            zorder=3,
        )


def _draw_arrow(
    axes: Axes,
    plan: Layout,
    arrow: tuple[int, int],
    left: float,
    tops: list[float],
    heights: list[float],
    floors: list[float],
) -> None:
    """A curve from the foot of one box to the head of the other, straight past layers between."""
    source, box = arrow
    start = plan.x[source], tops[plan.layer[source]] + heights[source]
    points = [start, (start[0], floors[plan.layer[source]])]
    for x, layer in plan.bends[arrow]:
        points += [(x, tops[layer]), (x, floors[layer])]
    points.append((plan.x[box], tops[plan.layer[box]]))
    path = [points[0], points[1]]
    codes = [Path.MOVETO, Path.LINETO]
    for place in range(1, len(points) - 1, 2):
        (x0, y0), (x1, y1) = points[place], points[place + 1]
        path += [(x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2), (x1, y1)]
        codes += [Path.CURVE4] * 3
        if place + 2 < len(points):
            path.append(points[place + 2])
            codes.append(Path.LINETO)
    axes.add_patch(
        FancyArrowPatch(
            path=Path([(left + x, y) for x, y in path], codes),
            arrowstyle="-|>",
            mutation_scale=12,
            color=MUTED,
            linewidth=1.4,
            zorder=1,
        )
    )
