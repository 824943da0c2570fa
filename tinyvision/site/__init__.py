"""The lessons as pages: a folder of HTML that needs no server and no network.

`build_site` runs every lesson and writes down what it says, computes, prints and draws. Needs the
packages of the extra ``docs``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .build import Built, LessonFailed, build_site

__all__ = ["build_site", "Built", "LessonFailed"]


def __getattr__(name: str) -> Any:
    # Loaded late: a process that only runs a lesson would wait for what makes pages of it.
    if name in __all__:
        from . import build

        return getattr(build, name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__]
    )
