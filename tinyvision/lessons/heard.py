"""A stream that passes on what is written, and remembers it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TextIO

LONGEST = 100_000  # characters that are remembered, the last ones
_ASKED = {"isatty", "fileno", "encoding", "errors", "buffer", "writable", "name", "flush"}


class Heard(io.TextIOBase):
    """Passes on and remembers; otherwise it is the stream behind it.

    Args:
        stream: that stream.
        told: is called whenever something is written.

    >>> import sys
    >>> heard = Heard(sys.stdout)
    >>> print("a word", file=heard)
    a word
    >>> heard.text
    'a word\\n'
    """

    def __init__(self, stream: TextIO, told: Callable[[], None] = lambda: None) -> None:
        self._stream, self._told = stream, told
        self.text = ""

    def write(self, text: str) -> int:
        """Pass on and remember."""
        self.text = (self.text + text)[-LONGEST:]
        self._told()
        return self._stream.write(text)

    def end_line(self) -> None:
        """Begin a new line if the last one is not at its end."""
        if self.text and not self.text.endswith("\n"):
            self.write("\n")
        self._stream.flush()

    def __getattribute__(self, name: str) -> Any:
        # Who asks whether a terminal listens, and what it can show, is told the truth.
        if name in _ASKED:
            return getattr(self._stream, name)
        return super().__getattribute__(name)
