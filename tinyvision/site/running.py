"""Lessons run in processes of their own, each leaving its record."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..lessons.catalogue import Lesson
from ..lessons.screen import short_path
from .recording import NAME, Event

# The same modules as ours, wherever it is started.
_START = (
    "import json, sys; from pathlib import Path; sys.path[:] = json.loads(sys.argv[1]); "
    "from tinyvision.site.recording import main; sys.exit(main(*map(Path, sys.argv[2:])))"
)


class LessonFailed(Exception):
    """A lesson did not run to its end; the text begins with its file and line."""


def run_lesson(lesson: Lesson, pictures: Path, scratch: Path) -> list[Event]:
    """Run a lesson.

    Args:
        lesson: the lesson.
        pictures: an empty folder, where its pictures are left.
        scratch: an empty folder, in which it runs; what else it writes is left there.

    Returns:
        What happened, in order.

    Raises:
        LessonFailed: it did not run to its end.
    """
    modules = json.dumps([os.path.abspath(place) for place in sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", _START, modules, str(lesson.path.resolve()), str(pictures)],
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we end it
    )
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    record = pictures / NAME
    if not record.is_file():
        raise LessonFailed(f"{short_path(lesson.path)}:1: Python ended with exit code {code}")
    found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    record.unlink()
    if "error" in found:
        error = found["error"]
        raise LessonFailed(f"{short_path(lesson.path)}:{error['line']}: {error['text']}")
    events: list[Event] = found["events"]
    return events
