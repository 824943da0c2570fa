"""What may be wrong with a derivative, guessed from the claimed and the measured Jacobian.

Each guess is a pattern that a common mistake leaves: a lost sign, a transposed matrix, a sum that
should be a mean. A guess is made only where every wrong entry fits the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np


@dataclass(frozen=True)
class Evidence:
    """One Jacobian, claimed and measured, as matrices: a row an output entry, a column an input's.

    Attributes:
        claimed, measured: the two.
        wrong: where they disagree; somewhere.
        output_shape, input_shape: what the rows and the columns are unravelled to.
        others: the measured Jacobians of the same output in the other inputs, by their names.
    """

    claimed: np.ndarray
    measured: np.ndarray
    wrong: np.ndarray
    output_shape: tuple[int, ...] = ()
    input_shape: tuple[int, ...] = ()
    others: dict[str, np.ndarray] = field(default_factory=dict)


def likely_cause(evidence: Evidence) -> str:
    """A guess that saves a learner time.

    >>> likely_cause(Evidence(np.array([[-2.0]]), np.array([[2.0]]), np.array([[True]])))
    'the sign is wrong.'
    """
    for guess in (_same_for_all, _lost, _unmasked, _factor, _swapped, _moved):
        if found := guess(evidence):
            return found
    return "the rule itself; it fits none of the common mistakes."


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two Jacobians are the same up to the error of differences; none has NaN."""
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    scale = float(np.abs(other).max(initial=0.0))
    return np.allclose(one, other, rtol=1e-4, atol=1e-6 * scale)


def _same_for_all(e: Evidence) -> str:
    if len(e.claimed) < 2 or not e.claimed.any() or _same(e.measured[1:], e.measured[:-1]):
        return ""
    if not _same(e.claimed[1:], e.claimed[:-1]):
        return ""
    return "the rule does not multiply by g: it gives the same whichever output entry is asked for."


def _lost(e: Evidence) -> str:
    if e.claimed[e.wrong].any():  # NaN counts as something
        return ""
    rows, columns = e.claimed.shape
    apart = ~np.eye(rows, columns, dtype=bool)
    right = e.claimed[~e.wrong].any()
    if right and rows == columns > 1 and e.wrong[apart].any() and not e.claimed[apart].any():
        return (
            "the rule gives the diagonal only, as if each output entry depended on one input entry."
        )
    if right:
        return (
            "the gradient is lost on the way for some entries: part of it is detached, or the "
            "copies of a broadcast input are not all summed."
        )
    return "the gradient is lost on the way, by detach() or a missing rule."


def _unmasked(e: Evidence) -> str:
    if np.abs(e.measured[e.wrong]).max() > 1e-9:
        return ""
    return "a gradient where the value does not change; a mask is missing."


def _factor(e: Evidence) -> str:
    """Every wrong entry is the same multiple of what it should be."""
    claimed, measured = e.claimed[e.wrong], e.measured[e.wrong]
    if not np.isfinite(claimed).all() or not np.isfinite(measured).all() or not measured.all():
        return ""
    ratios = claimed / measured
    ratio = float(np.median(ratios))
    if ratio == 0.0 or np.abs(ratios - ratio).max() > 1e-4 * abs(ratio):
        return ""
    sign = "the sign is wrong" if ratio < 0.0 else ""
    ratio = abs(ratio)
    also = f"{sign}, and " if sign else ""
    if abs(ratio - 1.0) < 1e-4:
        return f"{sign}." if sign else ""
    if _whole(ratio):
        count = round(ratio)
        return f"{also}counted {count} times, as when a sum should be a mean{_size_of(e, count)}."
    if _whole(1.0 / ratio):
        count = round(1.0 / ratio)
        return (
            f"{also}a factor of {count} is missing, as when a mean should be a sum"
            f"{_size_of(e, count)}."
        )
    return f"{also}{ratio:.4g} times what it should be, everywhere." if len(ratios) > 1 else ""


def _whole(ratio: float) -> bool:
    return abs(ratio - round(ratio)) < 1e-3 and ratio > 1.5


def _size_of(e: Evidence, count: int) -> str:
    """Where a count comes from, if one of the shapes tells."""
    for name, shape in (("input", e.input_shape), ("output", e.output_shape)):
        if len(shape) > 1 and int(np.prod(shape)) == count:
            return f" ({count} is the number of entries of the {name})"
        if count in shape:
            return f" ({count} is the size of axis {shape.index(count)} of the {name})"
    return ""


def _swapped(e: Evidence) -> str:
    for name, measured in e.others.items():
        if _same(e.claimed, measured):
            return f"the rules are swapped: this is the gradient of {name}."
    return ""


def _moved(e: Evidence) -> str:
    """The right numbers in the wrong places."""
    rows, columns = e.claimed.shape
    if e.claimed.size < 2:
        return ""
    claimed = e.claimed.reshape(rows, *e.input_shape)
    for one, two in combinations(range(1, claimed.ndim), 2):
        turned = claimed.swapaxes(one, two)
        if turned.shape == claimed.shape and _same(turned.reshape(rows, columns), e.measured):
            return f"the gradient is transposed, its axes {one - 1} and {two - 1} swapped."
    for axis in range(1, claimed.ndim):
        if _same(np.flip(claimed, axis).reshape(rows, columns), e.measured):
            return f"the gradient is reversed along axis {axis - 1}."
    if _same(np.sort(e.claimed, axis=1), np.sort(e.measured, axis=1)):
        return "the right numbers in the wrong places: a change of order is not undone."
    if rows == columns and _same(e.claimed.T, e.measured):
        return (
            "the transpose of the Jacobian: the rule applies a matrix where it should apply "
            "its transpose."
        )
    return ""
