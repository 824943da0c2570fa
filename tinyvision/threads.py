"""How many threads the operations use, and work shared out among them.

OpenBLAS would split every matrix product over all cores. For the small products of a training step
that costs more than it gains, and its threads wait spinning where other programs want the cores. So
BLAS is kept to one thread while an operation runs, and the operations share out what is worth it
themselves: images of a batch, rows of a matrix. The parts depend on the number of threads alone,
so that the same number gives the same bits.
"""

from __future__ import annotations

import contextvars
import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np

Work = Callable[[int, int], None]


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _threads() -> int:
    """As many as there are cores, or as the environment says."""
    for name in ("TINYVISION_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(name, "").isdigit() and int(os.environ[name]) > 0:
            return int(os.environ[name])
    return cores()


_count = _threads()


def get_num_threads() -> int:
    """How many threads an operation may use; see :func:`set_num_threads`."""
    return _count


def set_num_threads(num: int) -> None:
    """Let every operation use so many threads; at first as many as there are cores at hand.

    Results do not depend on the number but for the order in which floats are added, and are the
    same for the same number. The variables TINYVISION_NUM_THREADS and OMP_NUM_THREADS, read when
    the package is imported, do the same. NumPy's linear algebra (`svd`) gets no more either.

    Raises:
        TypeError: it is not an integer.
        ValueError: it is less than 1.

    >>> import tinyvision as tv
    >>> before = tv.get_num_threads()
    >>> tv.set_num_threads(1)
    >>> tv.get_num_threads()
    1
    >>> tv.set_num_threads(before)
    """
    global _count
    if isinstance(num, bool) or not isinstance(num, (int, np.integer)):
        raise TypeError(f"set_num_threads: expected an integer, got {num!r}")
    if num < 1:
        raise ValueError(f"set_num_threads: expected at least one thread, got {num}")
    _count = int(num)
    one_blas_thread().rest_at(_count)


# -- sharing out ------------------------------------------------------------------------------


class _Here(threading.local):
    is_working = False  # inside a part already: what is called from there is not split again


_here = _Here()


class _Worker(threading.Thread):
    """A thread that waits for parts."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="tinyvision worker")
        self.parts: SimpleQueue = SimpleQueue()
        self.start()

    def run(self) -> None:
        _here.is_working = True
        while True:
            context, work, start, stop, done = self.parts.get()
            outcome: BaseException | None = None
            try:
                context.run(work, start, stop)
            except BaseException as error:  # raised again by the thread that waits
                outcome = error
            # Who waits goes on at once: let go of the arrays before, not some time after.
            context = work = None
            done.put(outcome)
            done = outcome = None


_workers: list[_Worker] = []


def in_parts(size: int, work: Work, least: int = 1) -> None:
    """Call ``work(start, stop)`` for contiguous parts of ``range(size)``, one a thread.

    Args:
        size: how many things there are: images, rows.
        work: computes those from start to stop; plain NumPy, writing to places of its own.
        least: a part has at least so many; below twice that, nothing is shared out.
    """
    count = 1 if _here.is_working else min(_count, size // max(least, 1))
    with one_blas_thread():
        if count <= 1:
            work(0, size)
            return
        while len(_workers) < count - 1:
            _workers.append(_Worker())
        bounds = [size * part // count for part in range(count + 1)]
        done: SimpleQueue = SimpleQueue()
        for worker, start, stop in zip(_workers, bounds[1:-1], bounds[2:], strict=False):
            # NumPy keeps its settings for warnings in the context.
            worker.parts.put((contextvars.copy_context(), work, start, stop, done))
        _here.is_working = True
        try:
            work(0, bounds[1])
        finally:
            _here.is_working = False
            errors = [done.get() for _ in range(count - 1)]
    for error in errors:
        if error is not None:
            raise error


def _forget_workers() -> None:
    """In a forked process there are no threads but one."""
    _workers.clear()
    _here.is_working = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_workers)


# -- BLAS -------------------------------------------------------------------------------------


class _OpenBlas(NamedTuple):
    get: Any
    put: Any
    at_first: int  # its threads before anything here changed their number


@cache
def _openblas() -> _OpenBlas | None:
    """The functions that get and set the threads of NumPy's own OpenBLAS, if it is that."""
    try:
        # Symbols of a library's dependencies are found through the library itself.
        library = ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]
        get = library.scipy_openblas_get_num_threads64_
        return _OpenBlas(get, library.scipy_openblas_set_num_threads64_, get())
    except (OSError, AttributeError):  # a NumPy built on another BLAS
        return None


class _OneBlasThread:
    """BLAS on one thread while anybody is inside; the number is the process's, not a thread's."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.before = 1

    def __enter__(self) -> None:
        functions = _openblas()
        with self.lock:
            self.inside += 1
            if self.inside == 1 and functions is not None:
                self.before = functions[0]()
                if self.before != 1:
                    functions[1](1)

    def rest_at(self, count: int) -> None:
        """Let BLAS use so many threads while nobody is inside, but no more than it had at first."""
        functions = _openblas()
        if functions is None:
            return
        with self.lock:
            count = min(count, functions.at_first)
            if self.inside:
                self.before = count
            else:
                functions[1](count)

    def __exit__(self, *exc: object) -> None:
        functions = _openblas()
        with self.lock:
            self.inside -= 1
            if self.inside == 0 and functions is not None and self.before != 1:
                functions[1](self.before)


_one = _OneBlasThread()
if _count != cores():  # elsewhere BLAS has as many of its own accord
    _one.rest_at(_count)


def one_blas_thread() -> _OneBlasThread:
    """A context in which matrix products use one thread."""
    return _one


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
    get, put, _ = functions
    before = get()
    put(count)
    try:
        yield
    finally:
        put(before)
