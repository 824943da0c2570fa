"""The IDX format of MNIST and Fashion-MNIST: one array of any rank, big-endian.

    00 00            always zero
    tt               element type, see ELEMENT_TYPES
    nn               number of dimensions
    4 bytes each     the dimensions, unsigned, big-endian
    the elements     last dimension fastest, big-endian

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section
"The IDX file format".
"""

from __future__ import annotations

import math
import os
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from .bounded import BoundedReader, open_bounded

ELEMENT_TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}

MAX_BYTES = 1 << 30  # 1 GiB: over twenty times MNIST's training images

_MAX_RANK = 64  # NumPy's own limit


def read_idx(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> npt.NDArray[Any]:
    """Read an IDX file, plain or gzip, into a new array of native byte order.

    The header is checked against the size of the file before anything is allocated. A gzip file
    does not tell its unpacked size, so its header is held against the most that deflate can pack
    into that many bytes, and reading stops one byte after the declared end.

    Args:
        path: the file; gzip is recognised by content, whatever the name.
        max_bytes: refuse a header that declares more bytes of elements than this.

    Raises:
        ValueError: not IDX, or the header and the length of the file disagree, or damaged gzip.
        OSError: nothing to read there, or not a regular file.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "labels-idx1-ubyte"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    with open_bounded(path) as source:
        dtype, shape = _read_header(source)
        elements = math.prod(shape)  # Python ints: no overflow
        declared = elements * dtype.itemsize
        expected = 4 + 4 * len(shape) + declared
        what = f"{source.path}: the IDX header declares shape {shape} of {dtype.name}"
        # NumPy refuses huge extents even in an array of no elements, so zeros count as ones here.
        extent = math.prod(size or 1 for size in shape) * dtype.itemsize
        if extent > max_bytes:
            raise ValueError(
                f"{what}, {extent} bytes, more than max_bytes={max_bytes}; "
                "the header is damaged, or pass a larger max_bytes"
            )
        if source.packed and expected > source.capacity:
            raise ValueError(_mismatch(what, expected, f"at most {source.capacity}"))
        if not source.packed and expected != source.length:
            raise ValueError(_mismatch(what, expected, source.length))
        data = source.read(declared + 1)  # one more byte shows whether anything follows
    if len(data) > declared:
        raise ValueError(_mismatch(what, expected, f"{expected + 1} or more"))
    if len(data) < declared:
        raise ValueError(_mismatch(what, expected, expected - declared + len(data)))
    flat = np.frombuffer(data, dtype=dtype, count=elements)
    return flat.reshape(shape).astype(dtype.newbyteorder("="), copy=False)  # (E,) -> shape


def _mismatch(what: str, expected: int, held: object) -> str:
    return (
        f"{what}, {expected} bytes in all, but the file holds {held} (unpacked); "
        "it is truncated or damaged: fetch it again and compare its checksum"
    )


def _read_header(source: BoundedReader) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = bytes(source.read(4))
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in ELEMENT_TYPES:
        known = ", ".join(f"{code:02x}" for code in ELEMENT_TYPES)
        raise ValueError(
            f"{source.path}: starts with {magic.hex(' ') or 'nothing'}, expected an IDX header: "
            f"00 00, an element type ({known}), the number of dimensions; "
            "this is another kind of file, or a damaged one"
        )
    rank = magic[3]
    if rank > _MAX_RANK:
        raise ValueError(
            f"{source.path}: the IDX header declares {rank} dimensions, at most {_MAX_RANK} can "
            "be read; the file is damaged: fetch it again and compare its checksum"
        )
    sizes = source.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise ValueError(
            f"{source.path}: the IDX header declares {rank} dimensions, {4 * rank} bytes, but "
            f"{len(sizes)} follow; the file is truncated: fetch it again"
        )
    return ELEMENT_TYPES[magic[2]], struct.unpack(f">{rank}I", sizes)
