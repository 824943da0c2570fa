"""Signals (N, C, L) as images (N, C, 1, L) of height 1: one dimension is two with nothing above.

So everything one-dimensional is computed, and derived, by its two-dimensional sibling.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.broadcast import reshape_to


def single(value: Any, name: str, least: int = 1) -> int:
    """One integer, alone or as a tuple of one.

    Raises:
        TypeError: something else.
        ValueError: smaller than allowed.
    """
    number = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool):
        raise TypeError(f"{name} must be an integer or a tuple of one, got {value!r}")
    if number < least:
        advice = "; stride=1 moves the window by one place" if name == "stride" else ""
        raise ValueError(f"{name} must be at least {least}, got {value!r}{advice}")
    return int(number)


def batched_signals(name: str, input: Any) -> Any:
    """(C, L) as a batch of one.

    Raises:
        ValueError: another number of axes.
    """
    if input.ndim not in (2, 3):
        raise ValueError(f"{name}: expected (N, C, L) or (C, L), got shape {input.shape}")
    return input if input.ndim == 3 else reshape_to(input, shape=(1, *input.shape))


def as_image(x: Any) -> Any:
    """(A, B, L) -> (A, B, 1, L)."""
    return reshape_to(x, shape=(*x.shape[:2], 1, x.shape[2]))


def as_signal(out: Any, input: Any) -> Any:
    """(N, C, 1, L) -> (N, C, L), or (C, L) if the input came without the batch."""
    n, c, _, length = out.shape
    return reshape_to(out, shape=(n, c, length) if input.ndim == 3 else (c, length))
