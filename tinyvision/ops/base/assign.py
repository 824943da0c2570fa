"""`assign`: store an answer in a tensor that is there already, and let it count in the graph.

The change is counted in the tensor's version, so that a derivative that still needs the old value
is refused rather than wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.modes import is_grad_enabled, is_inference_mode_enabled
from ...autograd.tensor import Tensor, unwrap
from .choose import where
from .promote import as_type, can_hold


def check_changeable(x: Tensor, name: str) -> None:
    """Raise unless the tensor may be changed in place here and now.

    Raises:
        RuntimeError: a leaf that requires a gradient, an inference tensor outside its mode, or
            memory that is shown several times or read-only.
    """
    if x._requires_grad and x._node is None and is_grad_enabled():
        raise RuntimeError(
            f"{name}: a leaf tensor that requires a gradient cannot be changed in place while "
            "operations are recorded; do it under tinyvision.no_grad(), as optimisers do"
        )
    if x._version is None and not is_inference_mode_enabled():
        raise RuntimeError(
            f"{name}: a tensor made under inference_mode cannot be changed outside it; "
            "use x.clone() first"
        )
    if not x._array.flags.writeable:
        raise RuntimeError(
            f"{name}: the tensor's memory is read-only (an expanded tensor shows one number in "
            "several places); use x.clone() first"
        )


def changed(x: Tensor, name: str) -> Tensor:
    """Count a change already made to the tensor's memory; returns the tensor."""
    if x._version is not None:
        x._version.bump(name)
    return x


def assign(x: Tensor, new: Any, name: str) -> Tensor:
    """Write `new` into the memory of `x` and let `x` take its place in the graph; returns `x`."""
    check_changeable(x, name)
    value = unwrap(new)
    if value.shape != x.shape:
        raise ValueError(
            f"{name}: the result has shape {value.shape}, which cannot be stored in place in a "
            f"tensor of shape {x.shape}"
        )
    if not can_hold(x.dtype, value.dtype):
        raise RuntimeError(
            f"{name}: the result is {value.dtype}, which cannot be stored in place in a tensor of "
            f"{x.dtype}; convert the tensor first"
        )
    if isinstance(new, Tensor):
        new = as_type(new, x.dtype)
    node = new._node if isinstance(new, Tensor) else None
    if node is not None:
        _check_seen_by_all(x, name)
    np.copyto(x._array, unwrap(new))
    changed(x, name)
    if node is not None:
        x._move_to(node)
    return x


def store(name: str, x: Tensor, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Tensor:
    """Write `function(x, ...)` into the memory of `x`; returns `x`."""
    check_changeable(x, name)
    new = function(x, *args, **kwargs)
    if _is_saved(x, new):
        new = function(x.clone(), *args, **kwargs)  # the derivative reads the old value: a copy
    if x._requires_grad and not new._requires_grad and is_grad_enabled():
        # A comparison, say: on what follows, the old value has no influence any more.
        new = where(np.False_, x, as_type(new, x.dtype))
    return assign(x, new, name)


def _is_saved(x: Tensor, new: Any) -> bool:
    """Whether the operation that made `new` keeps the very memory of `x` for its derivative."""
    node = new._node
    return node is not None and any(kept is x._array for kept in node.saved)


def _check_seen_by_all(x: Tensor, name: str) -> None:
    """Raise if another tensor shows the memory and would not learn of the recorded change."""
    version = x._version
    if version is None or not version.has_views:
        return
    if x._array.base is not None:
        raise RuntimeError(
            f"{name}: the tensor is a view of another one, which would not learn of the gradient; "
            "write to the other one: base[index] = value"
        )
    # Views with a node of their own are refused when they are used.
    if x._node is None and version.has_unrecorded_views():
        raise RuntimeError(
            f"{name}: another tensor is a view of this one and would not learn of the gradient; "
            "make the view afterwards, or of a clone()"
        )
