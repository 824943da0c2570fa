"""What a primitive may put aside for the way back, beside its arguments and its answer."""

from __future__ import annotations

from typing import Any

from ...autograd.modes import is_grad_enabled


def room(*tensors: Any) -> list | None:
    """A list for a primitive's configuration, to put aside what its rule would compute again.

    None if no gradient is wanted, and nothing need be put aside. Whatever is in the list is what a
    rule without it computes, to the bit; it is freed with the node.
    """
    if is_grad_enabled() and any(getattr(t, "requires_grad", False) for t in tensors):
        return []
    return None
