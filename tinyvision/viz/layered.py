"""Where to put the boxes of a graph: in layers, each below what it is made from.

Source: K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical System
Structures" (1981): layers, an order within each that crosses few arrows, then places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12  # down and up again; the order no longer changes after a few
THREAD = 0.12  # inches that an arrow takes where it passes a layer


@dataclass
class Layout:
    """`layer` and `x` (the middle, in inches) by box; `bends` by arrow, (x, layer) on its way."""

    layer: list[int]
    x: list[float]
    bends: dict[tuple[int, int], list[tuple[float, int]]]
    width: float


def layered(inputs: Sequence[Sequence[int]], widths: Sequence[float], gap: float) -> Layout:
    """Place boxes that stand in the order inputs before what is made of them; the last is the end.

    Args:
        inputs: for each box the boxes it is made from.
        widths: of each box, in inches.
        gap: between two boxes.

    >>> plan = layered([[], [], [0, 1]], [1.0, 1.0, 1.0], gap=0.5)
    >>> plan.layer, plan.x
    ([0, 0, 1], [0.5, 2.0, 1.25])
    """
    layer = _layers(inputs)
    size = list(widths)
    up: list[list[int]] = [[] for _ in inputs]  # neighbours in the layer above
    threads = {}
    places = list(layer)
    for box, sources in enumerate(inputs):
        for source in sources:
            # An arrow past other layers gets a thin place in each of them.
            chain = []
            above = source
            for between in range(layer[source] + 1, layer[box]):
                chain.append(len(size))
                size.append(THREAD)
                places.append(between)
                up.append([above])
                above = chain[-1]
            up[box].append(above)
            threads[source, box] = chain
    down: list[list[int]] = [[] for _ in size]
    for lower, uppers in enumerate(up):
        for upper in uppers:
            down[upper].append(lower)
    rows = _ordered(places, up, down, len(inputs) - 1)
    x = _placed(rows, up, down, size, gap)
    left = min(x[i] - size[i] / 2 for i in range(len(size)))
    x = [value - left for value in x]
    bends = {arrow: [(x[i], places[i]) for i in chain] for arrow, chain in threads.items()}
    width = max(x[i] + size[i] / 2 for i in range(len(size)))
    return Layout(layer, x[: len(inputs)], bends, width)


def _layers(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The end lies lowest, and everything immediately above the highest of what it goes into."""
    depth = [0] * len(inputs)
    for box in reversed(range(len(inputs))):
        for source in inputs[box]:
            depth[source] = max(depth[source], depth[box] + 1)
    return [max(depth) - d for d in depth]


def _ordered(
    places: list[int], up: list[list[int]], down: list[list[int]], end: int
) -> list[list[int]]:
    """The boxes of each layer from left to right, ordered by the middle of their neighbours."""
    rows: list[list[int]] = [[] for _ in range(max(places) + 1)]
    seen = set()
    stack = [end]
    while stack:  # to begin with, in the order in which the arguments stand
        box = stack.pop()
        if box not in seen:
            seen.add(box)
            rows[places[box]].append(box)
            stack.extend(reversed(up[box]))
    best, fewest = [list(row) for row in rows], _crossings(rows, up)
    for sweep in range(SWEEPS):
        neighbours = down if sweep % 2 == 0 else up
        for row in rows[::-1] if sweep % 2 == 0 else rows:
            rank = {box: i for other in rows for i, box in enumerate(other)}
            middle = {
                box: sum(rank[n] for n in neighbours[box]) / len(neighbours[box])
                if neighbours[box]
                else rank[box]
                for box in row
            }
            row.sort(key=middle.__getitem__)
        count = _crossings(rows, up)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    return best


def _crossings(rows: list[list[int]], up: list[list[int]]) -> int:
    rank = {box: i for row in rows for i, box in enumerate(row)}
    count = 0
    for row in rows:
        arrows = [(rank[upper], rank[box]) for box in row for upper in up[box]]
        count += sum(
            (a - c) * (b - d) < 0 for i, (a, b) in enumerate(arrows) for c, d in arrows[:i]
        )
    return count


def _placed(
    rows: list[list[int]],
    up: list[list[int]],
    down: list[list[int]],
    size: list[float],
    gap: float,
) -> list[float]:
    """Each box as near as possible to the middle of its neighbours, without touching another."""
    x = [0.0] * len(size)
    for row in rows:
        for box, place in zip(row, _apart([0.0] * len(row), row, size, gap), strict=True):
            x[box] = place
    for sweep in range(2 * SWEEPS):
        neighbours = down if sweep % 2 == 0 else up
        for row in rows[::-1] if sweep % 2 == 0 else rows:
            wanted = [
                sum(x[n] for n in neighbours[box]) / len(neighbours[box])
                if neighbours[box]
                else x[box]
                for box in row
            ]
            for box, place in zip(row, _apart(wanted, row, size, gap), strict=True):
                x[box] = place
    return x


def _apart(wanted: list[float], row: list[int], size: list[float], gap: float) -> list[float]:
    """The places nearest to those wanted, by least squares, that keep order and distance.

    Boxes that would touch are pushed together into a block, which lies where its boxes want to be
    on average (the pool-adjacent-violators algorithm).
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (size[left] + size[right]) / 2 + gap)
    blocks: list[tuple[float, int]] = []  # the sum of what its boxes want, and how many they are
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, number = blocks.pop()
            total, count = total + before, count + number
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
