"""Where the network is surest and wrong."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import as_array, class_indices, display_image
from .style import MUTED, blank, new_figure, panel, shorten, style, text_width, write

PICTURE = 1.5  # inches
LARGEST = 2.8  # of pictures that are so few that the words above them take more room
TOP = 1.0  # of the pictures
ACROSS = 6  # pictures in a row, at most
WIDEST = 12.0  # inches: longer captions mean fewer pictures in a row
NAME = 20  # characters of a class name that are shown


def hardest_mistakes(labels: Any, probabilities: Any, count: int) -> np.ndarray:
    """Return which images were classified wrongly with the greatest probability, surest first.

    Args:
        labels: (N,) integers, the true classes.
        probabilities: (N, C), each row from 0 to 1 with sum 1: a softmax of the logits.
        count: at most this many.

    Returns:
        (M,) indices into the images, M <= count. Equally sure mistakes stay in their order.

    Raises:
        TypeError: labels are not integers.
        ValueError: shapes do not fit, a label is out of range, a row is not a distribution, or
            `count` is below 1.

    >>> hardest_mistakes([0, 1, 1], [[0.4, 0.6], [0.9, 0.1], [0.2, 0.8]], count=12)
    array([1, 0])
    """
    truth, chances = _check(labels, probabilities)
    if count < 1:
        raise ValueError(f"count is {count}, expected at least 1 mistake to show")
    wrong = np.flatnonzero(chances.argmax(axis=1) != truth)
    order = np.argsort(-chances[wrong].max(axis=1), kind="stable")
    return wrong[order][:count]


def _check(labels: Any, probabilities: Any) -> tuple[np.ndarray, np.ndarray]:
    chances = as_array(probabilities, "probabilities", ndim=2).astype(np.float64)
    truth = class_indices(labels, "labels", chances.shape[1])
    if len(truth) != len(chances):
        raise ValueError(
            f"labels has {len(truth)} entries and probabilities has {len(chances)} rows, "
            "expected one row for each label"
        )
    sums = chances.sum(axis=1)
    # float16 probabilities of many classes still sum to 1 within a hundredth.
    bad = np.flatnonzero((np.abs(sums - 1) > 1e-2) | (chances.min(axis=1, initial=0) < 0))
    if bad.size:
        raise ValueError(
            f"probabilities row {bad[0]} has sum {sums[bad[0]]:.3g} and least value "
            f"{chances[bad[0]].min():.3g}, expected values from 0 up with sum 1; "
            "logits become probabilities by softmax over dimension 1"
        )
    return truth, chances


@style()
def most_wrong(
    images: Any,
    labels: Any,
    probabilities: Any,
    class_names: Sequence[str],
    count: int = 12,
) -> Figure:
    """Draw the images that were classified wrongly with the greatest probability.

    Each is captioned "true → predicted (p = ...)", p being the probability that the network gave
    to its wrong answer; the surest stands first.

    Args:
        images: (N, C, H, W) with C 1 or 3, or (N, H, W); see `display_image` for their values.
        labels, probabilities, count: see `hardest_mistakes`.
        class_names: one name for each column of `probabilities`.

    Raises:
        TypeError, ValueError: see `hardest_mistakes`; or images or names differ in number.

    >>> images = np.zeros((2, 1, 8, 8))
    >>> figure = most_wrong(images, [0, 1], [[0.2, 0.8], [0.1, 0.9]], ["cat", "dog"])
    >>> figure.axes[0].get_xlabel()
    'cat → dog\\n(p = 0.80)'
    """
    pictures = as_array(images, "images", ndim=(3, 4))
    truth, chances = _check(labels, probabilities)
    if len(pictures) != len(truth):
        raise ValueError(
            f"images has {len(pictures)} images and labels has {len(truth)} entries, "
            "expected one label for each image"
        )
    if len(class_names) != chances.shape[1]:
        raise ValueError(
            f"class_names has {len(class_names)} names and probabilities has {chances.shape[1]} "
            "columns, expected one name for each"
        )
    chosen = hardest_mistakes(truth, chances, count)
    if not chosen.size:
        return _no_mistakes(len(truth))

    names = [shorten(str(name), NAME) for name in class_names]
    captions = []
    for i in chosen:
        guess = int(chances[i].argmax())
        captions.append(f"{names[truth[i]]} → {names[guess]}\n(p = {chances[i, guess]:.2f})")
    wrong = int((chances.argmax(axis=1) != truth).sum())
    heading = f"{_which(len(chosen), wrong)} in {len(truth):,} image{'s' * (len(truth) > 1)}"
    caption = "true class → predicted class\n(p = its probability, according to the network)"
    words = max(text_width(heading, 13), text_width(caption, 10))
    side = min(LARGEST, max(PICTURE, words / len(chosen) - 0.25))
    step = max(side, *(text_width(text, 11) for text in captions)) + 0.25
    across = min(len(chosen), ACROSS, max(1, int(WIDEST // step)))
    # 12 pictures in rows of 6, 6 look better than 5, 5, 2.
    rows = -(-len(chosen) // across)
    across = -(-len(chosen) // rows)
    figure = new_figure(
        0.25 + max(across * step, words + 0.25),
        TOP + rows * (side + 0.65),
    )
    write(figure, 0.25, 0.15, heading, size=13)
    write(figure, 0.25, 0.47, caption, size=10, color=MUTED)
    for k, (i, text) in enumerate(zip(chosen, captions, strict=True)):
        row, column = divmod(k, across)
        left = 0.25 + column * step + (step - 0.25 - side) / 2
        axes = panel(figure, left, TOP + row * (side + 0.65), side, side)
        axes.imshow(display_image(pictures[i], "images"), cmap="gray", vmin=0, vmax=1)
        axes.set_anchor("S")  # captions of a row stay level whatever the images' shape
        blank(axes)
        axes.set_xlabel(text, size=11)
    return figure


def _which(shown: int, wrong: int) -> str:
    """Which of the mistakes are shown, in words.

    >>> _which(1, 1), _which(5, 5)
    ('The only mistake', 'All 5 mistakes')
    >>> _which(1, 5), _which(12, 1234)
    ('The surest of 5 mistakes', 'The 12 surest of 1,234 mistakes')
    """
    if shown == wrong:
        return "The only mistake" if wrong == 1 else f"All {wrong:,} mistakes"
    return f"The {f'{shown} ' if shown > 1 else ''}surest of {wrong:,} mistakes"


def _no_mistakes(total: int) -> Figure:
    figure = new_figure(6, 2)
    what = f"all {total:,} images are classified correctly" if total else "there are no images"
    what = "the only image is classified correctly" if total == 1 else what
    figure.text(0.5, 0.6, "No mistakes to show", size=16, ha="center")
    figure.text(0.5, 0.35, what, size=12, ha="center", color=MUTED)
    return figure
