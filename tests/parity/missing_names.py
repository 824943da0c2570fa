"""The public names of torch that tinyvision has not, each with the reason."""

from __future__ import annotations

from typing import Any

import tinyvision as tv
from tinyvision.absent import REASONS, why_absent


def places(torch: Any) -> dict[str, tuple[Any, Any]]:
    """Where names are compared: torch's place, and ours or None."""
    return {
        "torch": (torch, tv),
        "Tensor": (torch.Tensor, tv.Tensor),
        "nn": (torch.nn, tv.nn),
        "nn.functional": (torch.nn.functional, tv.nn.functional),
        "nn.init": (torch.nn.init, tv.nn.init),
        "nn.utils": (torch.nn.utils, tv.nn.utils),
        "linalg": (torch.linalg, getattr(tv, "linalg", None)),
        "special": (torch.special, getattr(tv, "special", None)),
        "optim": (torch.optim, tv.optim),
        "optim.lr_scheduler": (torch.optim.lr_scheduler, tv.optim.lr_scheduler),
        "autograd": (torch.autograd, tv.autograd),
        "utils.data": (torch.utils.data, tv.utils.data),
        "nn.parallel": (torch.nn.parallel, tv.nn.parallel),
        "distributed": (torch.distributed, tv.distributed),
        "multiprocessing": (torch.multiprocessing, tv.multiprocessing),
    }


def names_of(place: Any) -> set[str]:
    """The public names of a module or class that are functions, classes or methods."""
    listed = getattr(place, "__all__", None) if not isinstance(place, type) else None
    names = listed or [name for name in dir(place) if not name.startswith("_")]
    return {
        name for name in names if callable(getattr(place, name, None)) and not name.startswith("_")
    }


def missing(torch: Any) -> dict[str, list[str]]:
    """The missing names by reason, in the order of `REASONS`; under '' those without one."""
    found: dict[str, list[str]] = {reason: [] for reason in [*REASONS, ""]}
    for place, (theirs, ours) in places(torch).items():
        for name in sorted(names_of(theirs)):
            if ours is not None and hasattr(ours, name):
                continue
            found[why_absent(place, name)].append(f"{place}.{name}")
    return {reason: names for reason, names in found.items() if names}
