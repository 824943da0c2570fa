"""What this process has to work with: memory at hand, and the BLAS that NumPy brought."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from .threads import _openblas

_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def memory_at_hand() -> tuple[int | None, int | None]:
    """Bytes that can be taken without swapping, and all there are; None where nobody tells.

    A container's limit counts as all there is.
    """
    if sys.platform == "win32":
        return _windows_memory()
    free, total = _system_memory()
    for limit_file, usage_file in _CGROUPS:
        with suppress(OSError, ValueError):  # no such group, or "max"
            limit = int(Path(limit_file).read_text("ascii"))
            left = max(limit - int(Path(usage_file).read_text("ascii")), 0)
            if total is not None and limit < total:
                free, total = min(left, free if free is not None else left), limit
    return free, total


def _system_memory() -> tuple[int | None, int | None]:
    with suppress(OSError, ValueError, KeyError):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        sizes = {
            name: int(rest.split()[0]) * 1024 for name, _, rest in (x.partition(":") for x in lines)
        }
        return sizes["MemAvailable"], sizes["MemTotal"]
    free = total = None
    with suppress(OSError, ValueError, AttributeError):
        page = os.sysconf("SC_PAGE_SIZE")
        total = os.sysconf("SC_PHYS_PAGES") * page
        free = os.sysconf("SC_AVPHYS_PAGES") * page  # which macOS does not know
    return free, total


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in (
            "total", "free", "total_page", "free_page", "total_virtual", "free_virtual", "extended"
        )),
    )  # fmt: skip


def _windows_memory() -> tuple[int | None, int | None]:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    with suppress(AttributeError, OSError):
        if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):  # type: ignore[attr-defined]
            return status.free, status.total
    return None, None


def blas_core() -> str:
    """The processor whose instructions NumPy's own OpenBLAS uses; "" if it is another BLAS."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]
        function = library.scipy_openblas_get_corename64_
        function.restype = ctypes.c_char_p
        return function().decode("ascii", errors="replace")
    return ""


def blas_thread_count() -> int | None:
    """How many threads NumPy's own OpenBLAS is set to; None if it is another BLAS."""
    functions = _openblas()
    return None if functions is None else functions[0]()
