"""An image as a transformer reads it: cut into patches, one after the other."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .arrays import display_image
from .patches import cut_patches
from .style import MUTED, blank, new_figure, panel, style, text_width, write
from .tiles import EDGE, GAP, draw_tiles, sheet_size

SMALLEST, LARGEST = 3.2, 5.0  # the longer side of the image, in inches
TILE = 0.72  # the width of a patch in the sequence
LINE = 10  # patches in a line of the sequence, at most
FEW = 2 * LINE  # as many patches are all drawn, if nothing else is asked for
FONTS = (9, 8)  # points, for the numbers on the patches: the greater that fits
ROOM = 0.09  # inches around a number
MARGIN = 0.25
TOP = 1.35  # of the image


@style()
def patch_grid(image: Any, patch_size: Any, limit: int | None = None) -> Figure:
    """Draw an image cut into patches, and the patches as the sequence a transformer sees.

    Patches are numbered from 0 in reading order. Where there are too many for that to be read,
    only the first row and the first column are, beside the image, and the figure says so.

    Args:
        image: (H, W), (1, H, W) or (3, H, W); see `display_image` for its values.
        patch_size: an integer, or a pair (height, width), that divides H and W.
        limit: at most this many patches of the sequence are drawn; its title says so. None draws
            all where they are few, in lines of equal length, and the first ten otherwise.

    Raises:
        TypeError, ValueError: `image` has another shape, is empty or holds NaN; the patch does not
            divide it; `limit` is below 1.

    >>> figure = patch_grid(np.zeros((3, 32, 32)), patch_size=4)
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['the image', 'the sequence: the first 10 of 64 patches']
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}, expected at least 1 patch to draw")
    picture = display_image(image)
    patches = cut_patches(picture, patch_size)
    patch = patches.shape[1:3]
    grid = (picture.shape[0] // patch[0], picture.shape[1] // patch[1])

    side, font = _side_and_font(picture.shape[:2], grid)
    wide, high = (side * picture.shape[i] / max(picture.shape[:2]) for i in (1, 0))
    cell = wide / grid[1], high / grid[0]
    # Numbers that do not fit on the patches stand beside the first row and column.
    edge = 0.0 if font else text_width(str(len(patches)), 8) + 0.12

    if limit is None:
        limit = len(patches) if len(patches) <= FEW else LINE
    shown = patches[:limit]
    total = f"{len(patches)} patch{'es' if len(patches) > 1 else ''}"
    left_out = len(shown) < len(patches)
    title = f"the sequence: {f'the first {len(shown)} of ' if left_out else ''}{total}"
    columns = -(-len(shown) // -(-len(shown) // LINE))  # 8 + 8 rather than 10 + 6
    # A long thin patch is no higher than the image, and too narrow for a number.
    tile = min(TILE, high * patch[1] / patch[0] / 1.5)
    numbered = tile >= text_width(str(len(shown)), 9) + 0.04
    row, column = sheet_size(patch, len(shown), columns, numbered)
    more = 0.3 if left_out else 0.0  # for the dots
    right = MARGIN + edge + wide + 0.75

    heading = f"An image as a sequence of {total}"
    caption = _caption(picture, patch, grid)
    steps = (1, 1) if font else _steps(cell, grid[1])
    caption += "\n" + _numbering(font, steps)
    figure = new_figure(
        max(
            right + max(tile * row + more, text_width(title, 12)) + MARGIN,
            2 * MARGIN + max(text_width(heading, 13), text_width(caption, 10)),
        ),
        TOP + max(edge + high, 0.4 + tile * column) + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    axes = panel(figure, MARGIN + edge, TOP + edge, wide, high)
    axes.set_title("the image", size=12, loc="left")
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1)
    blank(axes)
    _cut_lines(axes, picture.shape[:2], patch, cell)
    if font:
        _number_patches(axes, grid, patch, font)
    else:
        _number_edges(axes, grid, patch, steps)

    top = TOP + max(edge + (high - tile * column) / 2, 0.4)
    axes = panel(figure, right, top, tile * row, tile * column)
    axes.set_title(title, size=12, loc="left", pad=8)
    numbers = range(len(shown)) if numbered else None
    draw_tiles(axes, list(shown), columns, numbers, cmap="gray", vmin=0, vmax=1)
    if left_out:
        last = (len(shown) - 1) % columns + 1  # the place of the last patch in its line
        middle = column - patch[0] / patch[1] / 2
        axes.text(last * (1 + GAP), middle, "…", size=16, va="center", ha="left")
    write(figure, right - 0.4, TOP + edge + high / 2, "→", size=18, ha="center", va="center")
    return figure


def _side_and_font(shape: tuple[int, ...], grid: tuple[int, int]) -> tuple[float, int]:
    """Return the image's longer side in inches and the size of the numbers on its patches.

    The size is 0 if they do not fit.
    """
    last = str(grid[0] * grid[1] - 1)
    cell_wide = shape[1] / grid[1] / max(shape)  # as a share of the longer side
    cell_high = shape[0] / grid[0] / max(shape)

    def least(font: int) -> float:
        return max(
            (text_width(last, font) + ROOM) / cell_wide,
            (font / 72 + ROOM / 2) / cell_high,  # points -> inches
        )

    for font in FONTS:
        if least(font) <= SMALLEST:
            return SMALLEST, font
    smallest = FONTS[-1]
    if least(smallest) <= LARGEST:
        return least(smallest), smallest
    return LARGEST, 0


def _caption(picture: np.ndarray, patch: tuple[int, ...], grid: tuple[int, int]) -> str:
    channels = 3 if picture.ndim == 3 else 1
    numbers = patch[0] * patch[1] * channels
    return (
        f"image {channels} × {picture.shape[0]} × {picture.shape[1]}, "
        f"patches {patch[0]} × {patch[1]}: {grid[0]} down, {grid[1]} across; "
        f"each is {numbers} number{'s' if numbers > 1 else ''}"
    )


def _numbering(font: int, steps: tuple[int, int]) -> str:
    text = "numbered from 0 in reading order"
    if font:
        return text
    row, column = ("" if step == 1 else f"one in {step} of " for step in steps)
    return (
        f"{text}; too many to write on them all:\n"
        f"only {row}the first row and {column}the first column are numbered"
    )


def _cut_lines(
    axes: Axes, shape: tuple[int, ...], patch: tuple[int, ...], cell: tuple[float, float]
) -> None:
    """Draw the cuts: white on dark, so that one or the other shows on every image."""
    rows = np.arange(patch[0], shape[0], patch[0]) - 0.5  # in pixels, whose centres are whole
    columns = np.arange(patch[1], shape[1], patch[1]) - 0.5
    width = min(2.0, 0.12 * 72 * min(cell))  # points: fine cuts leave something of small patches
    for colour, share in (("black", 1.0), ("white", 0.55)):
        axes.hlines(rows, -0.5, shape[1] - 0.5, color=colour, linewidth=width * share)
        axes.vlines(columns, -0.5, shape[0] - 0.5, color=colour, linewidth=width * share)
    high, wide = shape
    frame: dict[str, Any] = {"fill": False, "edgecolor": EDGE, "linewidth": 0.6, "clip_on": False}
    axes.add_patch(Rectangle((-0.5, -0.5), wide, high, **frame))
    axes.set_xlim(-0.5, shape[1] - 0.5)
    axes.set_ylim(shape[0] - 0.5, -0.5)


def _number_patches(axes: Axes, grid: tuple[int, int], patch: tuple[int, ...], font: float) -> None:
    """Write each number into the top left corner of its patch, on a dark ground."""
    ground = {"facecolor": "black", "alpha": 0.6, "linewidth": 0, "pad": 1}
    for row, column in np.ndindex(*grid):
        axes.annotate(
            str(row * grid[1] + column),
            (column * patch[1] - 0.5, row * patch[0] - 0.5),
            xytext=(2, -2),
            textcoords="offset points",
            size=font,
            color="white",
            ha="left",
            va="top",
            bbox=ground,
        )


def _steps(cell: tuple[float, float], across: int) -> tuple[int, int]:
    """Return which numbers fit above the first row and beside the first column: every how many."""
    return (
        int(np.ceil((text_width(str(across - 1), 8) + 0.05) / cell[0])),
        int(np.ceil(0.14 / cell[1])),
    )


def _number_edges(
    axes: Axes, grid: tuple[int, int], patch: tuple[int, ...], steps: tuple[int, int]
) -> None:
    columns, rows = np.arange(0, grid[1], steps[0]), np.arange(0, grid[0], steps[1])
    axes.set_xticks((columns + 0.5) * patch[1] - 0.5, labels=map(str, columns))
    axes.set_yticks((rows + 0.5) * patch[0] - 0.5, labels=map(str, rows * grid[1]))
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=8)
    axes.tick_params(length=2, pad=2)
