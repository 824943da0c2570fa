"""No warnings inside operations: log 0 is -inf and 0 / 0 is NaN, as in torch, and no accident.

`np.errstate` says the same, but takes longer than a small operation itself: it builds its settings
anew each time. Here they are built once and put in force for the length of an operation, through
the context variable that `np.errstate` sets. Where NumPy keeps it elsewhere, `np.errstate` serves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - another version of NumPy

    def hush() -> Any:
        """Turn warnings off; give what :func:`unhush` wants."""
        state = np.errstate(all="ignore")
        state.__enter__()
        return state

    def unhush(token: Any) -> None:
        """Turn warnings on again, as they were."""
        token.__exit__(None, None, None)

else:
    _SETTINGS = _make_extobj(all="ignore")

    def hush() -> Any:
        """Turn warnings off; give what :func:`unhush` wants."""
        return _extobj_contextvar.set(_SETTINGS)

    unhush = _extobj_contextvar.reset
