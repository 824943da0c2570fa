"""Convolution by hand: the kernel slides over the image, one picture for each position."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .arrays import as_array
from .grid import cell_side, draw_grid
from .style import (
    MUTED,
    OKABE_ITO,
    factor,
    new_figure,
    number,
    panel,
    style,
    text_width,
    write,
)

LARGEST_OUTPUT = 6  # positions in a row or a column: more are not read, only looked at
LARGEST_KERNEL = 5
MARGIN = 0.25  # in inches, like the next four
TOP = 1.1  # of everything below the heading
TITLE = 0.3  # the height of a title
LINE = 0.19  # the height of a line of text
SPACE = 0.4  # between two panels
# Cells under the window are tinted, the others are paper.
_TINT = ListedColormap(["white", "#FDE9C4"])


def window_products(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return what the kernel multiplies at each position: x[i + m, j + n] · w[m, n].

    Args:
        image: (H, W).
        kernel: (KH, KW), not flipped: this is the cross-correlation of every framework.

    Returns:
        (OH, OW, KH, KW) with OH = H - KH + 1 and OW = W - KW + 1; the sum over the last two
        dimensions is the output.

    >>> image, kernel = np.arange(1, 10).reshape(3, 3), np.array([[1, 2], [3, 4]])
    >>> window_products(image, kernel)[0, 0]
    array([[ 1,  4],
           [12, 20]])
    """
    return np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel


