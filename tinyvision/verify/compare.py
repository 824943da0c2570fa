"""Holding the answer of an operator against the answer of a route."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import tinyvision as tv

from .exact import every, leaves, shape
from .records import Check

ROUNDING = {"float64": 1e-12, "float32": 1e-6}
"""For each type, the largest difference that rounding explains, as a part of the number."""

LARGEST = Fraction(10) ** 300  # a quotient beyond would not fit into a float


def tensor(nested: Any, dtype: str) -> tv.Tensor:
    """Exact numbers as a tensor.

    >>> tensor([Fraction(1, 2)], "float64")
    tensor([0.5], dtype=float64)
    """
    return tv.tensor(every(float, nested), dtype=dtype)


def allowance(dtype: str, given: Any) -> float:
    """The difference allowed to sums of products of these exact numbers.

    In float64 whole numbers are not rounded, nor are their sums and products: nothing is allowed.

    >>> allowance("float64", [Fraction(2)]), allowance("float64", [Fraction(1, 2)])
    (0.0, 1e-12)
    """
    whole = all(number.denominator == 1 for _, number in leaves(given))
    return 0.0 if whole and dtype == "float64" else ROUNDING[dtype]


def compare(
    operator: str,
    problem: str,
    ours: tv.Tensor,
    answers: Mapping[str, Any],
    size: Any,
    allowed: float,
) -> list[Check]:
    """Compare an operator's answer with that of each route, number by number.

    Args:
        operator, problem: their names.
        ours: the operator's answer.
        answers: for each route its name and its answer, in nested lists.
        size: what a difference at each place is a part of, in nested lists.
        allowed: the largest such part allowed.

    >>> [check] = compare("sum", "1 + 1", tv.tensor([2.5]), {"head": [2]}, [2], 0.0)
    >>> check.difference, check.ours, check.theirs, check.agrees
    (0.25, 2.5, 2.0, False)
    """
    sizes = [number for _, number in leaves(size)]
    checks = []
    for route, theirs in answers.items():
        difference, a, b, place = _furthest(ours, theirs, sizes)
        checks.append(
            Check(operator, route, problem, str(ours.dtype), difference, allowed, a, b, place)
        )
    return checks


def _furthest(ours: tv.Tensor, theirs: Any, sizes: list) -> tuple[float, float, float, str]:
    """The largest difference, both numbers there, and the place."""
    if ours.shape != shape(theirs):
        shapes = f"an answer of shape {ours.shape} instead of {shape(theirs)}"
        return math.inf, math.nan, math.nan, shapes
    worst = (-1.0, math.nan, math.nan, "")
    for (place, a), (_, b), unit in zip(leaves(ours.tolist()), leaves(theirs), sizes, strict=True):
        difference = _part(a, b, unit)
        if difference > worst[0]:
            worst = (difference, a, float(b), f"at {list(place)}")
    return worst


def _part(a: float, b: Any, unit: Any) -> float:
    """The difference, worked out exactly and only then rounded, as a part of `unit`."""
    if not math.isfinite(a):
        return math.inf
    difference = abs(Fraction(a) - Fraction(b))
    # Where the size is 0 every product is 0: then the difference itself counts.
    return float(min(difference / (unit or 1), LARGEST))
