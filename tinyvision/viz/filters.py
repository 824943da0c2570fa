"""What the first layer looks for: its convolution filters as pictures."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import as_array
from .style import (
    DIVERGING,
    MUTED,
    new_figure,
    number,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)
from .tiles import colour_bar, draw_tiles, near_square, sheet_size

SMALLEST, LARGEST = 0.52, 0.9  # the width of a filter, in inches
WIDEST = 11.0  # of all sheets side by side
SPACE = 0.35  # between two sheets


def rgb_filters(weight: np.ndarray) -> np.ndarray:
    """Return filters over red, green and blue as colour images: 0 is middle grey.

    Args:
        weight: (O, 3, KH, KW). All filters share one scale, so that strong and weak ones can be
            told apart: the greatest absolute weight of all becomes 0 or 1.

    Returns:
        (O, KH, KW, 3), values from 0 to 1.

    >>> rgb_filters(np.array([-2.0, 0.0, 1.0]).reshape(1, 3, 1, 1)).ravel()
    array([0.  , 0.5 , 0.75])
    """
    # (O, 3, KH, KW) -> (O, KH, KW, 3)
    return np.moveaxis(0.5 + weight / (2 * symmetric_limit(weight)), 1, -1)


@style()
def filters(weight: Any, title: str = "Convolution filters", limit: int = 64) -> Figure:
    """Draw convolution filters, numbered from 0.

    A filter over colour images (C == 3) is shown four times: as the patch of colour it responds
    to most, grey where the weight is 0, and one map for each input channel. Any other number of
    channels gives one map for each of them. Maps are red where a weight is positive, white at 0
    and blue where it is negative, on one scale for the whole figure.

    Args:
        weight: (O, C, KH, KW), such as `model.conv1.weight`.
        title: the heading.
        limit: at most this many filters, and maps in all, are drawn; the figure says so.

    Raises:
        TypeError, ValueError: `weight` is not such an array or is empty; `limit` is below 1.

    >>> weight = np.random.default_rng(0).normal(size=(16, 3, 3, 3))
    >>> [axes.get_title() for axes in filters(weight).axes]
    ['all three, as a colour', 'red', 'green', 'blue', '']
    """
    array = as_array(weight, "weight", ndim=4).astype(np.float64)
    if array.size == 0:
        raise ValueError(f"weight is empty: its shape is {array.shape}")
    if limit < 1:
        raise ValueError(f"limit is {limit}, expected at least 1 filter to draw")
    channels = array.shape[1]
    shown = array[:limit]
    maps = shown[:, : max(1, limit // len(shown))] if channels != 3 else shown
    scale = symmetric_limit(shown)

    names = [f"input channel {c}" for c in range(maps.shape[1])]
    sheets = [list(maps[:, c]) for c in range(maps.shape[1])]
    if channels == 3:
        names = ["all three, as a colour", "red", "green", "blue"]
        sheets = [list(rgb_filters(shown)), *sheets]
    elif channels == 1:
        names = [""]

    heading = f"{title}: {len(array)}, each {' × '.join(map(str, array.shape[1:]))}"
    caption = _caption(array.shape, maps.shape)
    columns = min(len(shown), 8) if len(sheets) == 1 else near_square(len(shown))
    return _lay_out(heading, caption, dict(zip(names, sheets, strict=True)), columns, scale)


def _lay_out(
    heading: str,
    caption: str,
    sheets: dict[str, list[np.ndarray]],
    columns: int,
    scale: float,
) -> Figure:
    """Place named sheets of filters, and one colour bar, on a figure that fits them."""
    tiles = next(iter(sheets.values()))
    wide, high = sheet_size(tiles[0].shape[:2], len(tiles), columns, numbered=True)
    across = max(1, min(len(sheets), int(WIDEST // (SMALLEST * wide + SPACE))))
    if len(sheets) == 4 and across == 3:
        across = 2  # two rows of two rather than three and one
    tile = max(SMALLEST, min(LARGEST, WIDEST / across / wide, WIDEST / 2 / high))
    width = max(tile * wide, *(text_width(name, 12) for name in sheets))
    height = tile * high

    top = 0.6 + 0.17 * len(caption.split("\n")) + (0.35 if any(sheets) else 0.1)
    body = across * (width + SPACE)
    down = -(-len(sheets) // across)
    # The bar, its ticks, and its label set on end.
    bar = 0.18 + 0.2 + text_width(number(-scale, digits=2), 11) + 0.4
    figure = new_figure(
        max(0.25 + body + bar, 0.5 + text_width(heading, 13), 0.5 + text_width(caption, 10)),
        top + down * (height + 0.5) - 0.25,
    )
    write(figure, 0.25, 0.15, heading, size=13)
    write(figure, 0.25, 0.47, caption, size=10, color=MUTED)
    for i, (name, sheet) in enumerate(sheets.items()):
        row, column = divmod(i, across)
        left = 0.25 + column * (width + SPACE)
        axes = panel(figure, left, top + row * (height + 0.5), width, height)
        axes.set_title(name, size=12)
        draw_tiles(axes, sheet, columns, range(len(sheet)), cmap=DIVERGING, vmin=-scale, vmax=scale)
    box = (0.25 + body, top, 0.18, min(height, 2.5))
    colour_bar(figure, box, DIVERGING, -scale, scale, "weight")
    return figure


def _caption(shape: tuple[int, ...], drawn: tuple[int, ...]) -> str:
    lines = ["maps: red = positive, white = 0, blue = negative; one scale for all"]
    if shape[1] == 3:
        lines.append("colours: grey = 0, on the same scale")
    left_out = []
    if drawn[0] < shape[0]:
        left_out.append(f"the first {drawn[0]} of {shape[0]} filters")
    if drawn[1] < shape[1]:
        left_out.append(f"the first {drawn[1]} of {shape[1]} input channels")
    if left_out:
        lines.append(f"drawn: {', '.join(left_out)}")
    return "\n".join(lines)
