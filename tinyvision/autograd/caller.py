"""Which line of the user's code is running: what an error can point at."""

from __future__ import annotations

import linecache
import os
import sys
from types import FrameType

PACKAGE = os.path.dirname(os.path.dirname(__file__)).replace(os.sep, "/") + "/"
_MACHINERY = tuple(PACKAGE + folder for folder in ("autograd/", "ops/", "nn/"))


def users_line() -> str:
    """``file:line: code`` of the innermost call from outside the package.

    Where the package runs itself, as its command does, of the innermost call from outside its
    autograd, operations and layers.
    """
    frames = list(_frames_outwards())
    for inside in ((PACKAGE,), _MACHINERY):
        for frame in frames:
            if not _file(frame).startswith(inside):
                return _shown(frame)
    return _shown(frames[-1])


def _frames_outwards():
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _file(frame: FrameType) -> str:
    return frame.f_code.co_filename.replace(os.sep, "/")


def _shown(frame: FrameType) -> str:
    file, line = frame.f_code.co_filename, frame.f_lineno
    code = linecache.getline(file, line, frame.f_globals).strip()
    return f"{file}:{line}" + (f": {code}" if code else "")
