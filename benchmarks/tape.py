"""What recording costs: small operations, where the arithmetic is nothing and the tape everything.

The work of the arithmetic itself is timed as well (the same NumPy calls on bare arrays) and taken
off both sides in the table's note; the ratio is of the whole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

import tinyvision as tv

from .race import Contest

LENGTH = 200


def chain(library, number) -> Callable[[], object]:
    """A chain of multiplications and additions of one number, forward and backward."""

    def run() -> object:
        x = number.detach().requires_grad_()
        y = x
        for _ in range(LENGTH // 2):
            y = y * x
            y = y + x
        y.backward()
        return x.grad

    return run


def bare() -> object:
    """The arithmetic of the chain and of its derivatives, on bare arrays."""
    x = np.array([0.5], np.float32)
    y = x
    values = []
    for _ in range(LENGTH // 2):
        values.append(y)
        y = y * x
        y = y + x
    g, total = np.ones(1, np.float32), np.zeros(1, np.float32)
    for value in reversed(values):
        total = total + g
        total = total + g * value
        g = g * x
    return total + g


def overhead() -> Contest:
    """Recording and going back, a call being 200 operations."""
    return Contest(
        f"tape, {LENGTH} operations",
        {
            "tinyvision": chain(tv, tv.tensor([0.5])),
            "torch": chain(torch, torch.tensor([0.5])),
            "bare arithmetic": bare,
        },
        repeats=5,
    )
