"""Unpacking an archive that is trusted in nothing: not in its names, its sizes, nor its contents.

Only the files asked for are ever written, to names of our own making. An archive that holds a name
leading elsewhere, a link, a device or more than it should is refused as a whole all the same: it
is not the one that was published.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from ..files import replacing
from .download_table import DataFile

MOST_MEMBERS = 1000
MOST_BYTES = 1 << 30
_CHUNK = 1 << 20


def extract(
    archive: Path,
    inside: str,
    files: Iterable[DataFile],
    folder: Path,
    done: Callable[[Path], None],
) -> None:
    """Write the files of an archive's folder ``inside`` to ``folder``, each whole or not at all.

    Args:
        archive: a .tar.gz file.
        inside: the folder in the archive.
        files: those wanted; the archive's others are passed over.
        folder: where they go.
        done: is called with the path of each file that is written.

    Raises:
        ValueError: a member that leads out of the archive's folder, is a link or a device, or
            is not what it should be; members missing; damaged gzip.
    """
    wanted = {f"{inside}/{file.name}": file for file in files}
    total = 0
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for count, member in enumerate(tar, 1):
                total += member.size
                _refuse(archive, member, count, total)
                file = wanted.pop(str(PurePosixPath(member.name)), None)
                if file is not None:
                    path = folder / file.name
                    _write(archive, tar, member, file, path)
                    done(path)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{archive}: not a whole .tar.gz archive ({error})") from error
    if wanted:
        raise ValueError(f"{archive}: does not contain {', '.join(wanted)}")


def _refuse(archive: Path, member: tarfile.TarInfo, count: int, total: int) -> None:
    """Raise unless it is a plain file or folder below the archive's own root."""
    name = member.name.replace("\\", "/")
    leads_out = ".." in name.split("/") or name.startswith("/") or ":" in name or "\0" in name
    if leads_out:
        what = "leads out of the archive's folder"
    elif not (member.isreg() or member.isdir()):
        what = "is neither a file nor a folder (a link or a device)"
    elif count > MOST_MEMBERS:
        what = f"is one more than the {MOST_MEMBERS} an archive may hold"
    elif member.size < 0 or total > MOST_BYTES:
        what = f"takes the archive past the {MOST_BYTES:,} bytes it may unpack to"
    else:
        return
    raise ValueError(f"{archive}: refused, its member {member.name!r} {what}")


def _write(
    archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, file: DataFile, path: Path
) -> None:
    stream = tar.extractfile(member) if member.size == file.size else None
    if stream is None:
        raise ValueError(
            f"{archive}: {member.name!r} has {member.size:,} bytes, expected {file.size:,}"
        )
    digest = hashlib.sha256()
    with stream, replacing(path) as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
        if digest.hexdigest() != file.sha256:  # raised in here, it leaves no file behind
            raise ValueError(
                f"{archive}: {member.name!r} has the SHA-256 {digest.hexdigest()}, "
                f"expected {file.sha256}"
            )
