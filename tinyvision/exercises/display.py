"""Numbers as a learner is shown them: short, aligned, and able to be typed again."""

from __future__ import annotations

import pprint
from typing import Any

import numpy as np

WIDTH = 76
"""Columns of a line; with the margin it fits a terminal of 80."""
LINES = 8
"""Lines of a value that are shown, at most."""
FEW = 40
"""Numbers of an array that is shown as a whole."""


def shown(value: Any, precision: int = 4, width: int = WIDTH) -> str:
    """A value as Python writes it, arrays with a few digits.

    >>> shown(np.array([[1.0, 0.5]]))
    'array([[1. , 0.5]])'
    >>> shown(1 / 3)
    '0.3333'
    >>> shown((1.0, 0.25))
    '(1.0, 0.25)'
    """
    value = _array(value)
    if isinstance(value, np.ndarray) and value.ndim:
        with np.printoptions(threshold=FEW, edgeitems=2):
            text = np.array_repr(value, width, precision, suppress_small=_plain(value))
        return "\n".join(line for line in text.splitlines() if line.strip())
    if isinstance(value, np.ndarray | np.generic):
        value = value.item()
    if isinstance(value, float):
        if _plain(value):
            return np.format_float_positional(value, precision, trim="0")
        return f"{value:.{precision}g}"
    if isinstance(value, tuple):
        inner = ", ".join(shown(part, precision, width) for part in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    lines = pprint.pformat(value, width=width, compact=True, sort_dicts=False).splitlines()
    return "\n".join(lines if len(lines) <= LINES else [*lines[:LINES], "..."])


def _plain(value: Any) -> bool:
    """Whether the numbers are best written without an exponent."""
    sizes = np.abs(np.asarray(value, float)).ravel()
    sizes = sizes[np.isfinite(sizes) & (sizes > 1e-12)]
    return not sizes.size or bool(sizes.max() < 1e6 and sizes.max() >= 1e-3)


def assignment(name: str, value: Any) -> str:
    """The line that gives a name its value.

    >>> print(assignment("x", np.array([[1.0, 2.0], [3.0, 4.0]])))
    x = array([[1., 2.],
               [3., 4.]])
    """
    before = f"{name} = "
    text = shown(value, width=WIDTH - len(before))
    return before + text.replace("\n", "\n" + " " * len(before))


def shown_apart(got: Any, expected: Any, width: int = WIDTH, rtol: float = 1e-6) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see it.

    Of long arrays only the first number that differs is shown, of dictionaries what differs.

    >>> shown_apart(1.0, 1.00000123)
    ('1.0', '1.000001')
    >>> shown_apart(np.zeros(100), np.arange(100.0))
    ('0.0 at [1]', '1.0 at [1] (99 of 100 numbers differ)')
    """
    got, expected = _array(got), _array(expected)
    if _long(got) and _long(expected) and got.shape == expected.shape:
        differ = ~np.isclose(got, expected, rtol=rtol, atol=1e-3 * rtol, equal_nan=True)
        place = tuple(int(i) for i in np.argwhere(differ)[0]) if differ.any() else (0,) * got.ndim
        at = f"at [{', '.join(map(str, place))}]"
        one, other = shown_apart(float(got[place]), float(expected[place]), width)
        count = f"({differ.sum()} of {got.size} numbers differ)"
        return f"{one} {at}", f"{other} {at} {count}"
    if isinstance(got, dict) and isinstance(expected, dict):
        alike = {key for key in got if key in expected and got[key] == expected[key]}
        got, expected = ({k: v for k, v in d.items() if k not in alike} for d in (got, expected))
    for precision in (4, 6, 8, 11, 17):
        pair = shown(got, precision, width), shown(expected, precision, width)
        if pair[0] != pair[1]:
            break
    return pair


def _array(value: Any) -> Any:
    """The numbers of a tensor, and float32 as float64, which needs no word; the rest as it is."""
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    single = isinstance(value, np.ndarray) and value.dtype == np.float32
    return value.astype(float) if single else value


def _long(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size > FEW
