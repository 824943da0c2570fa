"""A convolution as a film: the window moves on, and the output fills up."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .arrays import as_array
from .convolution import LARGEST_KERNEL, window_products
from .grid import cell_side, draw_grid
from .style import (
    DIVERGING,
    MUTED,
    OKABE_ITO,
    factor,
    new_figure,
    number,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)

MOST = 10  # pixels in a row or a column of the image
FONT = 10
MARGIN = 0.3  # in inches, like the next three
TOP = 0.95
TITLE = 0.3
SPACE = 0.6  # room for a sign between two panels


def window_frames(image: Any, kernel: Any) -> list[Figure]:
    """Draw one frame for each place of a window: stride 1, no padding, no bias.

    Each shows the image with the window framed, the kernel, the output as far as it is known, and
    below them the products and their sum. All frames have one size, for a GIF.

    Args:
        image: (H, W), at most 10 × 10; not negative is drawn in grey.
        kernel: (KH, KW), at most 5 × 5 and no larger than the image.

    Returns:
        OH × OW figures in reading order.

    Raises:
        TypeError, ValueError: an argument is not a matrix of finite numbers or is too large.

    >>> frames = window_frames([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]])
    >>> len(frames), frames[0].axes[-1].get_title()
    (4, 'output')
    """
    x = as_array(image, "image", ndim=2).astype(np.float64)
    w = as_array(kernel, "kernel", ndim=2).astype(np.float64)
    for side, of_image, of_kernel in zip(("height", "width"), x.shape, w.shape, strict=True):
        if not 1 <= of_image <= MOST or not 1 <= of_kernel <= min(of_image, LARGEST_KERNEL):
            raise ValueError(
                f"image has {side} {of_image} and kernel has {side} {of_kernel}, expected an image "
                f"of at most {MOST} and a kernel of at most {LARGEST_KERNEL} and no larger than "
                "the image: cut a piece out"
            )
    y = window_products(x, w).sum(axis=(2, 3))  # (OH, OW, KH, KW) -> (OH, OW)
    return [_frame(x, w, y, i, j) for i, j in np.ndindex(*y.shape)]


@style()
def _frame(x: np.ndarray, w: np.ndarray, y: np.ndarray, i: int, j: int) -> Figure:
    texts = [np.vectorize(number, otypes=[object])(matrix) for matrix in (x, w, y)]
    side = max(0.42, *(cell_side(text, FONT) for text in texts))
    sums = _written_out(x, w, y, i, j)
    widths = [side * matrix.shape[1] for matrix in (x, w, y)]
    high = side * max(matrix.shape[0] for matrix in (x, w, y))
    # The longest sum there is, so that all frames have one size.
    room = max(text_width(_written_out(x, w, y, *place), 11) for place in np.ndindex(*y.shape))
    figure = new_figure(
        2 * MARGIN + max(sum(widths) + 2 * SPACE, room),
        TOP + TITLE + high + 0.25 + 0.22 * (w.shape[0] + 1) + 0.15,
    )
    write(figure, MARGIN, 0.15, "Convolution: the window slides over the image", size=13)
    caption = "multiply each pixel under the window with its weight, and add up"
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    left = MARGIN
    frame: dict[str, Any] = {"fill": False, "edgecolor": OKABE_ITO["orange"], "linewidth": 3.5}
    known = np.arange(y.size).reshape(y.shape) <= i * y.shape[1] + j
    panels = [
        ("image", x, x, texts[0], (i, j, *w.shape)),
        ("kernel", w, w, texts[1], None),
        ("output", np.where(known, y, 0.0), y, np.where(known, texts[2], ""), (i, j, 1, 1)),
    ]
    for (title, matrix, whole, text, framed), wide in zip(panels, widths, strict=True):
        tall = side * matrix.shape[0]
        axes = panel(figure, left, TOP + TITLE + (high - tall) / 2, wide, tall)
        axes.set_title(title, size=12)
        signed = title != "image" or whole.min() < 0
        limit = symmetric_limit(whole)
        cmap = colormaps[DIVERGING if signed else "gray"]
        draw_grid(axes, matrix, text, cmap, (-limit if signed else 0.0, limit), FONT)
        if framed:
            row, column, down, across = framed
            corner = (column - 0.5, row - 0.5)
            axes.add_patch(Rectangle(corner, across, down, clip_on=False, zorder=4, **frame))
        left += wide + SPACE
    for place, sign in ((widths[0], "×"), (widths[0] + SPACE + widths[1], "=")):
        middle = MARGIN + place + SPACE / 2
        write(figure, middle, TOP + TITLE + high / 2, sign, size=17, ha="center", va="center")
    write(figure, MARGIN, TOP + TITLE + high + 0.25, sums, size=11, linespacing=1.3)
    return figure


def _written_out(x: np.ndarray, w: np.ndarray, y: np.ndarray, i: int, j: int) -> str:
    lines = [
        " + ".join(f"{factor(x[i + m, j + n])}·{factor(w[m, n])}" for n in range(w.shape[1]))
        for m in range(w.shape[0])
    ]
    return "\n+ ".join(lines) + f"\n= {number(y[i, j])}"
