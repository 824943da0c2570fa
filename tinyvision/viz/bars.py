"""Amounts by name, as bars that lie, each with its number written behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .arrays import as_array
from .style import MUTED, OKABE_ITO, blank, new_figure, panel, style, text_width, write

WIDE = 4.2  # the longest bar, in inches
STEP = 0.36  # from bar to bar
MARGIN = 0.25
LINE = 0.19  # the height of a line of text


def _text(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3g}"


@style()
def bars(amounts: Mapping[str, Any], heading: str, caption: str = "", *, unit: str = "") -> Figure:
    """Draw a bar for each amount, from top to bottom in their order.

    Args:
        amounts: numbers from 0 up, by name.
        heading, caption: above them.
        unit: written behind each number.

    Raises:
        TypeError, ValueError: there is none, or one is negative, NaN or no number.

    >>> figure = bars({"conv1": 448, "fc1": 245880}, "Parameters")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['conv1', '448', 'fc1', '245,880']
    """
    if not amounts:
        raise ValueError("amounts is empty, expected at least one name and number")
    values = as_array(list(amounts.values()), "amounts", ndim=1).astype(np.float64)
    if values.min() < 0:
        raise ValueError(f"amounts holds {values.min():g}, expected numbers from 0 up")
    texts = [_text(value) + (f" {unit}" if unit else "") for value in values]
    before = max(text_width(name, 11) for name in amounts) + 0.1
    behind = max(text_width(text, 11) for text in texts) + 0.1
    top = 0.6 + LINE * (len(caption.split("\n")) if caption else 0)
    body = STEP * len(values)
    figure = new_figure(
        2 * MARGIN
        + max(before + WIDE + behind, text_width(heading, 13), text_width(caption or " ", 10)),
        top + body + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    axes = panel(figure, MARGIN + before, top, WIDE, body)
    most = float(values.max()) or 1.0
    axes.barh(np.arange(len(values)), values, height=0.7, color=OKABE_ITO["blue"])
    for place, (name, value, text) in enumerate(zip(amounts, values, texts, strict=True)):
        inch = most / WIDE
        axes.text(-0.08 * inch, place, name, ha="right", va="center", size=11)
        axes.text(value + 0.08 * inch, place, text, ha="left", va="center", size=11)
    axes.set_xlim(0, most)
    axes.set_ylim(len(values) - 0.5, -0.5)
    blank(axes)
    axes.vlines(0, -0.5, len(values) - 0.5, color="black", linewidth=1, clip_on=False)
    return figure
