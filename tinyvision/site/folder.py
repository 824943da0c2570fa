"""A folder that is replaced whole or not at all, and only if it is one that was made here."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import __version__

MARK = "tinyvision-site.json"
"""The file that says who made a folder, and of which files it consists."""

_MAKER = "tinyvision site"
_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave behind


def check_folder(folder: Path) -> None:
    """See that nothing would be lost if a folder were replaced.

    Raises:
        ValueError: it is a file; it holds something that was not made here; one stands inside it.

    >>> check_folder(Path("no-such-folder"))
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ValueError(f"{folder} is a file: give the name of a folder for the site")
    if Path.cwd().is_relative_to(folder.resolve()):
        raise ValueError(f"{folder} is the folder you are in: it cannot be replaced from inside")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    found = {name for name in found if name.rpartition("/")[2] not in _SYSTEMS}
    strange = sorted(found - _made(folder))
    if strange:
        others = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise ValueError(
            f"{folder} holds what tinyvision site did not make ({strange[0]}{others}), and would "
            "be replaced: choose another folder, or an empty one"
        )


def _made(folder: Path) -> set[str]:
    """The files of a folder made here, by what it says itself."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
        if mark["made by"] == _MAKER:
            return {MARK, *mark["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return set()


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder, which takes the place of `folder` when the block ends without an error.

    Whatever goes wrong before, a folder that was there stays as it was, and the temporary one goes.

    Raises:
        ValueError: the folder holds something that was not made here.
        OSError: it cannot be made.
    """
    folder = Path(os.path.realpath(folder))
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(4)
    new = folder.with_name(f".{folder.name}.{token}.tmp")
    old = folder.with_name(f".{folder.name}.{token}.old")
    try:
        new.mkdir()  # not by `tempfile`, whose folders nobody else may read
        yield new
        _sign(new)
        check_folder(folder)  # a second time: making a site takes minutes
        _swap(new, folder, old)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _sign(folder: Path) -> None:
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())
    mark = {"made by": _MAKER, "version": __version__, "files": files}
    (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8")


def _swap(new: Path, folder: Path, old: Path) -> None:
    with suppress(FileNotFoundError):
        folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        with suppress(FileNotFoundError):
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
