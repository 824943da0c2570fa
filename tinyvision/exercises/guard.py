"""A learner's code that does not come to an end is ended."""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

WALL = 6
"""How many times longer code may take that does nothing (sleeps, waits) than code that computes."""
_LOOK = 0.05  # seconds between two looks at the clock


class Guard:
    """Watches calls of a learner's code from a thread, and counts them.

    Args:
        limit: seconds of the processor's that a call may take; None for no limit.
        path: the learner's file.
        trace: where Python notes where it was, if not even another thread can look, because the
            loop is within one step of NumPy's or Python's own; the process is ended then, too.
        ended: called with what was called, and the line of the file it was at, when a call takes
            longer. It must end the process: Python cannot end a loop from outside.

    >>> guard = Guard()
    >>> with guard.watching("f(1)"):
    ...     pass
    >>> guard.calls
    1
    """

    def __init__(
        self,
        limit: float | None = None,
        path: Path | None = None,
        trace: TextIO | None = None,
        ended: Callable[[str, int], None] | None = None,
    ) -> None:
        self.calls = 0
        self._limit, self._path, self._trace, self._ended = limit, path, trace, ended
        self._began: tuple[float, float, object] | None = None
        self._watched = threading.get_ident()
        if limit is not None:
            threading.Thread(target=self._look, daemon=True).start()

    @contextmanager
    def watching(self, what: object) -> Iterator[None]:
        """The time of the block counts; `what`, made a text, says what it does."""
        self.calls += 1
        self._began = (time.process_time(), time.monotonic(), what)
        if self._limit is not None and self._trace is not None:
            faulthandler.dump_traceback_later(2 * WALL * self._limit, exit=True, file=self._trace)
        try:
            yield
        finally:
            self._began = None
            if self._trace is not None:
                faulthandler.cancel_dump_traceback_later()

    def _look(self) -> None:
        assert self._limit is not None
        assert self._ended is not None
        while True:
            time.sleep(_LOOK)
            began = self._began
            if began is None:
                continue
            # A process that is stopped for a while, a laptop put to sleep, is not a slow program.
            computed = time.process_time() - began[0]
            passed = time.monotonic() - began[1]
            if computed > self._limit or passed > self._limit * WALL:
                self._ended(str(began[2]), self._line())

    def _line(self) -> int:
        frame = sys._current_frames().get(self._watched)
        while frame is not None and frame.f_code.co_filename != str(self._path):
            frame = frame.f_back
        return frame.f_lineno if frame else 0
