"""What position embeddings know of places: how alike those of two patches are."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..ops.convolution.conv import pair
from .arrays import as_array
from .attention_weights import has_class_token
from .style import DIVERGING, MUTED, SEQUENTIAL, new_figure, panel, style, text_width, write
from .tiles import GAP, colour_bar, draw_tiles, sheet_size

SIDE = 5.2  # the longer side of the sheet of maps, in inches
MOST = 16  # maps in a row or a column: more are too small to see
MARGIN = 0.25
TOP = 1.05  # of the sheet, below a caption of one line
LINE = 0.19  # the height of a line of text
LEAST = 1.6  # room for the names beside a sheet, in inches
AXIS = 0.65  # room for the numbers and the name of an axis


def cosine_similarity(rows: np.ndarray) -> np.ndarray:
    """Return the cosine of the angle between each row and each other.

    Args:
        rows: (N, D).

    Returns:
        (N, N), from -1 (opposite) over 0 (at right angles) to 1 (the same direction).

    Raises:
        ValueError: a row is all 0 and so has no direction.

    >>> cosine_similarity(np.array([[2.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]))
    array([[ 1.,  0., -1.],
           [ 0.,  1.,  0.],
           [-1.,  0.,  1.]])
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)  # (N, D) -> (N, 1)
    zero = np.flatnonzero(lengths == 0)
    if zero.size:
        raise ValueError(
            f"the embedding of position {zero[0]} is all 0 and has no direction to compare; "
            "train it first, or start it from small random numbers"
        )
    units = rows / lengths
    # Rounding may lead a hair beyond 1.
    return np.clip(units @ units.T, -1, 1) + 0.0  # -0.0 becomes 0.0; (N, D) @ (D, N) -> (N, N)


@style()
def position_similarity(position_embedding: Any, grid: Any) -> Figure:
    """Draw how alike the position embeddings are: one small map for each position.

    The map in row i, column j compares the embedding of the patch there with those of all patches,
    each at its own place. Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021,
    arXiv:2010.11929, figure 7 (centre).

    Colours run from -1 to 1 and are white at 0; or, where nothing is negative, as with sines and
    cosines, from 0 to 1, which leaves more of them to tell 0.6 from 0.9.

    Args:
        position_embedding: (T, D) or (1, T, D). T is the number of patches, or one more: a class
            token first, which has no place and is left out.
        grid: patches (down, across), or one number for both.

    Raises:
        TypeError, ValueError: an argument has another shape or holds NaN; T does not fit the grid;
            an embedding is all 0.

    >>> figure = position_similarity(np.eye(16), (4, 4))
    >>> [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    ['column']
    """
    down, across = pair(grid, "grid")
    array = as_array(position_embedding, "position_embedding", ndim=(2, 3)).astype(np.float64)
    if array.ndim == 3:
        if len(array) != 1:
            raise ValueError(
                f"position_embedding has shape {array.shape}, expected (T, D) or (1, T, D): "
                "one embedding for each position"
            )
        array = array[0]  # (1, T, D) -> (T, D)
    class_token = has_class_token(len(array), (down, across), "position_embedding")
    rows = array[1:] if class_token else array
    # (T, T) -> (down, across, down, across)
    maps = cosine_similarity(rows).reshape(down, across, down, across)

    # Every how many patches a map is drawn; within a map there is every patch.
    step = -(-max(down, across) // MOST)
    shown = maps[::step, ::step]
    high, wide = shown.shape[:2]
    tiles = list(shown.reshape(high * wide, down, across))  # -> (maps, down, across)
    width, height = sheet_size((down, across), len(tiles), wide, numbered=False)
    tile = SIDE / max(width, height)
    width, height = tile * width, tile * height

    heading = f"Position embeddings: how alike {down} × {across} places are"
    signed = bool(maps.min() < 0)
    caption = _caption(signed, class_token, step)
    top = TOP + LINE * caption.count("\n")
    body = max(height, LEAST)
    left = MARGIN + AXIS
    figure = new_figure(
        max(
            left + width + 1.45,
            2 * MARGIN + max(text_width(heading, 13), text_width(caption, 10)),
        ),
        top + body + AXIS + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    cmap, least = (DIVERGING, -1.0) if signed else (SEQUENTIAL, 0.0)
    axes = panel(figure, left, top + (body - height) / 2, width, height)
    draw_tiles(axes, tiles, wide, cmap=cmap, vmin=least, vmax=1)
    axes.set_xticks(
        np.arange(wide) * (1 + GAP) + 0.5,
        labels=map(str, range(0, across, step)),
    )
    ratio = down / across
    axes.set_yticks(
        np.arange(high) * (ratio + GAP) + ratio / 2,
        labels=map(str, range(0, down, step)),
    )
    axes.tick_params(length=0, labelsize=9)
    axes.set_xlabel("column")
    axes.set_ylabel("row")
    box = (left + width + 0.35, top, 0.16, min(2.4, body))
    colour_bar(figure, box, cmap, least, 1.0, "cosine similarity")
    return figure


def _caption(signed: bool, class_token: bool, step: int) -> str:
    lines = [
        "one map for each patch: its embedding compared with those of all patches at their places",
        "red = same direction (1), white = at right angles (0), blue = opposite (−1)"
        if signed
        else "yellow = same direction (1), dark = at right angles (0)",
    ]
    notes = []
    if class_token:
        notes.append("the class token, which has no place, is left out")
    if step > 1:
        notes.append(f"drawn: the map of one patch in {step}, down and across")
    return "\n".join([*lines, *["; ".join(notes)] * bool(notes)])
