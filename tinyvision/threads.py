"""How many threads NumPy's matrix products use.

OpenBLAS splits every product over all cores. For the small products of a training step that costs
more than it gains, and much more where other programs want the cores: its threads wait spinning.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np


@cache
def _openblas() -> tuple[Any, Any] | None:
    """The functions that get and set the threads of NumPy's own OpenBLAS, if it is that."""
    try:
        # Symbols of a library's dependencies are found through the library itself.
        library = ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]
        return (
            library.scipy_openblas_get_num_threads64_,
            library.scipy_openblas_set_num_threads64_,
        )
    except (OSError, AttributeError):  # a NumPy built on another BLAS
        return None


@contextmanager
def blas_threads(count: int) -> Iterator[None]:
    """Let matrix products use so many threads inside the block, where that can be set.

    >>> with blas_threads(1):
    ...     pass
    """
    functions = _openblas()
    if functions is None:
        yield
        return
    get, put = functions
    before = get()
    put(count)
    try:
        yield
    finally:
        put(before)
