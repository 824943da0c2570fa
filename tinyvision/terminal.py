"""What a terminal can show."""

from __future__ import annotations

import sys
from typing import TextIO


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
