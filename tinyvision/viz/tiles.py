"""A sheet of contact prints: many small images in one panel, in reading order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import blank, number, panel

GAP = 0.1  # between tiles, as a share of a tile's width
LABEL = 0.34  # room for a number above a tile, likewise
EDGE = "#AAAAAA"


def near_square(count: int) -> int:
    """Return how many columns make `count` tiles about as wide as they are high.

    >>> near_square(16), near_square(10), near_square(1)
    (4, 4, 1)
    """
    return max(1, int(np.ceil(np.sqrt(count))))


def sheet_size(shape: tuple[int, int], count: int, columns: int, numbered: bool) -> tuple:
    """Return the (width, height) of a sheet, in tile widths; `shape` is a tile's (H, W).

    >>> sheet_size((3, 3), count=4, columns=2, numbered=False)
    (2.1, 2.1)
    """
    row = shape[0] / shape[1] + (LABEL if numbered else 0)
    rows = -(-count // columns)
    return columns * (1 + GAP) - GAP, rows * (row + GAP) - GAP


def draw_tiles(
    axes: Axes,
    tiles: Sequence[np.ndarray],
    columns: int,
    numbers: Sequence[int] | None = None,
    font: float = 9,
    **options: Any,
) -> None:
    """Draw `tiles`, each (H, W) or (H, W, 3), as separate images on `axes`, left to right.

    `numbers` are written above them; `options` (cmap, vmin, vmax) go to `imshow`.
    """
    shape = tiles[0].shape[:2]
    height = shape[0] / shape[1]
    label = 0.0 if numbers is None else LABEL
    for i, tile in enumerate(tiles):
        row, column = divmod(i, columns)
        left, top = column * (1 + GAP), row * (height + label + GAP) + label
        axes.imshow(tile, extent=(left, left + 1, top + height, top), **options)
        # White is a value too: a hairline shows where the tile ends.
        frame: dict[str, Any] = {
            "fill": False,
            "edgecolor": EDGE,
            "linewidth": 0.6,
            "clip_on": False,
        }
        axes.add_patch(Rectangle((left, top), 1, height, **frame))
        if numbers is not None:
            axes.text(left + 0.5, top - 0.04, str(numbers[i]), size=font, ha="center", va="bottom")
    width, total = sheet_size(shape, len(tiles), columns, numbers is not None)
    axes.set_xlim(0, width)
    axes.set_ylim(total, 0)
    axes.set_aspect("equal", anchor="N")
    blank(axes)


def colour_bar(
    figure: Figure,
    box: tuple[float, float, float, float],
    cmap: str | Colormap,
    low: float,
    high: float,
    label: str = "",
) -> Axes:
    """Add a colour bar in `box` (left, top, width, height in inches), ticked at its ends and 0.

    It lies down if the box is wider than high.
    """
    axes = panel(figure, *box)
    lying = box[2] > box[3]
    mappable = ScalarMappable(Normalize(low, high), cmap)
    bar = figure.colorbar(mappable, cax=axes, orientation="horizontal" if lying else "vertical")
    ticks = sorted({low, 0.0, high}) if low <= 0 <= high else [low, high]
    bar.set_ticks(ticks, labels=[number(tick, digits=2) for tick in ticks])
    bar.outline.set_visible(False)
    bar.set_label(label)
    return axes
