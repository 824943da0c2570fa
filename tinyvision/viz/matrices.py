"""Matrices and small images in a row, with signs between them: an equation, or before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .arrays import as_array
from .grid import cell_side, draw_grid
from .style import (
    DIVERGING,
    MUTED,
    OKABE_ITO,
    blank,
    new_figure,
    number,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)

MARGIN = 0.3  # in inches, like the next eight
LINE = 0.19  # the height of a line of text
TITLE = 0.32  # the height of a title
SPACE = 0.35  # between two panels
BELOW = 0.3  # between two rows
PICTURE = 1.8  # the longer side of a panel without numbers
LONGEST = 5.0  # the longer side of a panel of many numbers, at most
COMMON = 0.65  # the widest square for numbers that all matrices of a figure share
CELL = 0.3  # the least side of a square in a long panel without numbers
FONT = 11
MOST = 80  # numbers in a panel, up to which they are written into it
COLOURS = ("plain", "image", "signed")
_PLAIN = ListedColormap(["white", "white"])


@dataclass(frozen=True)
class Matrix:
    """One panel of :func:`matrices`.

    Attributes:
        title: stands above it.
        values: (H, W), or (H,) for a column.
        colours: "image" is black at 0 and white at the greatest value; "signed" is white at 0, red
            above, blue below; "plain" is white paper. None takes "signed" where a value is
            negative, else "image".
        numbers: whether they are written into the squares; None does so up to 80 of them.
        limit: the value at the end of the colours; its own greatest if not given.
        digits: significant digits of the numbers.
        decimals: how many decimals to write instead; a 0 that is exact stays "0", so that it
            differs from a small number, "0.00".
        frames: rectangles to frame, (row, column, height, width) each.
        note: a line or two below it; None says the range of values where no numbers are.
    """

    title: str
    values: Any
    colours: str | None = None
    numbers: bool | None = None
    limit: float | None = None
    digits: int = 3
    decimals: int | None = None
    frames: Sequence[tuple[int, int, int, int]] = ()
    note: str | None = None


@dataclass(frozen=True)
class _Panel:
    """A matrix measured: what is written, in which colours, and how large, in inches."""

    spec: Matrix
    values: np.ndarray
    texts: np.ndarray | None
    cmap: Colormap
    limits: tuple[float, float]
    cell: float
    note: str

    @property
    def wide(self) -> float:
        return self.cell * self.values.shape[1]

    @property
    def high(self) -> float:
        return self.cell * self.values.shape[0]

    @property
    def slot(self) -> float:
        return max(self.wide, text_width(self.spec.title, 12), text_width(self.note or " ", 10))


@style()
def matrices(items: Sequence[Any], heading: str, caption: str = "") -> Figure:
    """Draw matrices beside each other, as in ``X · W = Y``.

    Args:
        items: from left to right: a matrix as (title, values) or (title, values, options), the
            options by their names in :class:`Matrix`; or a sign such as "×", "=" or "→". The sign
            "\\n" begins a new row; rows of as many items stand in columns.
        heading: of the figure.
        caption: a line or more below the heading.

    Raises:
        TypeError, ValueError: there is no matrix, one is not of finite numbers, is empty, or has
            unknown colours or options.

    >>> x, w = np.array([[1, 2], [3, 4]]), np.array([[1], [1]])
    >>> figure = matrices([("X", x), "·", ("W", w), "=", ("Y", x @ w)], "A product")
    >>> [axes.get_title() for axes in figure.axes]
    ['X', 'W', 'Y']
    """
    rows: list[list[Any]] = [[]]
    for item in items:
        if item == "\n":
            rows.append([])
        elif isinstance(item, str):
            rows[-1].append(item)
        else:
            title, values, *options = item
            rows[-1].append(_panel(Matrix(title, values, **(options[0] if options else {}))))
    rows = [row for row in rows if row]
    if not any(isinstance(item, _Panel) for row in rows for item in row):
        raise ValueError("items holds no matrix, expected at least one as (title, values)")

    rows = _alike(rows)
    drawn = [[item for item in row if isinstance(item, _Panel)] for row in rows]
    heights = [max((p.high for p in row), default=0.3) for row in drawn]
    notes = [
        max((LINE * len(p.note.split("\n")) for p in row if p.note), default=0) for row in drawn
    ]
    slots = [[_slot(item) for item in row] for row in rows]
    if len({len(row) for row in rows}) == 1:  # they stand in columns
        slots = [[max(column) for column in zip(*slots, strict=True)]] * len(rows)
    widths = [sum(row) + SPACE * (len(row) - 1) for row in slots]
    lines = caption.split("\n") if caption else []
    top = 0.55 + LINE * len(lines) + 0.1
    figure = new_figure(
        2 * MARGIN + max(*widths, text_width(heading, 13), text_width(caption or " ", 10)),
        top + sum(heights) + sum(notes) + len(rows) * (TITLE + BELOW) - BELOW + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    if caption:
        write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    for row, wide, height, note in zip(rows, slots, heights, notes, strict=True):
        left, top = MARGIN, top + TITLE
        for item, slot in zip(row, wide, strict=True):
            middle = left + slot / 2
            if isinstance(item, str):
                place = {"ha": "center", "va": "center", "size": 17}
                write(figure, middle, top + height / 2, item, **place)
            else:
                # Panels of a row stand on the same middle line, as an equation does.
                _draw(figure, item, middle - item.wide / 2, top + (height - item.high) / 2)
            left += slot + SPACE
        top += height + note + BELOW
    return figure


def _alike(rows: list[list[Any]]) -> list[list[Any]]:
    """Give all matrices with numbers squares of one size, unless that wastes too much room."""
    numbered = [p for row in rows for p in row if isinstance(p, _Panel) and p.texts is not None]
    side = max((p.cell for p in numbered), default=0.0)
    if side > COMMON:
        return rows
    same = {id(p): replace(p, cell=side) for p in numbered}
    return [[same.get(id(item), item) for item in row] for row in rows]


def _slot(item: Any) -> float:
    return text_width(item, 17) if isinstance(item, str) else item.slot


def _panel(spec: Matrix) -> _Panel:
    values = as_array(spec.values, f"matrix {spec.title!r}", ndim=(1, 2)).astype(np.float64)
    values = values[:, None] if values.ndim == 1 else values  # (H,) -> (H, 1)
    if not values.size:
        raise ValueError(f"matrix {spec.title!r} is empty: its shape is {values.shape}")
    colours = spec.colours or ("signed" if values.min() < 0 else "image")
    if colours not in COLOURS:
        raise ValueError(
            f"matrix {spec.title!r} has colours {colours!r}, expected one of {', '.join(COLOURS)}"
        )
    numbers = values.size <= MOST if spec.numbers is None else spec.numbers
    texts = np.vectorize(lambda v: _written(v, spec), otypes=[object])(values) if numbers else None
    limit = spec.limit or symmetric_limit(values)
    longer = max(values.shape)
    if texts is None:
        cell = max(PICTURE / longer, min(CELL, LONGEST / longer))
    else:
        cell = cell_side(texts, FONT)
    note = spec.note
    if note is None:
        low, high = number(float(values.min())), number(float(values.max()))
        note = "" if numbers else f"from {low} to {high}"
    if colours == "plain":
        return _Panel(spec, values, texts, _PLAIN, (0.0, 1.0), cell, note)
    if colours == "signed":
        return _Panel(spec, values, texts, colormaps[DIVERGING], (-limit, limit), cell, note)
    return _Panel(spec, values, texts, colormaps["gray"], (0.0, limit), cell, note)


def _written(value: float, spec: Matrix) -> str:
    if spec.decimals is None or value == 0:
        return number(value, spec.digits)
    return f"{value:.{spec.decimals}f}".replace("-", "−")


def _draw(figure: Figure, item: _Panel, left: float, top: float) -> None:
    axes = panel(figure, left, top, item.wide, item.high)
    axes.set_title(item.spec.title, size=12)
    if item.texts is not None:
        draw_grid(axes, item.values, item.texts, item.cmap, item.limits, FONT)
    else:
        low, high = item.limits
        axes.imshow(item.values, cmap=item.cmap, vmin=low, vmax=high)
        blank(axes)
        frame: dict[str, Any] = {"fill": False, "edgecolor": "#888888", "linewidth": 0.8}
        height, width = item.values.shape
        axes.add_patch(Rectangle((-0.5, -0.5), width, height, clip_on=False, **frame))
    axes.set_xlabel(item.note, size=10, color=MUTED)
    for row, column, height, width in item.spec.frames:
        frame = {"fill": False, "edgecolor": OKABE_ITO["orange"], "linewidth": 3, "zorder": 4}
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), width, height, clip_on=False, **frame))
