"""No warnings inside operations: log 0 is -inf and 0 / 0 is NaN, as in torch, and no accident.

`np.errstate` says the same, but takes longer than a small operation itself: it builds its settings
anew each time. Here they are built once and put in force for the length of an operation, through
the context variable that `np.errstate` sets::

    token = hush(SILENT)
    try:
        ...
    finally:
        unhush(token)

Where NumPy keeps it elsewhere, `np.errstate` serves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SILENT: Any
hush: Callable[[Any], Any]
unhush: Callable[[Any], None]

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj

    SILENT = _make_extobj(all="ignore")
    hush = _extobj_contextvar.set
    unhush = _extobj_contextvar.reset
except ImportError:  # pragma: no cover - another version of NumPy
    SILENT = None

    def hush(settings: Any) -> Any:
        state = np.errstate(all="ignore")
        state.__enter__()
        return state

    def unhush(token: Any) -> None:
        token.__exit__(None, None, None)
