"""Checkpoints: an npz file, as ``tv.save`` writes it, that knows its own checksum.

The SHA-256 of all bytes before it stands at the very end, as the comment of the zip archive: so the
file is an ordinary npz, and there is no bit of it that could change unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import IO, Any

from ..files import replacing
from ..serialization import arrays_of, load, write_arrays

_MARK = b"sha256:"
_DIGITS = 64
_CHUNK = 1 << 20


def save_checkpoint(state: Any, path: str | os.PathLike[str]) -> Path:
    """Write what ``tv.save`` can write, with a checksum: completely, or not at all.

    Missing folders are created. The file is written beside its final place, forced to disk and
    renamed; whatever stood there before stays intact if anything fails, a full disk or the
    sudden end of the process included.

    Args:
        state: dictionaries, lists and tuples of tensors, arrays, numbers, strings and None.
        path: the file.

    Returns:
        The path.

    Raises:
        TypeError: something that is not among these.
        OSError: the folder cannot be written to, or is full.

    >>> import tempfile, tinyvision as tv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_checkpoint({"step": 3, "weight": tv.ones(2)}, f"{folder}/step-3.npz")
    ...     load_checkpoint(path)
    {'step': 3, 'weight': tensor([1., 1.])}
    """
    path = Path(path)
    arrays = arrays_of(state, path)
    with replacing(path) as file:
        write_arrays(arrays, file, comment=_MARK + b"0" * _DIGITS)
        size = file.tell()
        digest = _checksum(file, size - _DIGITS)
        file.seek(size - _DIGITS)
        file.write(digest)
    return path


def load_checkpoint(path: str | os.PathLike[str]) -> Any:
    """Read what :func:`save_checkpoint` wrote, if each bit is as it was written.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged, cut off, or no checkpoint; the message names the damaged entry.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint {path} to load; check the path")
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        end = len(_MARK) + _DIGITS
        file.seek(max(size - end, 0))
        tail = file.read(end)
        if not tail.startswith(_MARK) or len(tail) < end:
            raise ValueError(
                f"cannot load {path}: it does not end in a checksum, so it is cut off, damaged or "
                "no checkpoint; use another one"
            )
        if _checksum(file, size - _DIGITS) != tail.removeprefix(_MARK):
            raise ValueError(
                f"cannot load {path}: its checksum does not fit, {_damage(path)}; use another "
                "checkpoint"
            )
    return load(path)


def _checksum(file: IO[bytes], size: int) -> bytes:
    """The SHA-256 of the first `size` bytes, in hexadecimal digits."""
    file.seek(0)
    sha256 = hashlib.sha256()
    while size > 0:
        chunk = file.read(min(size, _CHUNK))
        if not chunk:
            break
        sha256.update(chunk)
        size -= len(chunk)
    return sha256.hexdigest().encode()


def _damage(path: Path) -> str:
    """Where a file is damaged, as far as the archive's own sums can tell."""
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.testzip()
    except Exception:  # a damaged table of contents makes zipfile raise many kinds
        return "its table of contents is damaged"
    if entry is None:
        return "its arrays seem whole but not what stands between them"
    return f"the entry {entry.removesuffix('.npy')!r} is damaged"
