"""Where a Vision Transformer looks: the attention of each head of a layer, laid over the image."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .arrays import display_image
from .attention_weights import attended, check_weights, entropy, has_class_token, name_query
from .overlay import (
    OVERLAY,
    check_interpolation,
    draw_map,
    draw_overlay,
    frame_patch,
    overlay_bar,
)
from .patches import grid_of
from .style import MUTED, new_figure, panel, style, symmetric_limit, text_width, write

PICTURE = 1.9  # a panel's area is that of a square of as many inches
WIDEST = 11.0  # of a row of panels, in inches
SPACE = 0.3  # between two panels
TITLE = 0.32
LINE = 0.19  # the height of a line of text
MARGIN = 0.25
BAR = 0.32  # the width of the colour bar
TOP = 1.1  # of everything below the caption


@style()
def attention_maps(
    image: Any,
    weights: Any,
    patch_size: Any,
    query: int | None = None,
    interpolation: str = "nearest",
) -> Figure:
    """Draw what the class token, or a patch, attends to: the image, each head and their mean.

    A single head is drawn once, as it is its own mean.

    The weights lie as colours over the grey image, on one scale for all panels. Under each panel
    stand the entropy of all its weights, which says how spread the attention is, and the weight
    on the class token, which is on no patch.

    Args:
        image: (H, W), (1, H, W) or (3, H, W); see `display_image` for its values.
        weights: (heads, T, T), the weights of one layer for this image; row i belongs to query i,
            so that each sums to 1. T is the number of patches, or one more: a class token first.
        patch_size: an integer, or a pair (height, width), that divides H and W.
        query: the patch that attends, numbered from 0 in reading order; it is framed. None is the
            class token or, without one, the mean over all patches.
        interpolation: "nearest" shows each patch as it is, "bilinear" smooths between them.

    Raises:
        TypeError, ValueError: an argument has another shape or holds NaN; the patch does not
            divide the image; the numbers of tokens and patches do not fit; a row of weights does
            not sum to 1; there is no such query or interpolation.

    >>> weights = np.full((3, 17, 17), 1 / 17)
    >>> figure = attention_maps(np.zeros((8, 8)), weights, patch_size=2)
    >>> [axes.get_title() for axes in figure.axes]
    ['the image', 'head 0', 'head 1', 'head 2', 'mean', '']
    """
    check_interpolation(interpolation)
    picture = display_image(image)
    shape = picture.shape[:2]
    grid = grid_of(shape, patch_size)
    heads = check_weights(weights, "weights")
    tokens = heads.shape[-1]
    class_token = has_class_token(tokens, grid, "weights")
    # (heads, T, T) and (1, T, T) -> (heads + 1, T, T)
    several = len(heads) > 1
    layer = np.concatenate([heads, heads.mean(axis=0, keepdims=True)]) if several else heads
    rows, maps = attended(layer, grid, query)
    titles = [*(f"head {i}" for i in range(len(heads))), "mean"] if several else ["attention"]
    notes = [_note(row, class_token) for row in rows]
    limit = symmetric_limit(maps)

    wide = PICTURE * (shape[1] / shape[0]) ** 0.5
    high = PICTURE * (shape[0] / shape[1]) ** 0.5
    slot = max(wide, *(text_width(note, 10) for note in notes)) + SPACE
    panels = 1 + len(maps)
    across = min(panels, max(1, int((WIDEST + SPACE) // slot)))
    down = -(-panels // across)
    across = -(-panels // down)  # rows of equal length: 3 + 3 rather than 5 + 1
    step = TITLE + high + LINE * (2 if class_token else 1) + 0.3

    who = name_query(query, class_token)
    heading = f"Attention: where {who} looks"
    caption = _caption(tokens, class_token, query, several)
    body = across * slot
    figure = new_figure(
        MARGIN
        + max(body + BAR + 1.0, MARGIN + text_width(heading, 13), MARGIN + text_width(caption, 10)),
        TOP + LINE * caption.count("\n") + down * step,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    top = TOP + LINE * (caption.count("\n") - 1) + TITLE

    def place(i: int, title: str) -> Axes:
        row, column = divmod(i, across)
        left = MARGIN + column * slot + (slot - SPACE - wide) / 2
        axes = panel(figure, left, top + row * step, wide, high)
        axes.set_title(title, size=12)
        return axes

    axes = place(0, "the image")
    draw_map(axes, shape, picture, cmap="gray", vmin=0, vmax=1)
    if query is not None:
        frame_patch(axes, shape, grid, query)
    for i, (title, note, values) in enumerate(zip(titles, notes, maps, strict=True), start=1):
        axes = place(i, title)
        draw_overlay(axes, picture, values, limit, interpolation)
        axes.set_xlabel(note, size=10)
        if query is not None:
            frame_patch(axes, shape, grid, query)
    box = (MARGIN + body, top, BAR, min(2.2, high))
    overlay_bar(figure, box, OVERLAY(np.arange(256)), 0.0, limit, "weight")
    return figure


def _note(row: np.ndarray, class_token: bool) -> str:
    note = f"entropy {float(entropy(row)):.2f} bits"
    return f"{note}\nclass token {row[0]:.3f}" if class_token else note


def _caption(tokens: int, class_token: bool, query: int | None, several: bool) -> str:
    most = float(np.log2(tokens))
    lines = [
        "one panel for each head of the layer, and the mean of the heads; one colour scale for all"
        if several
        else "the brighter a patch, the more it is looked at",
        f"entropy: from 0 bits, all on one token, to {most:.2f} bits, all {tokens} tokens alike",
    ]
    if class_token:
        lines.append("class token: the weight on it, which is on no patch")
    if query is not None:
        lines.append("framed: the patch that looks")
    return "\n".join(lines)
