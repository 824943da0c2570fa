"""One position of a convolution: the window on the image, the products, their sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import as_array
from .blocks import aligned, beside, bracketed, matrix, readable, sum_of, titled

WIDTH = 78  # columns of the whole
IMAGE_ROWS, OUTPUT_ROWS = 10, 6  # of more, those around the window are shown
IMAGE_WIDTH, OUTPUT_WIDTH = 42, 24  # characters for either
LARGEST_KERNEL = 7
WRITTEN_OUT = 27  # products: more are not read


def convolution(
    image: Any,
    kernel: Any,
    at: tuple[int, int] = (0, 0),
    *,
    stride: int = 1,
    padding: int = 0,
    bias: float = 0.0,
) -> str:
    """Show how one number of a convolution comes about: window, products, sum.

    The kernel is not flipped: this is the cross-correlation of every framework.

    Args:
        image: (H, W), or (C, H, W).
        kernel: (KH, KW), or (C, KH, KW) with as many channels.
        at: row and column of the output.
        stride: how far the window moves from one output to the next.
        padding: rows and columns of zeros on each side.
        bias: what is added to each output.

    Returns:
        A text: the image with the window framed, the kernel, the outputs up to this one (in
        brackets), and under them the products and their sum. Of a large image, the part around the
        window.

    Raises:
        TypeError, ValueError: not matrices of finite numbers, different numbers of channels, a
            kernel larger than the padded image or than 7 × 7, or no output at this place.

    >>> print(convolution([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]]))
    X              W          Y
    ┌───────┐
    │ 1   2 │ 3      1   2     [37]   ·
    │ 4   5 │ 6      3   4       ·    ·
    └───────┘
      7   8   9
    <BLANKLINE>
    Y[0, 0] = 1·1 + 2·2 + 4·3 + 5·4
            = 1 + 4 + 12 + 20
            = 37
    """
    x, w = _channels(image, "image"), _channels(kernel, "kernel")
    _check(x, w, stride, padding)
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[1:], axis=(1, 2))
    products = windows[:, ::stride, ::stride] * w[:, None, None]  # (C, OH, OW, KH, KW)
    y = products.sum(axis=(0, 3, 4)) + bias  # (C, OH, OW, KH, KW) -> (OH, OW)
    i, j = _place(at, y.shape)
    row, column = i * stride, j * stride
    x_texts, w_texts, y_texts = aligned(x), aligned(w), aligned(y)

    images: list[str] = []
    kernels: list[str] = []
    for c in range(len(x)):
        channel = f"[{c}]" if len(x) > 1 else ""
        part = _image(x_texts[c], (row, column), w.shape[1:])
        images += titled(f"X{channel}", part)
        kernels += titled(f"W{channel}", ["", *matrix(w_texts[c])])
        kernels += [""] * (len(images) - len(kernels))
    known = np.arange(y.size).reshape(y.shape) <= i * y.shape[1] + j
    outputs = titled("Y", _outputs(np.where(known, y_texts, "·"), (i, j)))
    lines = _laid_out(images, kernels, outputs)

    window = slice(row, row + w.shape[1]), slice(column, column + w.shape[2])
    pairs = zip(x_texts[:, *window].flat, w_texts.flat, strict=True)
    steps = [
        [f"{bracketed(pixel)}·{bracketed(weight)}" for pixel, weight in pairs],
        [bracketed(text) for text in aligned(products[:, i, j]).flat],
    ]
    rest = [bracketed(aligned(np.array(bias)).item())] if bias else []
    return readable("\n".join([*lines, "", *_sum(f"Y[{i}, {j}] ", steps, rest, y_texts[i, j])]))


def _laid_out(images: list[str], kernels: list[str], outputs: list[str]) -> list[str]:
    """Side by side as far as the width allows: the first that is not too wide."""
    kernels = "\n".join(kernels).rstrip().split("\n")
    for lines in (
        beside(images, kernels, outputs, gap=4),
        [*beside(images, kernels, gap=4), "", *outputs],
        [*images, "", *beside(kernels, outputs, gap=4)],
    ):
        if max(map(len, lines)) <= WIDTH:
            return lines
    return [*images, "", *kernels, "", *outputs]


def _channels(value: Any, name: str) -> np.ndarray:
    """(C, H, W), float64: bytes would wrap around at 256."""
    array = as_array(value, name, ndim=(2, 3)).astype(np.float64)
    return array[None] if array.ndim == 2 else array  # (H, W) -> (1, H, W)


def _check(x: np.ndarray, w: np.ndarray, stride: int, padding: int) -> None:
    if stride < 1 or padding < 0:
        raise ValueError(
            f"stride is {stride} and padding {padding}, expected at least 1 and at least 0"
        )
    if len(x) != len(w):
        raise ValueError(f"image has {len(x)} channels and kernel {len(w)}, expected as many")
    sizes = zip(("height", "width"), x.shape[1:], w.shape[1:], strict=True)
    for size, of_image, of_kernel in sizes:
        if not 1 <= of_kernel <= min(of_image + 2 * padding, LARGEST_KERNEL):
            raise ValueError(
                f"kernel has {size} {of_kernel} and the padded image {of_image + 2 * padding}, "
                f"expected a kernel from 1 to {LARGEST_KERNEL} and no larger than the image"
            )


def _place(at: tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int]:
    i, j = at
    if not (0 <= i < shape[0] and 0 <= j < shape[1]):
        raise ValueError(f"there is no output at {(i, j)}: the output is {shape[0]} by {shape[1]}")
    return i, j


def _span(size: int, start: int, length: int, room: int) -> slice:
    """The part of a long row that is shown: around what matters, no less than that."""
    shown = min(size, max(room, length))
    first = min(max(0, start - (shown - length) // 2), size - shown)
    return slice(first, first + shown)


def _part(
    texts: np.ndarray, place: Any, length: Any, room: tuple[int, int]
) -> tuple[slice, slice, list[str]]:
    """Which rows and columns of a matrix are shown, and a line that says so if not all are."""
    cell = max(len(text) for text in texts.flat) + 3
    rows = _span(texts.shape[0], place[0], length[0], room[0])
    columns = _span(texts.shape[1], place[1], length[1], room[1] // cell)
    if texts[rows, columns].shape == texts.shape:
        return rows, columns, []
    note = f"rows {rows.start}-{rows.stop - 1}, columns {columns.start}-{columns.stop - 1}"
    return rows, columns, [f"{note} of {texts.shape[0]} × {texts.shape[1]}"]


def _image(texts: np.ndarray, corner: tuple[int, int], kernel: tuple[int, ...]) -> list[str]:
    rows, columns, note = _part(texts, corner, kernel, (IMAGE_ROWS, IMAGE_WIDTH))
    frame = (corner[0] - rows.start, corner[1] - columns.start, kernel[0], kernel[1])
    return matrix(texts[rows, columns], frame) + note


def _outputs(texts: np.ndarray, place: tuple[int, int]) -> list[str]:
    rows, columns, note = _part(texts, place, (1, 1), (OUTPUT_ROWS, OUTPUT_WIDTH))
    marked = (place[0] - rows.start, place[1] - columns.start)
    return ["", *matrix(texts[rows, columns], marked=marked), *note]


def _sum(name: str, steps: list[list[str]], rest: list[str], total: str) -> list[str]:
    room = WIDTH - len(name) - 2
    lines = []
    if len(steps[0]) <= WRITTEN_OUT:
        for terms in steps:
            first, *others = sum_of(terms + rest, room)
            lines += [f"= {first}", *(f"  {line}" for line in others)]
    else:
        lines.append("= " + " + ".join([f"the sum of {len(steps[0])} products", *rest]))
    lines.append(f"= {total}")
    return [name + lines[0], *(" " * len(name) + line for line in lines[1:])]
