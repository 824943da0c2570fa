"""A matrix drawn as squares with its numbers written inside."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize

from .style import blank, text_colour, text_width

EDGE = "#888888"


def cell_side(texts: np.ndarray, font: float) -> float:
    """Return how many inches wide a square must be to hold the longest of `texts`.

    >>> cell_side(np.array(["1", "12"]), 12) < cell_side(np.array(["1", "12345"]), 12)
    True
    """
    return max(0.46, max(text_width(text, font) for text in texts.ravel()) + 0.16)


def draw_grid(
    axes: Axes,
    values: np.ndarray,
    texts: np.ndarray,
    cmap: Colormap,
    limits: tuple[float, float],
    font: float = 12,
    **options: Any,
) -> None:
    """Draw `values` (H, W) as coloured squares with `texts` (H, W) in them.

    `limits` are the values at the two ends of `cmap`; `options` go to the texts. The text is
    black or white, whichever reads better, unless a `color` is given.
    """
    norm = Normalize(*limits)
    axes.imshow(values, cmap=cmap, norm=norm)
    for (i, j), text in np.ndenumerate(texts):
        style = {"color": text_colour(cmap(norm(values[i, j]))), "size": font, **options}
        axes.text(j, i, str(text), ha="center", va="center_baseline", **style)
    draw_lines(axes, values.shape)
    blank(axes)


def draw_lines(axes: Axes, shape: tuple[int, ...]) -> None:
    """Draw the hairlines around the squares of a grid of `shape` (H, W)."""
    rows, columns = shape
    frame: dict[str, Any] = {"color": EDGE, "linewidth": 0.8, "clip_on": False}
    axes.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, **frame)
    axes.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, **frame)
    # The lines widened the limits.
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
