"""Curves in one panel, told apart by colour, dash and marker alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .arrays import as_array
from .style import MUTED, OKABE_ITO, new_figure, panel, style, text_width, write

SIZE = (5.2, 3.4)  # the panel's width and height, in inches
FEW = 25  # points up to which each has its marker
FEW_PLACES = 8  # on a logarithmic axis, up to which each is written
MARGIN = 0.25
LINE = 0.19  # the height of a line of text
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": OKABE_ITO["blue"], "linestyle": "-", "marker": "o"},
    {"color": OKABE_ITO["vermillion"], "linestyle": "--", "marker": "s"},
    {"color": OKABE_ITO["green"], "linestyle": "-.", "marker": "^"},
    {"color": OKABE_ITO["purple"], "linestyle": ":", "marker": "D"},
    {"color": OKABE_ITO["orange"], "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v"},
    {"color": OKABE_ITO["black"], "linestyle": (0, (1, 1)), "marker": "X"},
)
"""One look for each curve, in their order."""
WIDE: dict[str, Any] = {"linewidth": 5, "markersize": 11, "alpha": 0.6, "zorder": 1.5}
APART: dict[str, Any] = {"linestyle": "none", "markersize": 8}
GROUND: dict[str, Any] = {"color": "#888888", "linestyle": "-", "linewidth": 1.4, "zorder": 1}


def given_curves(curves: Mapping[str, Any]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return each curve as two arrays of one length, x and y.

    Args:
        curves: by name: y alone, which is then drawn against 0, 1, 2, ..., or a pair (x, y).

    Raises:
        TypeError: a curve is not of numbers.
        ValueError: there is none, or more than six; a curve is empty, holds NaN, or its x and y
            differ in length.

    >>> given_curves({"a": [5.0, 6.0]})
    {'a': (array([0, 1]), array([5., 6.]))}
    """
    if not 1 <= len(curves) <= len(LOOKS):
        raise ValueError(
            f"curves holds {len(curves)} curves, expected 1 to {len(LOOKS)}: "
            "more are not told apart"
        )
    found = {}
    for name, curve in curves.items():
        pair = isinstance(curve, tuple) and len(curve) == 2
        y = as_array(curve[1] if pair else curve, f"curve {name!r}", ndim=1)
        x = as_array(curve[0], f"x of curve {name!r}", ndim=1) if pair else np.arange(len(y))
        if len(x) != len(y) or not len(y):
            raise ValueError(
                f"curve {name!r} has {len(x)} values of x and {len(y)} of y, expected as many "
                "of each, and at least one"
            )
        found[name] = x, y
    return found


@style()
def lines(
    curves: Mapping[str, Any],
    xlabel: str,
    ylabel: str,
    heading: str,
    caption: str = "",
    *,
    log: str = "",
    ylim: tuple[float, float] | None = None,
    ground: Collection[str] = (),
    wide: Collection[str] = (),
    joined: bool = True,
) -> Figure:
    """Draw up to six curves against one pair of axes, named beside the panel if there are several.

    A curve of one point is drawn as a marker.

    Args:
        curves: by name; `given_curves` says in which forms.
        xlabel, ylabel: the names of the axes, with units.
        heading, caption: above the panel.
        log: the axes on a logarithmic scale: "", "x", "y" or "xy".
        ylim: the least and the greatest y shown; all of them if not given.
        ground: names of curves that the others lie on: thinner, grey and without markers.
        wide: names of curves that others nearly cover: wider, so that they show on both sides.
        joined: whether points are joined; not, where there is nothing between them, as between
            draws that know nothing of each other.

    Raises:
        TypeError, ValueError: see `given_curves`; or an unknown `log`, a value that is not positive
            on a logarithmic axis, or a name in `ground` or `wide` that is no curve's.

    >>> figure = lines({"loss": [3.0, 2.0, 1.0]}, "step", "loss (nats)", "It learns")
    >>> figure.axes[0].get_xlabel()
    'step'
    """
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"log is {log!r}, expected '', 'x', 'y' or 'xy'")
    found = given_curves(curves)
    for option, chosen in (("ground", ground), ("wide", wide)):
        strangers = set(chosen) - set(found)
        if strangers:
            raise ValueError(f"{option} names {sorted(strangers)}, expected some of {list(found)}")
    for axis, place in (("x", 0), ("y", 1)):
        if axis in log and any((curve[place] <= 0).any() for curve in found.values()):
            raise ValueError(
                f"a curve holds {axis} of 0 or less, which a logarithmic axis cannot show; "
                f"leave {axis!r} out of log"
            )
    beside = max(text_width(name, 11) for name in found) + 0.75 if len(found) > 1 else 0.1
    texts = max(text_width(heading, 13), text_width(caption or " ", 10))
    rows = len(caption.split("\n")) if caption else 0
    left, top = MARGIN + 0.75, 0.6 + LINE * rows
    figure = new_figure(
        max(left + SIZE[0] + beside + 0.15, 2 * MARGIN + texts), top + SIZE[1] + 0.75
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)
    axes = panel(figure, left, top, *SIZE)
    looks = iter(LOOKS)
    for name, (x, y) in found.items():
        look = GROUND if name in ground else next(looks)
        look = look | (WIDE if name in wide else {}) | ({} if joined else APART)
        _draw(axes, name, x, y, look)
    if "x" in log:
        axes.set_xscale("log")
        places = np.unique(np.concatenate([x for x, _ in found.values()]))
        if len(places) <= FEW_PLACES:  # written out, they read better than powers of ten
            axes.set_xticks(places, [f"{place:g}" for place in places])
            axes.set_xticks([], minor=True)
    elif all(x.dtype.kind in "iu" for x, _ in found.values()):  # half an epoch is none
        axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    if "y" in log:
        axes.set_yscale("log")
    if ylim is not None:
        axes.set_ylim(*ylim)
    axes.grid(axis="y")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    if len(found) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, handlelength=2.6)
    return figure


def _draw(axes: Axes, name: str, x: np.ndarray, y: np.ndarray, look: dict[str, Any]) -> None:
    if len(x) == 1:
        axes.plot(x, y, label=name, **{**look, "linestyle": "none", "markersize": 10}, zorder=4)
        return
    every = 1 if len(x) <= FEW else len(x) // 12
    axes.plot(x, y, label=name, markevery=every, **look)
