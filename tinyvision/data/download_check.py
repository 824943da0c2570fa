"""Whether the files of a data set are there, and are the right ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .bounded import open_bounded
from .download_table import DataFile, DataSource

_CHUNK = 1 << 20


@dataclass(frozen=True)
class FileState:
    """What was found of one file.

    Attributes:
        name: the folder and the name, without ``.gz``.
        path: the file that is read, plain or gzip; None where there is none.
        fault: what is wrong with it, or "".
    """

    name: str
    path: Path | None
    fault: str = ""

    @property
    def verified(self) -> bool:
        """There, with the very bytes that were published."""
        return self.path is not None and not self.fault


def check_files(source: DataSource, folder: Path) -> list[FileState]:
    """The state of each file of a data set in ``folder``, the folder of the folders."""
    return [check_file(source, file, folder) for file in source.files]


def check_file(source: DataSource, file: DataFile, folder: Path) -> FileState:
    """The state of one file: of the plain one if there are two, as that is the one read."""
    path = next(variants(folder / source.folder, file), None)
    fault = "" if path is None else content_fault(path, file)
    return FileState(f"{source.folder}/{file.name}", path, fault)


def variants(folder: Path, file: DataFile) -> Iterator[Path]:
    """The plain file and the one with .gz added, whichever are there."""
    for path in (folder / file.name, folder / f"{file.name}.gz"):
        if path.exists():
            yield path


def content_fault(path: Path, file: DataFile) -> str:
    """What distinguishes the unpacked bytes of a file from those published, or ""."""
    digest, length = hashlib.sha256(), 0
    try:
        with open_bounded(path) as source:
            while length <= file.size:  # one byte too many is enough to know
                chunk = source.read(min(_CHUNK, file.size + 1 - length))
                if not chunk:
                    break
                digest.update(chunk)
                length += len(chunk)
    except (OSError, ValueError) as error:
        return " ".join(str(error).removeprefix(f"{path}: ").split())
    if length != file.size:
        held = f"more than {file.size:,}" if length > file.size else f"{length:,}"
        return f"holds {held} bytes (unpacked), expected {file.size:,}"
    if digest.hexdigest() != file.sha256:
        return f"its SHA-256 is {digest.hexdigest()[:12]}..., expected {file.sha256[:12]}..."
    return ""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
