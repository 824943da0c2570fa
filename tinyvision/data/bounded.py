"""Reading a plain or gzip file without believing what it says about its own size.

A reader learns first how many bytes the file can hold at the very most, compares its header with
that number, and only then reads; it never unpacks more than it asked for.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"

# Deflate's best: a length and a distance cost at least one bit each and stand for at most 258
# bytes, so 8 bits give 4 x 258 (https://zlib.net/zlib_tech.html). No gzip file can hold more.
MOST_BYTES_PER_GZIP_BYTE = 1032

_CHUNK = 1 << 20


class BoundedReader:
    """The unpacked bytes of one open file.

    ``length`` is how many bytes there are, or None for gzip, whose own record of it (four bytes at
    its end) is modulo 2**32 and proves nothing. ``capacity`` is how many there can be at most.
    """

    def __init__(self, path: Path, file: BinaryIO, *, packed_size: int, packed: bool) -> None:
        self.path = path
        self.packed = packed
        self.length = None if packed else packed_size
        self.capacity = packed_size * MOST_BYTES_PER_GZIP_BYTE if packed else packed_size
        self._file = file

    def read(self, count: int) -> bytearray:
        """Read ``count`` bytes; fewer only where the file ends. Memory grows as bytes arrive."""
        data = bytearray()
        try:
            while len(data) < count:
                chunk = self._file.read(min(_CHUNK, count - len(data)))
                if not chunk:
                    break
                data += chunk
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(
                f"{self.path}: the gzip data are damaged after {len(data)} bytes of the {count} "
                f"asked for ({error}); fetch the file again and compare its checksum"
            ) from error
        return data


@contextmanager
def open_bounded(path: str | os.PathLike[str]) -> Iterator[BoundedReader]:
    """Open a plain or gzip file for bounded reading; the first two bytes tell which it is.

    Raises:
        FileNotFoundError: there is nothing at ``path``.
        OSError: what is there is not a regular file (opening a pipe would wait for ever).
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file; check the path and the spelling")
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "neither a file nor a folder"
        raise OSError(f"{path}: expected a file, found {kind}; give the path of the file itself")
    with path.open("rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                yield BoundedReader(path, unpacked, packed_size=size, packed=True)  # type: ignore[arg-type]
        else:
            yield BoundedReader(path, raw, packed_size=size, packed=False)
