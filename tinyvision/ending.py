"""How a command ends: with its exit code, and in one line instead of a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from .interrupt import orderly_end


def ended(name: str, command: Callable[[], int]) -> int:
    """Run a command: its exit code, or 2 after a wrong use and 130 after Control-C, in one line.

    >>> ended("count", lambda: 0)
    0
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign it cannot show is no reason to fail
    try:
        with orderly_end():
            return command()
    except BrokenPipeError:  # whoever read our output has enough
        # Python writes out what is left at its end, and would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, TypeError, OSError, RuntimeError, ImportError, FloatingPointError) as error:
        print(f"{name}: {_one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        text = str(interrupt) or "interrupted; what was saved before is intact"
        print(f"\n{name}: {text}", file=sys.stderr)
        return 130


def _one_line(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, OSError) and error.strerror:  # without the number
        text = error.strerror + (f": {error.filename}" if error.filename else "")
    return " ".join(text.split())
