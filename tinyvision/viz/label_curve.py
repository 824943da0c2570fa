"""Accuracy against the number of labels: one line for each way to learn from them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from .style import MUTED, OKABE_ITO, new_figure, panel, style, text_width, write

# Colour, marker and dash each tell them apart; what only serves to compare is thin.
_LINES: tuple[dict[str, Any], ...] = (
    {"color": OKABE_ITO["blue"], "marker": "o", "linestyle": "-"},
    {"color": OKABE_ITO["green"], "marker": "^", "linestyle": "-."},
    {"color": OKABE_ITO["vermillion"], "marker": "s", "linestyle": "--"},
    {"color": MUTED, "marker": "v", "linestyle": ":", "linewidth": 1.2, "markersize": 4},
    {"color": OKABE_ITO["purple"], "marker": "x", "linestyle": ":", "linewidth": 1.2},
)
_GAP = 0.062  # of the panel's height, between two names


@style()
def label_curve(
    rows: Sequence[Mapping[str, Any]], methods: Mapping[str, str], title: str = ""
) -> Figure:
    """Draw mean accuracy against the number of labelled images, with the spread of the seeds.

    The bars reach one standard deviation up and down. The axis of the images is logarithmic.

    Args:
        rows: one for each number of labels and method, as
            :meth:`~tinyvision.train.curve_points.CurvePoints.summary` gives them: ``labels`` (a
            class), ``images`` (in all), ``method``, ``mean``, ``std`` (None with one seed),
            ``seeds``.
        methods: what each method is called, at most five, in the order of the lines.
        title: above the picture.

    Raises:
        ValueError: no rows, or more than five methods.

    >>> row = {"labels": 1, "images": 10, "method": "probe", "mean": 0.5, "std": 0.1, "seeds": 3}
    >>> label_curve([row], {"probe": "linear probe"}).axes[0].get_xscale()
    'log'
    """
    if not rows or len(methods) > len(_LINES):
        raise ValueError(
            f"a label curve has at least one row and at most {len(_LINES)} methods, got "
            f"{len(rows)} rows and {len(methods)} methods"
        )
    names = max(text_width(f"100.0 % {name}", 11) for name in methods.values())
    figure = new_figure(0.9 + 5.2 + 0.15 + names + 0.15, 5.05)
    axes = panel(figure, left=0.9, top=0.6, width=5.2, height=3.3)
    each = {row["images"]: row["labels"] for row in rows}  # how many of them are of one class
    counts = sorted(each)
    length = max(np.log(counts[-1] / counts[0]), 1.0)
    ends = []
    for place, (line, (method, name)) in enumerate(zip(_LINES, methods.items(), strict=False)):
        own = sorted((row for row in rows if row["method"] == method), key=lambda r: r["images"])
        if not own:
            continue
        images = np.array([row["images"] for row in own])
        mean = 100 * np.array([row["mean"] for row in own])
        std = 100 * np.array([row["std"] or 0.0 for row in own])
        # A little beside each other, so that one bar does not hide the next.
        images = images * np.exp(0.009 * (place - (len(methods) - 1) / 2) * length)
        axes.errorbar(images, mean, std, capsize=3, elinewidth=1, **line)
        ends.append((mean[-1], f"{mean[-1]:.1f} % {name}", line["color"]))

    axes.set_xscale("log")
    margin = np.exp(0.05 * length)
    axes.set_xlim(counts[0] / margin, counts[-1] * margin)
    places = _apart(counts)
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FixedFormatter([f"{place:,}\n({each[place]:,})" for place in places])
    )
    axes.set_xlabel("labelled images, in brackets those of each class (logarithmic)")
    if len(counts) == 1:  # no axis, but one way beside the other
        axes.xaxis.set_major_locator(NullLocator())
        axes.set_xlabel(f"each way with {counts[0]:,} labelled images, {each[counts[0]]:,} a class")
    axes.set_ylabel("held-out accuracy (% of the images)")
    axes.set_ylim(max(0.0, axes.get_ylim()[0]), min(101.0, axes.get_ylim()[1]))
    axes.grid(axis="y")

    low, high = axes.get_ylim()
    heights = _spread([(end - low) / (high - low) for end, *_ in ends])
    for height, (_, text, colour) in zip(heights, ends, strict=True):
        axes.text(1.03, height, text, color=colour, transform=axes.transAxes, va="center")
    if title:
        write(figure, 0.1, 0.12, title, size=12)
    most = max(row["seeds"] for row in rows)
    bars = f"mean of {most} seeds; bars: one standard deviation" if most > 1 else "one seed"
    write(figure, 0.1, 4.97, bars, va="bottom", color=MUTED)
    return figure


def _apart(counts: Sequence[int]) -> list[int]:
    """Those of the numbers that have room for their digits on the axis, the ends first.

    >>> _apart([10, 20, 50, 100, 110, 1000])
    [10, 20, 50, 100, 1000]
    """
    if len(counts) < 3:
        return list(counts)
    least = 0.14 * np.log(counts[-1] / counts[0])
    kept = [counts[0]]
    for number in counts[1:-1]:
        if np.log(number / kept[-1]) > least and np.log(counts[-1] / number) > least:
            kept.append(number)
    return [*kept, counts[-1]]


def _spread(heights: Sequence[float]) -> list[float]:
    """Heights moved apart so that names at them do not cover each other, in the same order.

    >>> [round(height, 3) for height in _spread([0.5, 0.5, 0.9])]
    [0.469, 0.531, 0.9]
    """
    order = np.argsort(heights, kind="stable")
    placed = np.array(heights, dtype=float)[order]
    for _ in range(200):  # neighbours push each other apart by halves
        moved = False
        for i in range(len(placed) - 1):
            lacking = _GAP - (placed[i + 1] - placed[i])
            if lacking > 1e-4:
                placed[i] -= lacking / 2
                placed[i + 1] += lacking / 2
                moved = True
        if not moved:
            break
    result = np.empty(len(placed))
    result[order] = placed
    return result.tolist()
