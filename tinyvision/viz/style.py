"""How every figure looks: type, colours that the colour-blind can tell apart, placing in inches.

Figures are made from `matplotlib.figure.Figure`, never through pyplot, so that no global list
keeps them alive and threads do not draw into each other's.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

# Okabe and Ito, "Color Universal Design", 2008: eight colours told apart by nearly everybody.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
}
SEQUENTIAL = "viridis"  # quantities from 0 up
DIVERGING = "RdBu_r"  # signed quantities: red above 0, white at 0, blue below
COUNTS = "Blues"  # counts, where none should look like paper
MUTED = "#5A5A5A"  # secondary text: still 6.9 : 1 against white

_SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with Matplotlib: the same on every machine
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "image.interpolation": "nearest",  # a pixel is a square
    "svg.hashsalt": "tinyvision",  # the same figure gives the same file
}

# rcParams belong to the whole process: one thread at a time may change them.
_lock = threading.RLock()


@contextmanager
def style() -> Iterator[None]:
    """Use the house style inside a `with` block, or as a decorator; restore what was there after.

    It starts from Matplotlib's defaults, so a figure looks the same whatever the reader's own
    settings are. Threads take turns.

    >>> import matplotlib
    >>> with style():
    ...     matplotlib.rcParams["image.interpolation"]
    'nearest'
    """
    with _lock, mpl_style.context(["default", _SETTINGS]):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty white figure, `width` × `height` inches, on the Agg canvas.

    >>> new_figure(4, 3).get_size_inches()
    array([4., 3.])
    """
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes to `figure`, placed in inches from its top left corner."""
    w, h = figure.get_size_inches()
    return figure.add_axes((left / w, 1 - (top + height) / h, width / w, height / h))


def write(figure: Figure, x: float, y: float, text: str, **options: Any) -> None:
    """Write `text` on `figure` with its top left corner `x`, `y` inches from the figure's."""
    w, h = figure.get_size_inches()
    figure.text(x / w, 1 - y / h, text, **{"va": "top", "ha": "left", **options})


def blank(axes: Axes) -> None:
    """Take the ticks and the frame off `axes`."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def text_width(text: str, size: float) -> float:
    """Return how many inches the longest line of `text` takes at `size` points.

    >>> text_width("wide", 20) > text_width("wide", 10) > text_width("w", 10) > 0
    True
    """
    font = FontProperties(family="DejaVu Sans", size=size)
    widths = (
        text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
        for line in text.split("\n")
    )
    return max(widths) / 72  # points -> inches


def shorten(name: str, length: int) -> str:
    """Return `name`, cut to `length` characters with an ellipsis if it is longer.

    >>> shorten("Ankle boot", 6), shorten("Bag", 6)
    ('Ankle…', 'Bag')
    """
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def text_colour(background: Any) -> str:
    """Return "black" or "white", whichever reads better on `background`.

    By relative luminance (Web Content Accessibility Guidelines 2.1): at 0.179 the contrast with
    black and with white is the same, 4.6 : 1.

    >>> text_colour("yellow"), text_colour("navy")
    ('black', 'white')
    """
    channels = np.array(to_rgb(background))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ np.array([0.2126, 0.7152, 0.0722]) > 0.179 else "white"


def symmetric_limit(array: np.ndarray) -> float:
    """Return the greatest absolute value, so that a diverging map is centred at 0.

    All zeros give 1.0: a colour scale needs a length.

    >>> symmetric_limit(np.array([-3.0, 2.0]))
    3.0
    """
    return float(np.abs(array).max(initial=0)) or 1.0


def number(value: float, digits: int = 3) -> str:
    """Return `value` in at most `digits` significant digits, with a proper minus sign.

    >>> number(2.0), number(-0.12345), number(1234.0), number(2.0359724, digits=4)
    ('2', '−0.123', '1234', '2.036')
    """
    # Between 1,000 and 1,000,000 a whole number reads better than an exponent.
    text = f"{value:.0f}" if 1000 <= abs(value) < 1_000_000 else f"{value:.{digits}g}"
    return text.replace("-", "−")


def factor(value: float, digits: int = 3) -> str:
    """Return `value` as it stands in a product: in brackets if it is negative.

    >>> factor(3), factor(-3)
    ('3', '(−3)')
    """
    text = number(value, digits)
    return f"({text})" if value < 0 else text
