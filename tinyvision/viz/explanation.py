"""An answer of a network and what it hangs on: the image, maps laid over it, the best classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .arrays import as_array, display_image
from .overlay import OVERLAY, draw_map, draw_overlay, faint, overlay_bar
from .style import (
    DIVERGING,
    MUTED,
    OKABE_ITO,
    new_figure,
    panel,
    shorten,
    style,
    symmetric_limit,
    text_width,
    write,
)

PICTURE = 2.6  # a panel's area is that of a square of as many inches
SPACE = 0.35
MARGIN = 0.25
LINE = 0.19  # the height of a line of text
TOP = 0.85  # of the panels, without the note
BAR = 0.3  # the height of a class's bar
THICK = 0.24  # the height of a colour bar
NAME = 24  # characters of a class name that are shown
LONGEST = 1.6  # of a bar, in inches: probability 1


@style()
def explanation(
    image: Any,
    maps: Mapping[str, Any],
    answers: Sequence[tuple[str, float]],
    signed: Mapping[str, Any] | None = None,
    note: str = "",
    least: float = 0.0,
    units: Mapping[str, str] | None = None,
) -> Figure:
    """Draw an image, maps of what speaks for the answer, and the most probable classes.

    Args:
        image: (H, W), (1, H, W) or (3, H, W); see `display_image` for its values.
        maps: by title, arrays (h, w) from 0 up, laid over the image: yellow is much.
        answers: class names and probabilities, the most probable first.
        signed: as `maps`, but of values on both sides of 0: red speaks for the answer, blue
            against it.
        note: lines below the heading.
        least: the colours of `signed` reach at least so far on both sides of 0, so that a map of
            nothing but rounding is drawn pale.
        units: by title, what a map's numbers are; written below its colour bar.

    Raises:
        TypeError, ValueError: an argument has another shape or holds NaN; a map of `maps` goes
            below 0; there are no answers, or a probability is not from 0 to 1.

    >>> answers = [("cat", 0.9), ("dog", 0.1)]
    >>> figure = explanation(np.zeros((8, 8)), {"Grad-CAM": np.eye(2)}, answers)
    >>> [axes.get_title() for axes in figure.axes]
    ['the image', 'Grad-CAM', '', 'most probable']
    """
    picture = display_image(image)
    shape = picture.shape[:2]
    layers = [(title, _checked(title, values, least=0.0), False) for title, values in maps.items()]
    layers += [(title, _checked(title, values), True) for title, values in (signed or {}).items()]
    names, shares = _answers(answers)

    wide = PICTURE * (shape[1] / shape[0]) ** 0.5
    high = PICTURE * (shape[0] / shape[1]) ** 0.5
    below = {title: (units or {}).get(title, "") for title, _, _ in layers}
    texts = [text_width(title, 12) for title in below]
    texts += [text_width(unit, 10) for unit in below.values()]
    slot = max([wide, *texts]) + SPACE
    heading = f"{names[0]}: {shares[0]:.1%}"
    label = max(text_width(name, 11) for name in names)
    percent = text_width("100.0 %", 10) + 0.1
    bars = label + 0.15 + LONGEST + percent
    body = (1 + len(layers)) * slot
    top = TOP + LINE * (note.count("\n") + 1 if note else 0)
    figure = new_figure(
        MARGIN
        + max(body + bars + MARGIN, *(text_width(t, 13) + MARGIN for t in (heading, note or " "))),
        top + max(high + 0.9, BAR * len(names) + 0.3) + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, note, size=10, color=MUTED)

    def place(i: int, title: str) -> Axes:
        axes = panel(figure, MARGIN + i * slot + (slot - SPACE - wide) / 2, top, wide, high)
        axes.set_title(title, size=12)
        return axes

    draw_map(place(0, "the image"), shape, picture, cmap="gray", vmin=0, vmax=1)
    for i, (title, values, two_sided) in enumerate(layers, start=1):
        axes = place(i, title)
        limit = max(symmetric_limit(values), least if two_sided else 0.0)
        left = MARGIN + i * slot + (slot - SPACE - wide) / 2
        box = (left + 0.15 * wide, top + high + 0.12, 0.75 * wide, THICK)
        if two_sided:
            draw_map(axes, shape, faint(picture), cmap="gray", vmin=0, vmax=1)
            draw_map(axes, shape, _signed_colours(values / limit))
            colours = _signed_colours(np.linspace(-1, 1, 256))
            overlay_bar(figure, box, colours, -limit, limit, below[title])
        else:
            draw_overlay(axes, picture, values, limit, "nearest")
            overlay_bar(figure, box, OVERLAY(np.arange(256)), 0.0, limit, below[title])
    _draw_answers(figure, (MARGIN + body + label + 0.15, top), names, shares)
    return figure


def _checked(title: str, values: Any, least: float | None = None) -> np.ndarray:
    array = as_array(values, f"the map {title!r}", ndim=2)
    if array.size == 0:
        raise ValueError(f"the map {title!r} is empty: its shape is {array.shape}")
    if least is not None and array.min() < least:
        raise ValueError(
            f"the map {title!r} goes down to {array.min():.3g}, expected values from 0 up; maps "
            "with two sides belong into signed"
        )
    return array


def _answers(answers: Sequence[tuple[str, float]]) -> tuple[list[str], list[float]]:
    if not len(answers):
        raise ValueError("answers is empty, expected at least one class with its probability")
    names, shares = zip(*answers, strict=True)
    wrong = [share for share in shares if not 0 <= share <= 1]
    if wrong:
        raise ValueError(f"answers holds probability {wrong[0]}, expected one from 0 to 1")
    return [shorten(str(name), NAME) for name in names], [float(share) for share in shares]


def _signed_colours(shares: np.ndarray) -> np.ndarray:
    """Colours (..., 4) of shares from -1 to 1, the more opaque the farther from 0."""
    colours = colormaps[DIVERGING]((shares + 1) / 2)  # (...) -> (..., 4)
    colours[..., 3] = 0.85 * np.abs(shares) ** 0.5
    return colours


def _draw_answers(
    figure: Figure, place: tuple[float, float], names: list[str], shares: list[float]
) -> None:
    axes = panel(figure, *place, LONGEST, BAR * len(names))
    colours = [OKABE_ITO["blue"], *[OKABE_ITO["sky"]] * (len(names) - 1)]
    axes.barh(range(len(names)), shares, height=0.7, color=colours)
    axes.set_title("most probable", size=12)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, size=11)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for i, share in enumerate(shares):
        axes.text(share + 0.03, i, f"{share:.1%}", size=10, va="center_baseline")
