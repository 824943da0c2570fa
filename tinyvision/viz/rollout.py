"""Attention rollout: what reaches a token through all layers of a Transformer."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import display_image
from .attention_weights import attended, check_weights, has_class_token, name_query
from .overlay import check_interpolation, draw_map, draw_overlay, frame_patch
from .patches import grid_of
from .style import (
    MUTED,
    SEQUENTIAL,
    new_figure,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)
from .tiles import colour_bar

PICTURE = 2.7  # a panel's area is that of a square of as many inches
SPACE = 0.3
MARGIN = 0.25
LINE = 0.19  # the height of a line of text
TOP = 1.25  # of the panels, below a caption of one line


def attention_rollout(weights: Iterable[Any]) -> np.ndarray:
    """Return how much of each input token is in each output token, by attention alone.

    In each layer the heads are averaged, the identity is added for the residual connection, and
    the rows are divided by their sums; the layers are then multiplied, the last one leftmost. The
    linear maps and the feed-forward networks between them are left out: it is an estimate.
    Abnar and Zuidema, "Quantifying Attention Flow in Transformers", 2020, arXiv:2005.00928.

    Args:
        weights: for each layer, the first one first, the attention weights for one image,
            (heads, T, T); layers may differ in heads. An array (layers, heads, T, T) will do.

    Returns:
        (T, T), each row from 0 up with sum 1; row i belongs to output token i. float32 if every
        layer is at most that precise, float64 otherwise.

    Raises:
        TypeError, ValueError: there is no layer, or one is not such an array of the same T.

    >>> attention_rollout([[[[0.5, 0.5], [0.0, 1.0]]]])
    array([[0.75, 0.25],
           [0.  , 1.  ]])
    """
    product: np.ndarray | None = None
    for i, layer in enumerate(weights):
        mean = check_weights(layer, f"weights[{i}]").mean(axis=0)  # (heads, T, T) -> (T, T)
        mixed = mean + np.eye(len(mean), dtype=mean.dtype)
        mixed /= mixed.sum(axis=1, keepdims=True)
        if product is None:
            product = mixed
            continue
        if len(mixed) != len(product):
            raise ValueError(
                f"weights[{i}] has {len(mixed)} tokens and weights[0] has {len(product)}, "
                "expected as many in every layer"
            )
        product = mixed @ product  # (T, T) @ (T, T) -> (T, T)
    if product is None:
        raise ValueError("weights is empty, expected the attention weights of at least one layer")
    return product


@style()
def rollout(
    image: Any,
    layers: Iterable[Any],
    patch_size: Any,
    query: int | None = None,
    interpolation: str = "nearest",
) -> Figure:
    """Draw which patches reach the class token, or a patch, through all layers.

    Three panels: the image, the rollout laid over it in grey, and the rollout alone.

    Args:
        image: (H, W), (1, H, W) or (3, H, W); see `display_image` for its values.
        layers: attention weights (heads, T, T) for each layer, the first one first; see
            `attention_rollout`. T is the number of patches, or one more: a class token first.
        patch_size: an integer, or a pair (height, width), that divides H and W.
        query: a patch, numbered from 0 in reading order; it is framed. None is the class token
            or, without one, the mean over all patches.
        interpolation: "nearest" shows each patch as it is, "bilinear" smooths between them.

    Raises:
        TypeError, ValueError: see `attention_rollout`; an argument has another shape or holds
            NaN; the patch does not divide the image; the numbers of tokens and patches do not
            fit; there is no such query or interpolation.

    >>> layers = np.full((2, 3, 17, 17), 1 / 17)
    >>> figure = rollout(np.zeros((3, 8, 8)), layers, patch_size=2)
    >>> [axes.get_title() for axes in figure.axes]
    ['the image', 'overlay', 'rollout', '']
    """
    check_interpolation(interpolation)
    picture = display_image(image)
    shape = picture.shape[:2]
    grid = grid_of(shape, patch_size)
    each = list(layers)
    matrix = attention_rollout(each)
    class_token = has_class_token(len(matrix), grid, "each layer")
    row, values = attended(matrix, grid, query)
    limit = symmetric_limit(values)

    wide = PICTURE * (shape[1] / shape[0]) ** 0.5
    high = PICTURE * (shape[0] / shape[1]) ** 0.5
    who = name_query(query, class_token)
    heading = f"Attention rollout: what reaches {who} through {_count(len(each), 'layer')}"
    caption = (
        "each layer: mean of the heads, plus identity for the residual connection, rows divided by "
        "their sums;\nthen the layers are multiplied (Abnar and Zuidema, 2020)\n"
        "the bar is that of the rollout alone; in the overlay its colours mix with the image"
    )
    if class_token:
        caption += f"\nshare that is on no patch but on the class token: {row[0]:.3f}"
    if query is not None:
        caption += f"\nframed: {who}"
    lines = LINE * caption.count("\n")
    figure = new_figure(
        MARGIN
        + max(
            3 * (wide + SPACE) + 1.05,
            MARGIN + text_width(heading, 13),
            MARGIN + text_width(caption, 10),
        ),
        TOP + lines + high + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    for i, title in enumerate(("the image", "overlay", "rollout")):
        left = MARGIN + i * (wide + SPACE)
        axes = panel(figure, left, TOP + lines, wide, high)
        axes.set_title(title, size=12)
        if i == 0:
            draw_map(axes, shape, picture, cmap="gray", vmin=0, vmax=1)
        elif i == 1:
            draw_overlay(axes, picture, values, limit, interpolation)
        else:
            scale: dict[str, Any] = {"cmap": SEQUENTIAL, "vmin": 0, "vmax": limit}
            draw_map(axes, shape, values, interpolation=interpolation, **scale)
        if query is not None:
            frame_patch(axes, shape, grid, query)
    box = (MARGIN + 3 * (wide + SPACE), TOP + lines, 0.16, min(2.4, high))
    colour_bar(figure, box, SEQUENTIAL, 0.0, limit, "share")
    return figure


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}{'s' if n > 1 else ''}"
