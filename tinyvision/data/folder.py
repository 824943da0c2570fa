"""Where data sets are kept when nobody says where."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DATA_DIR_VARIABLE = "TINYVISION_DATA"


def data_folder(data_dir: str | os.PathLike[str] | None = None) -> Path:
    """The folder that data sets are read from and downloaded to.

    The one given; else that of the environment variable TINYVISION_DATA; else a place of the
    system's own for such files: ``~/.cache/tinyvision`` (or in XDG_CACHE_HOME) on Linux,
    ``~/Library/Caches/tinyvision`` on macOS, ``%LOCALAPPDATA%\\tinyvision\\Cache`` on Windows.

    Raises:
        FileNotFoundError: nothing is given and the system knows no home folder.

    >>> data_folder("my-data").name
    'my-data'
    """
    given = data_dir if data_dir is not None else os.environ.get(DATA_DIR_VARIABLE)
    if given:
        return Path(given)
    try:
        return _cache()
    except RuntimeError as error:
        raise FileNotFoundError(
            f"no data folder: there is no home folder to look in ({error}); give one with "
            f"data_dir= (--data-dir on the command line) or the variable {DATA_DIR_VARIABLE}"
        ) from error


def _cache() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else Path.home() / "AppData" / "Local"
        return base / "tinyvision" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tinyvision"
    # The XDG specification: a relative path there is to be ignored.
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "tinyvision"
