"""Which class is taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from .arrays import as_array, class_indices
from .style import (
    COUNTS,
    MUTED,
    new_figure,
    panel,
    shorten,
    style,
    text_colour,
    text_width,
    write,
)

NAME = 20  # characters of a class name that are shown
READABLE = 25  # classes up to which the counts fit in their cells


def confusion_matrix(labels: Any, predictions: Any, num_classes: int) -> np.ndarray:
    """Count how often each class was predicted for each true class.

    Args:
        labels: (N,) integers, the true classes.
        predictions: (N,) integers, the classes predicted.
        num_classes: C; both lie in [0, C).

    Returns:
        (C, C) int64: entry [i, j] counts the images of class i that were predicted as class j.

    Raises:
        TypeError: labels or predictions are not integers.
        ValueError: they differ in length, are not one-dimensional, or hold a class out of range.

    >>> confusion_matrix([0, 0, 1], [0, 1, 1], num_classes=2)
    array([[1, 1],
           [0, 1]])
    """
    if num_classes < 1:
        raise ValueError(f"num_classes is {num_classes}, expected at least 1")
    rows = class_indices(labels, "labels", num_classes)
    columns = class_indices(predictions, "predictions", num_classes)
    if len(rows) != len(columns):
        raise ValueError(
            f"labels has {len(rows)} entries and predictions has {len(columns)}, "
            "expected one prediction for each label"
        )
    # Each pair is one number in base C, so that one pass over the pairs counts them all.
    pairs = np.bincount(rows * num_classes + columns, minlength=num_classes**2)
    return pairs.astype(np.int64).reshape(num_classes, num_classes)  # (C * C,) -> (C, C)


def recalls(matrix: np.ndarray) -> np.ndarray:
    """Return, for each true class, the share of its images that were recognised; NaN for none.

    >>> recalls(np.array([[3, 1], [0, 0]]))
    array([0.75,  nan])
    """
    totals = matrix.sum(axis=1)  # (C, C) -> (C,)
    return np.where(totals > 0, np.diagonal(matrix) / np.maximum(totals, 1), np.nan)


@style()
def confusion(matrix: Any, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix: a row for each true class, a column for each predicted one.

    A cell is as dark as its share of the row, so that rare classes count as much as common ones.
    At the right stands the recall: the share of the class's images that were recognised. With
    more than 25 classes the numbers would be too small to read and are left out.

    Args:
        matrix: (C, C) counts, from `confusion_matrix`.
        class_names: C names.

    Raises:
        TypeError: `matrix` is not of integers.
        ValueError: it is not square, is empty or holds a negative count, or the number of names
            differs.

    >>> figure = confusion([[8, 2], [1, 9]], ["cat", "dog"])
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
    ('predicted class', 'true class')
    """
    counts = as_array(matrix, "matrix", ndim=2)
    if counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"matrix has shape {counts.shape}, expected (C, C), C at least 1")
    if counts.dtype.kind not in "iu":
        raise TypeError(f"matrix holds {counts.dtype} values, expected integer counts")
    if counts.min() < 0:
        raise ValueError(f"matrix holds {counts.min()}, expected counts from 0 up")
    if len(class_names) != len(counts):
        raise ValueError(
            f"class_names has {len(class_names)} names for a matrix of {len(counts)} classes, "
            "expected one for each"
        )
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    names = [shorten(str(name), NAME) for name in class_names]
    readable = len(counts) <= READABLE

    # The figure is laid out from the inside: cells as wide as their longest number, margins as
    # wide as the longest name.
    cell = 0.24 + max(text_width(f"{counts.max():,}", 11), 0.26) if readable else 0.17
    font = 11 if readable else 8
    side = cell * len(counts)
    longest = max(text_width(name, font) for name in names)
    left, top = 0.65 + longest, 0.75
    # Slanted names end under their column and reach to the left and down.
    upright = all(text_width(name, font) < cell - 0.1 for name in names)
    bottom = 0.75 + (0.2 if upright else 0.75 * longest)
    heading = f"{int(np.trace(counts)):,} of {int(totals.sum()):,} right"
    if totals.sum():
        heading += f": accuracy {100 * np.trace(counts) / totals.sum():.1f} %"
    key = "darker = a greater share of the row"
    width = max(left + side + 1.0, 0.5 + text_width(heading, 13), 0.5 + text_width(key, 10))
    figure = new_figure(width, top + side + bottom)
    write(figure, 0.25, 0.12, heading, size=13)
    write(figure, 0.25, top + side + bottom - 0.1, key, size=10, color=MUTED, va="bottom")

    axes = panel(figure, left, top, side, side)
    axes.imshow(shares, cmap=COUNTS, vmin=0, vmax=1)
    turn: dict[str, Any] = (
        {} if upright else {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    )
    axes.set_xticks(range(len(names)), names, size=font, **turn)
    axes.set_yticks(range(len(names)), names, size=font)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    # White lines between the cells.
    axes.set_xticks(np.arange(0.5, len(counts) - 1), minor=True)
    axes.set_yticks(np.arange(0.5, len(counts) - 1), minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="minor", length=0)

    if readable:
        for (i, j), count in np.ndenumerate(counts):
            colour = text_colour(colormaps[COUNTS](shares[i, j]))
            axes.text(j, i, f"{count:,}", color=colour, ha="center", va="center_baseline")
    right = len(counts) - 0.5 + 0.14 / cell
    axes.text(right, -0.5 - 0.1 / cell, "recall", size=font, va="bottom")
    for i, recall in enumerate(recalls(counts)):
        text = "–" if np.isnan(recall) else f"{100 * recall:.1f} %"
        axes.text(right, i, text, size=font, va="center_baseline")
    return figure