@style()
def sliding_window(image: Any, kernel: Any) -> Figure:
    """Draw a convolution step by step: stride 1, no padding, no bias.

    At the left, image, kernel and output. Beside them, one panel for each number of the output,
    placed as in the output: the window is framed, each of its cells shows the pixel and the weight
    it meets, and under the panel stand the products and their sum.

    Args:
        image: (H, W).
        kernel: (KH, KW), at most 5 × 5 and no larger than the image.

    Raises:
        TypeError, ValueError: an argument is not a matrix of finite numbers, the kernel is larger
            than the image or than 5 × 5, or the output is larger than 6 × 6.

    >>> figure = sliding_window([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]])
    >>> [axes.get_title() for axes in figure.axes[3:]]
    ['Y[0, 0] = 37', 'Y[0, 1] = 47', 'Y[1, 0] = 67', 'Y[1, 1] = 77']
    """
    # float64 before multiplying: bytes would wrap around at 256.
    x = as_array(image, "image", ndim=2).astype(np.float64)
    w = as_array(kernel, "kernel", ndim=2).astype(np.float64)
    _check_sizes(x.shape, w.shape)
    products = window_products(x, w)  # (OH, OW, KH, KW)
    y = products.sum(axis=(2, 3))  # (OH, OW, KH, KW) -> (OH, OW)

    font = 12 if max(y.shape) <= 3 else 11
    # A cell of a position holds a pixel and, smaller, the weight below it.
    cell = max(cell_side(_texts(x), font), cell_side("×" + _texts(w), font - 2))
    high, wide = cell * x.shape[0], cell * x.shape[1]  # of the image in a panel
    sums = {(i, j): _written_out(x, w, i, j, y[i, j]) for i, j in np.ndindex(*y.shape)}
    titles = {(i, j): f"Y[{i}, {j}] = {number(y[i, j])}" for i, j in sums}
    texts = [text_width(text, 11) for text in sums.values()]
    texts += [text_width(text, 12) for text in titles.values()]
    step_right = max(wide, *texts) + SPACE
    step_down = TITLE + high + LINE * (w.shape[0] + 1) + SPACE

    matrices = [("X, the image", x), ("W, the kernel", w), ("Y, the output", y)]
    sides = [cell_side(_texts(matrix), font) for _, matrix in matrices]
    widths = [text_width(name, 12) for name, _ in matrices]
    widths += [s * m.shape[1] for s, (_, m) in zip(sides, matrices, strict=True)]
    column = sum(s * m.shape[0] + TITLE + SPACE for s, (_, m) in zip(sides, matrices, strict=True))
    first = MARGIN + max(widths) + 2 * SPACE  # the left edge of the panels

    caption = (
        "at each position: multiply the weights with the pixels under them, add the products\n"
        "Y[i, j] = sum over m, n of W[m, n] · X[i + m, j + n]   (the kernel is not flipped)"
    )
    figure = new_figure(
        MARGIN + max(first + y.shape[1] * step_right - SPACE, MARGIN + text_width(caption, 10)),
        TOP + max(column, y.shape[0] * step_down),
    )
    write(figure, MARGIN, 0.15, "Convolution: the kernel slides over the image", size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    top = TOP + TITLE
    for (name, matrix), side in zip(matrices, sides, strict=True):
        axes = panel(figure, MARGIN, top, side * matrix.shape[1], side * matrix.shape[0])
        axes.set_title(name, size=12, loc="left")
        colour = {"color": OKABE_ITO["blue"]} if matrix is w else {}
        draw_grid(axes, np.zeros(matrix.shape), _texts(matrix), _TINT, (0, 1), font, **colour)
        top += side * matrix.shape[0] + SPACE + TITLE
    for (i, j), text in sums.items():
        left = first + j * step_right + (step_right - SPACE - wide) / 2
        axes = panel(figure, left, TOP + TITLE + i * step_down, wide, high)
        axes.set_title(titles[i, j], size=12)
        _draw_position(axes, x, w, (i, j), font)
        axes.set_xlabel(text, size=11)
    return figure


def _check_sizes(image: tuple[int, ...], kernel: tuple[int, ...]) -> None:
    for size, of_image, of_kernel in zip(("height", "width"), image, kernel, strict=True):
        if not 1 <= of_kernel <= min(of_image, LARGEST_KERNEL):
            raise ValueError(
                f"kernel has {size} {of_kernel} and image has {size} {of_image}, expected a kernel "
                f"from 1 to {LARGEST_KERNEL} and no larger than the image"
            )
        if of_image - of_kernel + 1 > LARGEST_OUTPUT:
            raise ValueError(
                f"the output would have {size} {of_image - of_kernel + 1}, expected at most "
                f"{LARGEST_OUTPUT} to be readable: cut a piece out of the image"
            )


def _texts(matrix: np.ndarray) -> np.ndarray:
    return np.vectorize(number, otypes=[object])(matrix)


def _written_out(x: np.ndarray, w: np.ndarray, i: int, j: int, total: float) -> str:
    """Return the products of one position, a line for each row of the kernel, and their sum."""
    lines = [
        " + ".join(f"{factor(x[i + m, j + n])}·{factor(w[m, n])}" for n in range(w.shape[1]))
        for m in range(w.shape[0])
    ]
    return "\n+ ".join(lines) + f"\n= {number(total)}"


def _draw_position(
    axes: Axes, x: np.ndarray, w: np.ndarray, corner: tuple[int, int], font: float
) -> None:
    """Draw the image with the window at `corner` framed and the weights written into it."""
    i, j = corner
    inside = np.zeros(x.shape)
    inside[i : i + w.shape[0], j : j + w.shape[1]] = 1
    draw_grid(axes, inside, np.full(x.shape, ""), _TINT, (0, 1))
    for (row, column), text in np.ndenumerate(_texts(x)):
        if inside[row, column]:
            weight = "×" + number(w[row - i, column - j])
            axes.text(column, row - 0.2, text, size=font, ha="center", va="center")
            axes.text(
                column,
                row + 0.24,
                weight,
                size=font - 2,
                color=OKABE_ITO["blue"],
                ha="center",
                va="center",
            )
        else:
            axes.text(column, row, text, size=font, color=MUTED, ha="center", va="center")
    height, width = w.shape
    frame: dict[str, Any] = {"fill": False, "edgecolor": OKABE_ITO["vermillion"], "linewidth": 3}
    axes.add_patch(Rectangle((j - 0.5, i - 0.5), width, height, clip_on=False, zorder=3, **frame))
