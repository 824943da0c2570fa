"""No warnings inside operations: log 0 is -inf and 0 / 0 is NaN, as in torch, and no accident.

`np.errstate` says the same, but takes longer than a small operation itself: it builds its settings
anew each time. Here they are built once and put in force for the length of an operation, through
the context variable that `np.errstate` sets. Where NumPy keeps it elsewhere, `np.errstate` serves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj

    _settings: Any = _extobj_contextvar
    _silence = _make_extobj(all="ignore")
except ImportError:  # pragma: no cover - another version of NumPy
    _settings = None


def hush() -> Any:
    """Turn NumPy's warnings off in this thread; returns what :func:`unhush` wants."""
    if _settings is not None:
        return _settings.set(_silence)
    state = np.errstate(all="ignore")  # pragma: no cover
    state.__enter__()  # pragma: no cover
    return state  # pragma: no cover


def unhush(token: Any) -> None:
    """Turn them on again, as they were before :func:`hush`."""
    if _settings is not None:
        _settings.reset(token)
    else:  # pragma: no cover
        token.__exit__(None, None, None)
