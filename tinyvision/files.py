"""Writing files: all of one, or nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a temporary file that takes the place of `path` when the block ends without an error.

    Missing folders are created. The file, which can be read as well, is forced to disk before it is
    renamed, and its folder afterwards; whatever goes wrong before, a file that was there stays as
    it was.

    Raises:
        OSError: the folder cannot be created or written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(f"{folder}/new/greeting.txt") as file:
    ...         _ = file.write(b"hello")
    ...     Path(folder, "new", "greeting.txt").read_text()
    'hello'
    """
    path = Path(path)
    # Opened by ourselves rather than by `tempfile`, whose files nobody else may read.
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        force_folder(path.parent)
    except OSError as error:
        # OSError picks its own subclass, such as PermissionError, from the number.
        raise OSError(
            error.errno,
            f"cannot write {path.name!r} into the folder {str(path.parent.absolute())!r} "
            f"({error.strerror or error}): choose a folder that you may write to and that has "
            "space left",
        ) from error
    finally:
        with suppress(OSError):  # gone after os.replace, or never made
            temporary.unlink()


def force_folder(folder: str | os.PathLike[str]) -> None:
    """Force to disk which names a folder holds: else a power cut may undo a renaming."""
    if os.name != "posix":  # elsewhere a folder cannot be opened, nor need it be
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that cannot
            raise
    finally:
        os.close(handle)
