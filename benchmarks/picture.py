"""A bar chart of ratios: how long tinyvision takes where the other takes 1."""

from __future__ import annotations

from pathlib import Path

from tinyvision.viz.save import save_figure
from tinyvision.viz.style import MUTED, OKABE_ITO, new_figure, panel, style

from .race import Outcome

FASTER, SLOWER = OKABE_ITO["blue"], OKABE_ITO["vermillion"]


def chart(outcomes: list[Outcome], path: Path) -> Path:
    """Draw each ratio as a bar from 1, the middle half of the rounds as a line; the path."""
    rows = [
        (f"{o.name}, {o.threads} thread{'s' * (o.threads > 1)} / {who}", ratio, o.spread[who])
        for o in outcomes
        for who, ratio in o.ratios.items()
    ]
    height = 0.9 + 0.24 * len(rows)
    with style():
        figure = new_figure(9.0, height)
        axes = panel(figure, 4.2, 0.5, 4.4, height - 1.0)
        for place, (_, ratio, (low, high)) in enumerate(rows):
            colour = FASTER if ratio <= 1 else SLOWER
            axes.barh(place, ratio - 1, left=1, color=colour, height=0.7)
            axes.plot([low, high], [place, place], color="black", linewidth=1)
            axes.annotate(
                f"{ratio:.2f}", (max(ratio, high, 1), place), (4, 0),
                textcoords="offset points", va="center", fontsize=8,
            )  # fmt: skip
        axes.axvline(1, color=MUTED, linewidth=1)
        axes.set_xscale("log")
        axes.set_xticks([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10], minor=False)
        axes.set_xticklabels(["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"])
        axes.minorticks_off()
        highest = max([high for _, _, (_, high) in rows] + [1.2])
        lowest = min([low for _, _, (low, _) in rows] + [0.5])
        axes.set_xlim(lowest * 0.8, highest * 1.7)
        axes.set_yticks(range(len(rows)), [name for name, _, _ in rows], fontsize=8)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel("time of tinyvision / time of the other (below 1: tinyvision is faster)")
        save_figure(figure, path)
    return path
