"""The derivatives a function claims, held against central differences of its values.

`(f(x + h) - f(x - h)) / 2h` in float64: entry by entry of the Jacobian, or along a few random
directions, at a cost that does not grow with the size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .causes import Evidence, likely_cause
from .claims import GradcheckError, Point

DIRECTIONS = 3


class Comparison:
    """One function at one point; its two methods raise a GradcheckError where it is wrong.

    Args:
        func, inputs: takes the inputs, returns a tensor or several; the float64 tensors among the
            inputs that require gradients are checked.
        eps: the step of the differences.
        atol, rtol: the error allowed, absolutely and relative to the finite difference.
        nondet_tol: how much two calls, or two backward passes, may differ.
        output_name, input_name: what an output and an input are called, given their numbers.
        values: a function with the same answers, of which nothing but these is used; for the
            differences, where it is quicker than `func`.

    Attributes:
        excess: the largest error found yet as a multiple of the allowed one; all is well up to 1.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        inputs: Sequence[Any],
        *,
        eps: float = 1e-6,
        atol: float = 1e-7,
        rtol: float = 1e-5,
        nondet_tol: float = 0.0,
        output_name: Callable[[int], str] = "output {}".format,
        input_name: Callable[[int], str] = "input {}".format,
        values: Callable[..., Any] | None = None,
    ) -> None:
        self.point = Point(func, inputs, nondet_tol, output_name, input_name)
        self.eps, self.atol, self.rtol = eps, atol, rtol
        self._values = values
        self.excess = 0.0

    @property
    def error(self) -> float:
        """The largest `|claimed - measured| / (|measured| + atol / rtol)`: right up to rtol."""
        return self.excess * self.rtol

    def every_entry(self) -> Comparison:
        """Compare each entry of each output with respect to each entry of each input."""
        graph = self.point.recorded()
        measured = self._measured([output.shape for output in graph.outputs])
        for number, output in enumerate(graph.outputs):
            claimed = self.point.jacobians(graph, number)
            for place, value in enumerate(self.point.values):
                one, other = claimed[place], measured[number][place]
                wrong = self._wrong(one, other, self.atol)
                if wrong.any():
                    names = zip(self.point.names, measured[number], strict=True)
                    others = {k: v for k, v in names if v is not other}
                    evidence = Evidence(one, other, wrong, output.shape, value.shape, others)
                    raise self._wrong_entry(number, place, evidence)
        return self

    def random_directions(self, seed: int = 0) -> Comparison:
        """Compare the slopes of random sums of each output along random lines in each input."""
        graph = self.point.recorded()
        rng = np.random.default_rng(seed)
        for attempt in range(DIRECTIONS):
            starts = [np.asarray(rng.standard_normal(output.shape)) for output in graph.outputs]
            claimed = [self.point.gradients(graph, *pair) for pair in enumerate(starts)]
            for place, value in enumerate(self.point.values):
                direction = np.asarray(rng.standard_normal(value.shape))
                direction = direction / max(float(np.linalg.norm(direction)), 1e-300)
                beside = self._beside(place, direction)  # one step tells of all outputs
                for number, start in enumerate(starts):
                    down, up = (float((near[number] * start).sum()) for near in beside)
                    one = np.full((1, 1), (claimed[number][place] * direction).sum())
                    other = np.full((1, 1), (up - down) / (2.0 * self.eps))
                    atol = self.atol * max(1.0, float(np.abs(start).sum()) ** 0.5)
                    wrong = self._wrong(one, other, atol)
                    if wrong.any():
                        what = (
                            f"{self.point.output_name(number)} with respect to "
                            f"{self.point.names[place]}, along random direction {attempt}"
                        )
                        gap = abs(float(one[0, 0] - other[0, 0]))
                        bend = self._bend(number, place, direction, start, gap)
                        raise self._failure(what, Evidence(one, other, wrong), (0, 0), atol, bend)
        return self

    def _wrong(self, claimed: np.ndarray, measured: np.ndarray, atol: float) -> np.ndarray:
        """Where two Jacobians disagree; notes by how much at most."""
        with np.errstate(all="ignore"):
            excess = np.abs(claimed - measured) / (atol + self.rtol * np.abs(measured))
        excess[np.isnan(excess)] = np.inf
        excess[(claimed == measured) | (np.isnan(claimed) & np.isnan(measured))] = 0.0
        self.excess = max(self.excess, float(excess.max(initial=0.0)))
        return excess > 1.0

    # -- what is measured ---------------------------------------------------------------------

    def _measured(self, shapes: list[tuple[int, ...]]) -> list[list[np.ndarray]]:
        """For each output its Jacobian in each input, (output entries, input entries)."""
        values = self.point.values
        sizes = [int(np.prod(shape)) for shape in shapes]
        measured = [[np.zeros((size, value.size)) for value in values] for size in sizes]
        for place, value in enumerate(values):
            for column in range(value.size):
                down, up = self._beside(place, _unit(column, value.shape))
                for number, (lower, upper) in enumerate(zip(down, up, strict=True)):
                    with np.errstate(invalid="ignore"):  # infinity less infinity is NaN
                        slope = (upper - lower) / (2.0 * self.eps)
                    measured[number][place][:, column] = slope.reshape(-1)
        return measured

    def _beside(self, place: int, direction: np.ndarray) -> list[list[np.ndarray]]:
        """All outputs a step before the point, and a step behind it."""
        found = []
        for step in (-self.eps, self.eps):
            moved = list(self.point.values)
            moved[place] = moved[place] + step * direction
            found.append([o._array for o in self.point.evaluate(moved, self._values).outputs])
        return found

    def _bend(
        self, number: int, place: int, direction: np.ndarray, start: np.ndarray, gap: float
    ) -> str:
        """Whether a bend or jump of <output, start> within a step explains a gap, in words.

        Where there is one, the slopes on the two sides differ by twice the gap between a right
        derivative and the central difference. At a smooth point they differ by about eps.
        """
        here = self.point.evaluate(self.point.values).outputs[number]._array
        down, up = (float((near[number] * start).sum()) for near in self._beside(place, direction))
        middle = float((here * start).sum())
        before, behind = (middle - down) / self.eps, (up - middle) / self.eps
        if not abs(behind - before) > gap:
            return ""
        return (
            "a bend or jump of the function within eps of this point (its slope is "
            f"{before:.4g} before and {behind:.4g} behind); check at another point."
        )

    # -- what is said about it ----------------------------------------------------------------

    def _wrong_entry(self, number: int, place: int, evidence: Evidence) -> GradcheckError:
        """About the first wrong entry, in the order of the input's entries."""
        column, row = (int(i) for i in np.argwhere(evidence.wrong.T)[0])
        inside, outside = evidence.input_shape, evidence.output_shape
        what = (
            f"{self.point.output_name(number)} at {_at(row, outside)} with respect to "
            f"{self.point.names[place]} at {_at(column, inside)}"
        )
        gap = abs(float(evidence.claimed[row, column] - evidence.measured[row, column]))
        bend = self._bend(number, place, _unit(column, inside), _unit(row, outside), gap)
        return self._failure(what, evidence, (row, column), self.atol, bend)

    def _failure(
        self, what: str, evidence: Evidence, entry: tuple[int, int], atol: float, bend: str
    ) -> GradcheckError:
        claimed, measured = evidence.claimed[entry], evidence.measured[entry]
        count, size = int(evidence.wrong.sum()), evidence.wrong.size
        error = GradcheckError(
            f"wrong derivative of {what}: the rule says {claimed:.10g}, central differences say "
            f"{measured:.10g} (they differ by {abs(claimed - measured):.3g}, "
            f"{atol + self.rtol * abs(measured):.3g} is allowed). "
            + (f"{count} of {size} such entries are wrong. " if count > 1 else "")
            + f"Likely cause: {bend or likely_cause(evidence)}"
        )
        error.at_bend = bool(bend)
        return error


def _unit(flat: int, shape: tuple[int, ...]) -> np.ndarray:
    direction = np.zeros(shape)
    direction.reshape(-1)[flat] = 1.0
    return direction


def _at(flat: int, shape: tuple[int, ...]) -> list[int]:
    return [int(i) for i in np.unravel_index(flat, shape)] if shape else []
