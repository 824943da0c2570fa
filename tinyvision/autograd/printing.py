"""How tensors are shown, and the setting of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Options:
    """What :func:`set_printoptions` sets."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 75
    sci_mode: bool | None = None


PROFILES = {
    "default": Options(),
    "short": Options(precision=2, edgeitems=2),
    "full": Options(threshold=float("inf")),
}

_shown = [Options()]  # for the whole program, as it is for its one terminal


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are shown from here on; what is not given stays as it is.

    Args:
        precision: digits after the point (4).
        threshold: from how many elements on the middle is left out (1000); ``math.inf`` for never.
        edgeitems: how many are then shown at the ends of each axis (3).
        linewidth: characters to a line (75, where torch has 80).
        profile: ``default``, ``short`` or ``full``, to start from.
        sci_mode: powers of ten for all numbers, or for none; by default as it is best to read. Not
            given, it is set back to that, as in torch.

    Raises:
        ValueError: an unknown profile, or a number below 0.

    >>> import tinyvision as tv
    >>> tv.set_printoptions(precision=2)
    >>> tv.tensor([1 / 3])
    tensor([0.33])
    >>> tv.set_printoptions(profile="default")
    """
    options = _shown[0]
    if profile is not None:
        if profile not in PROFILES:
            raise ValueError(f"profile must be one of {list(PROFILES)}, got {profile!r}")
        options = PROFILES[profile]
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    numbers: dict[str, Any] = {name: n for name, n in given.items() if n is not None}
    for name, number in numbers.items():
        if not number >= 0:
            raise ValueError(f"{name} must be at least 0, got {number}")
    _shown[0] = replace(options, **numbers, sci_mode=sci_mode)


def array_text(array: np.ndarray, prefix: str) -> str:
    """The elements of an array, to be written after `prefix`."""
    options = _shown[0]
    formatter: Any = None
    if options.sci_mode is not None and array.dtype.kind == "f":
        spec = f".{options.precision}{'e' if options.sci_mode else 'f'}"
        formatter = {"float_kind": lambda number: format(number, spec)}
    return np.array2string(
        array,
        separator=", ",
        prefix=prefix,
        precision=options.precision,
        threshold=int(min(options.threshold, sys.maxsize)),
        edgeitems=options.edgeitems,
        max_line_width=options.linewidth,
        formatter=formatter,
        floatmode="maxprec",
    )
