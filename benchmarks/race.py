"""Races: the same work done in several ways, in turn, in one process.

Machines are noisy and absolute times mean little, so the contenders take turns, A B C A B C, and
what is reported is the median of the ratios within a round. With one thread the clock counts the
processor time of this process, which other programs disturb least; with more, wall time. Threads
that wait for more work keep a core busy for a while: with more than one, each turn begins with
calls that are not timed, so that nobody pays for those of the contender before.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Contest:
    """What is raced.

    Attributes:
        name: of the benchmark.
        ours: the contender the others are divided into; a key of `contenders`.
        contenders: functions that do the work and return what they computed.
        tolerance: how far what they compute may be apart, relative to the largest number.
        unchecked: contenders that do only part of the work, whose answer is not compared.
        repeats: calls that are timed together, for work shorter than the clock's grain.
        steps: how often a call does what is raced.
    """

    name: str
    contenders: dict[str, Callable[[], object]]
    tolerance: float = 1e-4
    unchecked: tuple[str, ...] = ()
    repeats: int = 1
    steps: int = 1
    ours: str = "tinyvision"


@dataclass
class Outcome:
    """The times of a contest in seconds a call, and what follows from them."""

    name: str
    threads: int
    times: dict[str, list[float]]
    ours: str = "tinyvision"
    difference: float = 0.0
    unit: str = "s"  # or bytes
    ratios: dict[str, float] = field(init=False)
    spread: dict[str, tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.ratios, self.spread = {}, {}
        for other, theirs in self.times.items():
            if other == self.ours:
                continue
            within = [a / b for a, b in zip(self.times[self.ours], theirs, strict=True)]
            quarters = statistics.quantiles(within, n=4) if len(within) > 1 else within * 3
            self.ratios[other] = statistics.median(within)
            self.spread[other] = (quarters[0], quarters[2])

    def lines(self) -> list[str]:
        """The outcome as rows of a table."""
        rows = []
        for who, times in self.times.items():
            median = statistics.median(times)
            row = f"{self.name:<28} {self.threads:>2}  {who:<20} {shown(median, self.unit):>9}"
            if who != self.ours:
                low, high = self.spread[who]
                row += f"   {self.ratios[who]:6.2f}  ({low:.2f} to {high:.2f})"
            rows.append(row)
        return rows


HEADER = (
    f"{'benchmark':<28} {'th':>2}  {'contender':<20} {'median':>9}   tinyvision / contender "
    "(middle half)"
)


def shown(value: float, unit: str) -> str:
    """A median in the unit that fits."""
    return f"{value / 2**20:.1f} MiB" if unit == "bytes" else readable(value)


def readable(seconds: float) -> str:
    """A time in the unit that fits.

    >>> readable(0.0123)
    '12.3 ms'
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def run(contest: Contest, threads: int, pairs: int) -> Outcome:
    """Compare what the contenders compute, then time them in turn.

    Raises:
        RuntimeError: they do not compute the same.
    """
    clock = time.process_time if threads == 1 else time.perf_counter
    difference = check(contest)
    for function in contest.contenders.values():
        function()  # warm
    times: dict[str, list[float]] = {who: [] for who in contest.contenders}
    gc.collect()
    for _ in range(pairs):
        for who, function in contest.contenders.items():
            if threads > 1:
                settle(function)
            started = clock()
            for _ in range(contest.repeats):
                function()
            times[who].append((clock() - started) / contest.repeats / contest.steps)
    return Outcome(contest.name, threads, times, contest.ours, difference)


def settle(function: Callable[[], object], seconds: float = 0.05) -> None:
    """Call until a while has passed; once at least."""
    until = time.perf_counter() + seconds
    function()
    while time.perf_counter() < until:
        function()


def check(contest: Contest) -> float:
    """The largest difference between our answer and another's, relative to the largest number."""
    expected = as_array(contest.contenders[contest.ours]())
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    worst = 0.0
    for who, function in contest.contenders.items():
        if who == contest.ours or who in contest.unchecked:
            continue
        answer = as_array(function())
        if answer.shape != expected.shape:
            raise RuntimeError(
                f"{contest.name}: {who} answers in shape {answer.shape}, {contest.ours} in "
                f"{expected.shape}"
            )
        apart = float(np.abs(answer - expected).max(initial=0.0)) / scale
        if not apart <= contest.tolerance:
            raise RuntimeError(f"{contest.name}: {who} computes something else, by {apart:.1e}")
        worst = max(worst, apart)
    return worst


def as_array(value: object) -> np.ndarray:
    """What a contender returned, as numbers."""
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    return np.asarray(getattr(value, "data", value) if not np.isscalar(value) else value, float)
