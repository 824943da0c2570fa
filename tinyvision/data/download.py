"""Getting a data set: from mirrors over HTTPS, or from a folder, verified in either case."""

from __future__ import annotations

import difflib
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..files import replacing
from ..progress import progress
from .download_archive import extract
from .download_check import FileState, check_files, content_fault, sha256_of, variants
from .download_http import fetch
from .download_table import SOURCES, DataFile, DataSource, Remote
from .folder import data_folder

Say = Callable[[str], None]


def _silent(line: str) -> None:
    pass


def download_dataset(
    name: str,
    data_dir: str | os.PathLike[str] | None = None,
    *,
    source: str | os.PathLike[str] | None = None,
    say: Say | None = None,
) -> list[Path]:
    """Download ``mnist``, ``fashion-mnist`` or ``cifar10`` to where :func:`load_dataset` looks.

    Every file is held against a SHA-256 that comes with the package. What is there and right is
    kept; what is there and wrong is replaced, but only by a verified file. An interrupted
    download goes on where it stopped when it is called again.

    Args:
        name: of the data set.
        data_dir: the folder of the folders; :func:`data_folder` says which if not given.
        source: a folder to copy the files from instead: that of the folders, or that of the files,
            plain or gzipped, or for CIFAR-10 that of ``cifar-10-binary.tar.gz``.
        say: is called with a line for each file; ``print``, for example, which also shows a bar
            on a terminal. Nothing is shown if not given.

    Returns:
        the paths of all files of the set.

    Raises:
        ValueError: an unknown name, or an archive that is not what it should be.
        ImportError: downloading needs the library `pooch`.
        FileNotFoundError: files are not in ``source``; those that are there have been copied.
        OSError: no mirror gave a file, or it cannot be written.
    """
    recipe = data_source(name)
    folder = data_folder(data_dir)
    say = say or _silent
    say(recipe.terms)
    missing = []
    for file in recipe.files:
        if not _is_there(recipe, file, folder, say):
            missing.append(file)
    if missing:
        if source is not None:
            _copy(recipe, missing, folder, Path(source), say)
        elif recipe.archive is not None:
            _from_archive(recipe, recipe.archive, missing, folder, say)
        else:
            for file in missing:
                _from_mirrors(recipe, file, folder, say)
    return [state.path for state in check_files(recipe, folder) if state.path is not None]


def verify_dataset(name: str, data_dir: str | os.PathLike[str] | None = None) -> list[FileState]:
    """Which files of a data set are there, and whether they are the ones published.

    Raises:
        ValueError: an unknown name.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [state.verified for state in verify_dataset("mnist", folder)]
    [False, False, False, False]
    """
    return check_files(data_source(name), data_folder(data_dir))


def describe_datasets(folder: Path) -> list[dict[str, Any]]:
    """A row for each data set: its name, folder, state in words, how many files, what is wrong."""
    rows = []
    for source in SOURCES.values():
        states = check_files(source, folder)
        verified = sum(state.verified for state in states)
        faults = [f"{state.path}: {state.fault}" for state in states if state.fault]
        if faults:
            words = f"{len(faults)} of {len(states)} files are wrong"
        elif verified == len(states):
            words = f"verified, {len(states)} files"
        elif verified:
            words = f"{verified} of {len(states)} files are there, and verified"
        else:
            words = f"not there ({source.size / 1e6:.0f} MB to download)"
        rows.append(
            {
                "name": source.name,
                "folder": str(folder / source.folder),
                "state": words,
                "verified": verified,
                "files": len(states),
                "faults": faults,
            }
        )
    return rows


def data_source(name: str) -> DataSource:
    """The data set of that name, if it can be downloaded."""
    if name not in SOURCES:
        near = difflib.get_close_matches(str(name).lower(), SOURCES, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"no data set {name!r} to download; {hint}there are {', '.join(map(repr, SOURCES))}"
        )
    return SOURCES[name]


def _is_there(source: DataSource, file: DataFile, folder: Path, say: Say) -> bool:
    """Whether a file is there and right, plain or gzipped; wrong ones are named."""
    wrong: list[Path] = []
    for path in variants(folder / source.folder, file):
        fault = content_fault(path, file)
        if not fault:
            say(f"{path}: verified, kept")
            _clear(wrong, say)
            return True
        say(f"{path}: {fault}; to be replaced")
        wrong.append(path)
    return False


