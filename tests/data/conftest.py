"""Writers of the file formats, apart from the package's readers, and the folder of real data."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

TYPE_CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array):
    """An IDX file in memory, written from the format's description with struct alone."""
    code = array.dtype.str[1:]
    header = struct.pack(">HBB", 0, TYPE_CODES[code], array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    letter = {"u1": "B", "i1": "b", "i2": "h", "i4": "i", "f4": "f", "f8": "d"}[code]
    return header + struct.pack(f">{array.size}{letter}", *array.ravel().tolist())


def cifar_bytes(images, labels):
    """A CIFAR-10 batch in memory, record by record."""
    pairs = zip(images, labels, strict=True)
    return b"".join(bytes([label]) + image.tobytes() for image, label in pairs)


@pytest.fixture(scope="session", name="idx_bytes")
def _idx_bytes():
    return idx_bytes


@pytest.fixture(scope="session", name="cifar_bytes")
def _cifar_bytes():
    return cifar_bytes


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """A function that writes bytes to a file and gives its path: one file, used again and again."""
    path = tmp_path_factory.mktemp("scratch") / "some-file"

    def write(content, packed=False):
        path.write_bytes(gzip.compress(content, compresslevel=1) if packed else content)
        return path

    return write


@pytest.fixture(scope="session")
def bomb():
    """A few kilobytes of gzip that start with the bytes given and unpack to 64 MiB."""

    def make(start):
        return gzip.compress(start + bytes(64 << 20), compresslevel=1)

    return make


@pytest.fixture
def data_dir(tmp_path):
    """A folder of small data sets of the right shapes: 6 training and 4 test images each."""
    rng = np.random.default_rng(0)

    def pixels(*shape):
        return rng.integers(0, 256, shape, dtype=np.uint8)

    for name in ("mnist", "fashion-mnist"):
        folder = tmp_path / name
        folder.mkdir()
        for part, count in (("train", 6), ("t10k", 4)):
            images, labels = pixels(count, 28, 28), np.arange(count, dtype=np.uint8)
            (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(images))
            packed = gzip.compress(idx_bytes(labels))
            (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(packed)
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    for number in (1, 5):
        batch = cifar_bytes(pixels(3, 3, 32, 32), [number, 0, 9])
        (folder / f"data_batch_{number}.bin").write_bytes(batch)
    packed = gzip.compress(cifar_bytes(pixels(4, 3, 32, 32), [0, 1, 2, 3]))
    (folder / "test_batch.bin.gz").write_bytes(packed)
    return tmp_path


@pytest.fixture(scope="session")
def real_data():
    """The folder of the real data sets, where there is one."""
    given = os.environ.get("TINYVISION_DATA")
    if not given:
        pytest.skip("TINYVISION_DATA does not point to a folder of data sets")
    return Path(given)
