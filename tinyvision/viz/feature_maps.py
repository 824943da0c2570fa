"""What the network sees on the way: the channels of each stage for one image."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import as_array, display_image
from .style import (
    DIVERGING,
    MUTED,
    SEQUENTIAL,
    new_figure,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)
from .tiles import colour_bar, draw_tiles, near_square, sheet_size

SHEET = 2.7  # the side of a stage's sheet of channels, in inches
SPACE = 0.45
ACROSS = 3  # the most stages in a row
TOP = 1.35  # of the first row of sheets


def colour_scale(maps: np.ndarray) -> tuple[str, float, float]:
    """Return the colour map of one stage and the values at its two ends.

    Values of both signs get a diverging map centred at 0, values from 0 up a sequential one
    that starts at 0.

    >>> colour_scale(np.array([-1.0, 3.0]))
    ('RdBu_r', -3.0, 3.0)
    >>> colour_scale(np.array([0.0, 3.0]))
    ('viridis', 0.0, 3.0)
    """
    limit = symmetric_limit(maps)
    if maps.min(initial=0) < 0:
        return DIVERGING, -limit, limit
    return SEQUENTIAL, 0.0, limit


@style()
def feature_maps(
    image: Any,
    stages: Mapping[str, Any] | Iterable[tuple[str, Any]],
    limit: int = 64,
    given: tuple[int, ...] | None = None,
) -> Figure:
    """Draw the input image and, stage after stage, every channel that the network made of it.

    Channels are in reading order from 0 at the top left. Within a stage all of them share one
    colour scale, so that a channel that stays silent looks silent.

    Args:
        image: (H, W), (1, H, W) or (3, H, W); see `display_image` for its values.
        stages: pairs (name, maps) in the order of the network, or a mapping from name to maps;
            maps are (C, H, W).
        limit: at most this many channels of a stage are drawn; its title says so.
        given: the shape (C, H, W) in which the network was given the image, where that is another;
            it stands below the image.

    Raises:
        TypeError, ValueError: an argument has another shape, is empty or holds NaN; there is no
            stage; `limit` is below 1.

    >>> image = np.zeros((3, 8, 8))
    >>> stages = [("conv1", np.ones((16, 8, 8))), ("pool1", np.ones((16, 4, 4)))]
    >>> [axes.get_title() for axes in feature_maps(image, stages).axes if axes.get_title()]
    ['input', 'conv1', 'pool1']
    """
    pairs = list(stages.items() if isinstance(stages, Mapping) else stages)
    if not pairs:
        raise ValueError("stages is empty, expected at least one pair (name, maps)")
    if limit < 1:
        raise ValueError(f"limit is {limit}, expected at least 1 channel to draw")
    picture = display_image(image)
    arrays = [(name, as_array(maps, f"stage {name!r}", ndim=3)) for name, maps in pairs]
    for name, maps in arrays:
        if maps.size == 0:
            raise ValueError(f"stage {name!r} is empty: its shape is {maps.shape}")

    rows = -(-len(arrays) // ACROSS)
    across = -(-len(arrays) // rows)  # rows of equal length: 2 + 2 rather than 3 + 1
    first = 0.25 + SHEET * 0.75 + SPACE  # the left edge of the stages
    row_height = SHEET + 1.35
    caption = (
        "one small picture for each channel, in reading order from 0\n"
        f"one colour scale for each stage: {_colours(arrays)}"
    )
    figure = new_figure(
        max(first + across * (SHEET + SPACE), 0.5 + text_width(caption, 10)),
        TOP + rows * row_height - 0.4,
    )
    write(figure, 0.25, 0.15, "Feature maps, stage by stage", size=13)
    write(figure, 0.25, 0.47, caption, size=10, color=MUTED)

    axes = panel(figure, 0.25, TOP, SHEET * 0.75, SHEET * 0.75)
    axes.set_title("input", size=12, pad=20)
    shape = " × ".join(map(str, np.shape(image)))
    axes.text(0.5, 1.02, shape, transform=axes.transAxes, size=10, color=MUTED, ha="center")
    draw_tiles(axes, [picture], columns=1, cmap="gray", vmin=0, vmax=1)
    if given is not None and tuple(given) != np.shape(image):
        axes.set_xlabel(_first_step(picture.shape[:2], given), size=10, color=MUTED)
    for i, (name, maps) in enumerate(arrays):
        row, column = divmod(i, across)
        _draw_stage(
            figure,
            (first + column * (SHEET + SPACE), TOP + row * row_height),
            name,
            maps,
            limit,
        )
    return figure


def _first_step(shape: tuple[int, ...], given: tuple[int, ...]) -> str:
    """What was done to an image of `shape` (H, W) before the network.

    >>> _first_step((8, 8), (3, 32, 32)), _first_step((28, 28), (3, 32, 32))
    ('first enlarged to 3 × 32 × 32', 'first brought to 3 × 32 × 32')
    """
    times = {divmod(large, small) for large, small in zip(given[1:], shape, strict=True)}
    # A whole number of times in both directions; what is framed or cut has only another size.
    enlarged = len(times) == 1 and min(times) > (1, 0) and min(times)[1] == 0
    return f"first {'enlarged' if enlarged else 'brought'} to {' × '.join(map(str, given))}"


def _colours(stages: list[tuple[str, np.ndarray]]) -> str:
    signed = [bool(maps.min() < 0) for _, maps in stages]
    keys = ["red = positive, white = 0, blue = negative"] if any(signed) else []
    if not all(signed):
        keys.append("dark = 0" if len(set(signed)) == 1 else "dark = 0 where nothing is negative")
    return "; ".join(keys)


def _draw_stage(
    figure: Figure, corner: tuple[float, float], name: str, maps: np.ndarray, limit: int
) -> None:
    """Draw one stage with its title above and its colour bar below."""
    shown = maps[:limit]
    columns = near_square(len(shown))
    wide, high = sheet_size(shown.shape[1:], len(shown), columns, numbered=False)
    side = SHEET / max(wide, high)  # of a tile, so that the sheet fits either way
    cmap, least, greatest = colour_scale(shown)

    axes = panel(figure, *corner, SHEET, side * high)
    axes.set_title(name, size=12, pad=20)
    shape = " × ".join(map(str, maps.shape))
    if len(shown) < len(maps):
        shape += f" (first {len(shown)})"
    if not shown.any():
        shape += ", all 0"
    axes.text(0.5, 1.02, shape, transform=axes.transAxes, size=10, color=MUTED, ha="center")
    draw_tiles(axes, list(shown), columns, cmap=cmap, vmin=least, vmax=greatest)
    axes.set_anchor("N")
    box = (corner[0] + 0.35, corner[1] + side * high + 0.12, SHEET - 0.7, 0.12)
    colour_bar(figure, box, cmap, least, greatest)
