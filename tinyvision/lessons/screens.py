"""Which screen a terminal can have."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from ..terminal import can_show
from .screen import Screen, Signs


def screen(stream: TextIO | None = None) -> Screen:
    """In colour on a terminal that has signs and colours, with `rich`; else plain."""
    out = sys.stdout if stream is None else stream
    if out.isatty() and os.environ.get("TERM") != "dumb" and can_show("".join(Signs()), out):
        try:
            from .colour import ColourScreen

            return ColourScreen(stream)
        except ImportError:
            pass
    return Screen(stream)
