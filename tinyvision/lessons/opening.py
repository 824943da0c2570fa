"""A picture, opened with what the system has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path


def has_display() -> bool:
    """Whether a window could be seen by whoever sits at the terminal."""
    if sys.platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_picture(path: Path) -> bool:
    """Open a picture in another program, without waiting for it; say whether that went well."""
    path = path.absolute()
    if not has_display():
        return False
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return True
        opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
        if opener is None:
            return webbrowser.open(path.as_uri())
        subprocess.Popen(
            [opener, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C here does not close it there
        )
    except OSError:
        return False
    return True
