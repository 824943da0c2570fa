"""Where optimisers walk: paths of two weights over the heights of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import as_array
from .lines import LOOKS
from .style import MUTED, OKABE_ITO, new_figure, panel, style, text_width, write

SIDE = 5.2  # the panel's width in inches
HIGH = 4.2
LEVELS = 14  # contour lines
MARGIN = 0.25
LINE = 0.19  # the height of a line of text


@style()
def descent_paths(
    function: Callable[[np.ndarray, np.ndarray], np.ndarray],
    paths: Mapping[str, Any],
    span: tuple[float, float, float, float],
    heading: str,
    caption: str = "",
    *,
    lowest: tuple[float, float] | None = None,
) -> Figure:
    """Draw contour lines of a function of two weights, and paths over them.

    Contours lie closer where it is steep. Every step of a path is a marker; what runs off the
    panel is cut at its edge.

    Args:
        function: takes two arrays of one shape, gives the heights.
        paths: by name, (K, 2) each: the place before the first step, after it, and so on.
        span: what is shown: least and greatest first weight, least and greatest second weight.
        heading, caption: above the panel.
        lowest: the place of the minimum, to be marked.

    Raises:
        TypeError, ValueError: a path is not (K, 2) finite numbers, there is none or more than six,
            or the span is empty.

    >>> path = [[4.0, 1.0], [2.0, 0.5], [1.0, 0.25]]
    >>> figure = descent_paths(lambda u, v: u**2 + v**2, {"halves": path}, (-5, 5, -2, 2), "Down")
    >>> figure.axes[0].get_xlabel()
    'w₁'
    """
    if not 1 <= len(paths) <= len(LOOKS):
        raise ValueError(f"paths holds {len(paths)} paths, expected 1 to {len(LOOKS)}")
    arrays = {name: as_array(path, f"path {name!r}", ndim=2) for name, path in paths.items()}
    for name, array in arrays.items():
        if array.shape[1] != 2 or not len(array):
            raise ValueError(
                f"path {name!r} has shape {array.shape}, expected (K, 2), K at least 1"
            )
    left_end, right_end, low, high = span
    if not (left_end < right_end and low < high):
        raise ValueError(f"span is {span}, expected (least, greatest, least, greatest)")

    u, v = np.meshgrid(np.linspace(left_end, right_end, 200), np.linspace(low, high, 200))
    heights = function(u, v)  # (200, 200)
    beside = max(text_width(name, 11) for name in [*arrays, "minimum"]) + 0.75
    top = 0.65 + LINE * (len(caption.split("\n")) if caption else 0)
    left = MARGIN + 0.7
    figure = new_figure(
        max(
            left + SIDE + beside + 0.15,
            2 * MARGIN + max(text_width(heading, 13), text_width(caption or " ", 10)),
        ),
        top + HIGH + 0.75,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    axes = panel(figure, left, top, SIDE, HIGH)
    # Levels by the square root: as far apart, at a parabola, as the steps down to it.
    least, most = float(heights.min()), float(heights.max())
    levels = least + (most - least) * np.linspace(0.02, 1, LEVELS) ** 2
    axes.contour(u, v, heights, levels=np.unique(levels), colors="#BBBBBB", linewidths=1)
    for look, (name, array) in zip(LOOKS, arrays.items(), strict=False):
        axes.plot(*array.T, label=name, markersize=4.5, **{**look, "linewidth": 1.6})
    start = next(iter(arrays.values()))[0]
    ring: dict[str, Any] = {"color": "black", "marker": "o", "markersize": 11, "fillstyle": "none"}
    axes.plot(*start, label="start", linestyle="none", zorder=4, **ring)
    if lowest is not None:
        star: dict[str, Any] = {"color": OKABE_ITO["black"], "marker": "*", "markersize": 13}
        axes.plot(*lowest, label="minimum", linestyle="none", zorder=4, **star)
    axes.set_xlim(left_end, right_end)
    axes.set_ylim(low, high)
    axes.set_xlabel("w₁")
    axes.set_ylabel("w₂")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, handlelength=2.6)
    return figure
