"""CIFAR-10, binary version: records of one label byte and 3 x 32 x 32 pixel bytes, no header.

Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report,
University of Toronto, 2009; https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt

from .bounded import open_bounded

RECORD_BYTES = 1 + 3 * 32 * 32
MAX_IMAGES = 60_000  # all of CIFAR-10 in one file


def read_cifar10(
    path: str | os.PathLike[str], *, max_images: int = MAX_IMAGES
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Read one CIFAR-10 batch, plain or gzip.

    Without a header, the length is all there is to check: whole records of 3073 bytes, labels from
    0 to 9. Reading stops one byte after ``max_images`` records, whatever a gzip file would unpack
    to.

    Returns:
        images of shape (N, 3, 32, 32), uint8, channels red, green, blue;
        labels of shape (N,), int64, from 0 to 9.

    Raises:
        ValueError: not whole records, a label above 9, more than ``max_images``, damaged gzip.
        OSError: nothing to read there, or not a regular file.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "data_batch_1.bin"
    ...     _ = path.write_bytes(bytes([6]) + bytes(3072) + bytes([9]) + bytes(3072))
    ...     images, labels = read_cifar10(path)
    >>> images.shape, labels
    ((2, 3, 32, 32), array([6, 9]))
    """
    limit = max_images * RECORD_BYTES
    with open_bounded(path) as source:
        # A plain file tells its length before it is read; a gzip file only by being read.
        data = bytearray() if (source.length or 0) > limit else source.read(limit + 1)
        length = len(data) if source.length is None else source.length
    if length > limit:
        held = f"more than {limit}" if source.length is None else length
        raise ValueError(
            f"{source.path}: holds {held} bytes, at most {limit} are read ({max_images} images "
            f"of {RECORD_BYTES} bytes); this is not a CIFAR-10 batch, or pass a larger max_images"
        )
    if length == 0 or length % RECORD_BYTES:
        raise ValueError(
            f"{source.path}: holds {length} bytes, expected whole records of {RECORD_BYTES} "
            f"({length % RECORD_BYTES} bytes are left over); the file is truncated or is not the "
            "binary version of CIFAR-10: fetch it again"
        )
    records = np.frombuffer(data, np.uint8).reshape(-1, RECORD_BYTES)  # (B,) -> (N, 3073)
    labels = records[:, 0].astype(np.int64)
    if labels.max() > 9:
        first = int(np.argmax(labels > 9))
        raise ValueError(
            f"{source.path}: record {first} has label {labels[first]}, expected 0 to 9; the file "
            "is damaged or is not the binary version of CIFAR-10 (CIFAR-100 has other records)"
        )
    images = records[:, 1:].reshape(-1, 3, 32, 32)  # (N, 3072) -> (N, 3, 32, 32)
    return images, labels
