"""Functions of one number, read off a table as logarithms once were: between two lines, straight.

Where a function takes many steps, in float32 a table of close lines is as exact as the type is for
numbers of the function's largest size (those much smaller have fewer right digits), and several
functions that are looked up at the same place cost little more than one.

Which line a number belongs to need not be computed: the upper bits of a float32, its sign, its
exponent and ten digits of its fraction, are the line's number. The lines are as close to each other
as numbers of that size need them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_SHIFT = 13  # of the 23 binary digits of a fraction, these stay out of the line's number
_COUNT = 1 << (32 - _SHIFT)


class Table:
    """Smooth functions of one number that no longer change far out.

    Each line is the straight one through its stretch that errs least: by 1/16 of the second
    derivative times the square of the stretch, which is a thousandth of the number or shorter.

    Args:
        functions: of a float64 array; returns as many as there are functions.
        ends: what all of them are at minus infinity and at infinity.
        near: between -near and near, powers of two, one line does.
        far: beyond -far and far, powers of two, a function is what it is at infinity.
    """

    def __init__(
        self,
        functions: Callable[[np.ndarray], tuple[np.ndarray, ...]],
        ends: tuple[float, float],
        near: float = 2.0**-8,
        far: float = 8.0,
    ) -> None:
        inner, outer = (_number(np.array([edge]))[0] for edge in (near, far))
        edges = _numbers_from(np.arange(inner, outer + 1))  # where the positive lines meet
        lines = np.empty((2, _COUNT // 2, 2 * len(functions(edges[:1]))), np.float32)
        for sign, side, end in ((1, lines[0], ends[1]), (-1, lines[1], ends[0])):
            side[:inner] = _lines(functions, np.array([-near, near]))
            side[inner:outer] = _lines(functions, sign * edges)
            side[outer:] = [end, 0] * (side.shape[1] // 2)
        self._lines, self._far = lines.reshape(_COUNT, -1), np.float32(far)

    @np.errstate(over="ignore", invalid="ignore")  # infinities and NaN come out as they should
    def read(self, x: np.ndarray, *answers: np.ndarray) -> None:
        """Write the functions at x to `answers`; all are one-dimensional, float32."""
        if not np.isfinite(x.sum()):
            x = np.clip(x, -self._far, self._far)  # 0 times infinity is no 0
        # No number is outside: "clip" takes NumPy's quickest way, which checks nothing.
        found = self._lines.take(_number(x), axis=0, mode="clip")
        for column, answer in enumerate(answers):
            np.multiply(found[:, 2 * column + 1], x, out=answer)
            answer += found[:, 2 * column]


def _number(x: np.ndarray) -> np.ndarray:
    """The numbers of the lines for some numbers."""
    return (x.astype(np.float32, copy=False).view(np.uint32) >> np.uint32(_SHIFT)).astype(np.intp)


def _numbers_from(number: np.ndarray) -> np.ndarray:
    """The first number of each line."""
    return (number.astype(np.uint32) << np.uint32(_SHIFT)).view(np.float32).astype(np.float64)


def _lines(functions: Callable, edges: np.ndarray) -> np.ndarray:
    """The lines between edges: for each function its height at 0 and its rise."""
    middle = (edges[:-1] + edges[1:]) / 2
    columns = []
    for at_edges, at_middle in zip(functions(edges), functions(middle), strict=True):
        rise = (np.diff(at_edges) / np.diff(edges)).astype(np.float32)
        height = (at_middle + (at_edges[:-1] + at_edges[1:]) / 2) / 2
        columns += [height - rise * middle, rise]  # with the rise as it is rounded
    return np.stack(columns, axis=1)