def _from_mirrors(source: DataSource, file: DataFile, folder: Path, say: Say) -> None:
    remote = file.packed
    if remote is None:
        raise ValueError(f"{source.name}: {file.name} is published in an archive only")
    path = folder / source.folder / remote.name
    url = _fetch(remote, path, say)
    _installed(source, file, path, say, f"from {url}")


def _fetch(remote: Remote, path: Path, say: Say) -> str:
    """Download with a bar that moves once a megabyte."""
    _writable(path.parent)
    if say is _silent:
        return fetch(remote, path)
    shown = 0
    with progress(remote.name, math.ceil(remote.size / 1e6), "MB") as task:

        def received(count: int) -> None:
            nonlocal shown
            while shown < math.ceil(count / 1e6):
                task.advance()
                shown += 1

        return fetch(remote, path, received=received, say=say)


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            error.errno,
            f"cannot make the folder {str(folder)!r} ({error.strerror}); choose another with "
            "data_dir= (--data-dir) or TINYVISION_DATA",
        ) from error


def _from_archive(
    source: DataSource, archive: Remote, files: list[DataFile], folder: Path, say: Say
) -> None:
    path = folder / archive.name
    if not (path.is_file() and sha256_of(path) == archive.sha256):
        url = _fetch(archive, path, say)
        say(f"{path}: from {url}")
    _unpack(source, path, files, folder, say)
    path.unlink()  # each of its files has been verified by itself


def _unpack(
    source: DataSource, archive: Path, files: list[DataFile], folder: Path, say: Say
) -> None:
    by_name = {file.name: file for file in files}

    def done(path: Path) -> None:
        _installed(source, by_name[path.name], path, say, f"out of {archive.name}")

    extract(archive, source.folder, files, folder / source.folder, done)


def _copy(source: DataSource, files: list[DataFile], folder: Path, given: Path, say: Say) -> None:
    """Copy what is there and right; then complain about the rest."""
    if not given.is_dir():
        raise FileNotFoundError(f"{given}: no such folder to copy {source.name} from")
    absent, faults = [], []
    for file in files:
        found = [*variants(given / source.folder, file), *variants(given, file)]
        fault = ""
        for path in found:
            fault = _copy_verified(source, file, path, folder / source.folder / path.name, say)
            if not fault:
                break
            faults.append(f"{path}: {fault}")
        if fault or not found:
            absent.append(file)
    if not absent:
        return
    if source.archive is not None:
        archive = given / source.archive.name
        if archive.is_file():
            if sha256_of(archive) == source.archive.sha256:
                _unpack(source, archive, absent, folder, say)
                return
            faults.append(f"{archive}: its SHA-256 is not that of the published archive")
    names = ", ".join(file.name for file in absent)
    found_wrong = f" ({'; '.join(faults)})" if faults else ""
    raise FileNotFoundError(
        f"{given}: has no verified {names} of {source.name}{found_wrong}; "
        f"{len(files) - len(absent)} of {len(files)} files were copied"
    )


def _copy_verified(source: DataSource, file: DataFile, path: Path, goal: Path, say: Say) -> str:
    """Copy a file if it is right; else what is wrong with it."""
    fault = content_fault(path, file)
    if fault:
        return fault
    with path.open("rb") as original, replacing(goal) as copy:
        shutil.copyfileobj(original, copy)
        copy.flush()
        fault = content_fault(Path(copy.name), file)
        if fault:  # raised in here, it leaves no file behind
            raise ValueError(
                f"{path}: its copy {fault}; it changed meanwhile, or a disk is failing"
            )
    _installed(source, file, goal, say, f"from {path}")
    return ""


def _installed(source: DataSource, file: DataFile, path: Path, say: Say, origin: str) -> None:
    """A verified file is in place: say so, and clear away a wrong one that would be read first."""
    say(f"{path}: verified, {origin}")
    _clear([p for p in variants(path.parent, file) if p != path and content_fault(p, file)], say)


def _clear(wrong: list[Path], say: Say) -> None:
    for path in wrong:
        path.unlink()
        say(f"{path}: removed, as the right one is there")
