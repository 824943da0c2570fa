"""Keep freed memory at hand instead of giving it back to the system after every operation.

A training step makes and drops dozens of arrays of some megabytes. The C library returns each to
the system at once and gets fresh pages for the next, which the system must clear and map: a quarter
of the time of a step of the article's CNN. Some settings of glibc's allocator stop that; the
process then keeps the most memory it ever used. TINYVISION_KEEP_MEMORY=0 leaves it alone.
"""

from __future__ import annotations

import ctypes
import os
import sys

# Numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8


def keep_freed_memory() -> bool:
    """Set the allocator; whether it could be done (Linux with glibc only)."""
    if os.environ.get("TINYVISION_KEEP_MEMORY") == "0" or not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    settings = (
        (_MMAP_THRESHOLD, 1 << 30),
        (_TRIM_THRESHOLD, 2**31 - 1),
        (_TOP_PAD, 64 << 20),
        (_ARENA_MAX, 1),  # one store for all threads: what one frees serves the others
    )
    return all(mallopt(name, value) == 1 for name, value in settings)
