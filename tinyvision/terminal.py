"""What a terminal can show."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO


def can_show(text: str, stream: TextIO | None = None) -> bool:
    """Whether a stream's encoding has every character of the text.

    >>> can_show("plain")
    True
    """
    stream = sys.stdout if stream is None else stream
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Steady(io.TextIOBase):
    """A stream for progress: work goes on when nobody reads it any more, or when it is not there.

    Args:
        stream: where to write; None for nowhere.

    >>> print("heard", file=Steady(sys.stdout))
    heard
    >>> print("unheard", file=Steady(None))
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop what cannot be written."""
        if self._stream is not None:
            try:
                self._stream.write(text)
            except OSError:
                self._let_go()
        return len(text)

    def flush(self) -> None:
        """Send what was written, or drop it."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except OSError:
                self._let_go()

    def isatty(self) -> bool:
        """Whether a terminal shows what is written."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The number of the file behind, where there is one."""
        if self._stream is None:
            raise io.UnsupportedOperation("there is no file behind this stream")
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """How characters are written."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def _let_go(self) -> None:
        # Python writes out what is left at its end, and would complain once more.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        self._stream = None
