"""The one data set that comes with the package: 1,797 handwritten digits of 8 x 8 pixels."""

from __future__ import annotations

import gzip
import hashlib
import io
from importlib import resources

import numpy as np
import numpy.typing as npt

DIGITS_SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"

SPLITS = ("all", "train", "test")


def load_digits(split: str = "all") -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The UCI optical digits, from the package itself.

    The split is fixed: within each digit, in the order of the file, the third of every five images
    is held out. It depends on no random numbers, so a test accuracy means the same everywhere.

    ======= ====== ===============================================
    split   images of each digit, 0 to 9
    ======= ====== ===============================================
    all     1797   178 182 177 183 181 182 181 179 174 180
    train   1438   142 146 142 146 145 146 145 143 139 144
    test    359    36 36 35 37 36 36 36 36 35 36
    ======= ====== ===============================================

    The same 13 people wrote both parts, so the test tells about new digits, not about new hands.

    Args:
        split: ``"all"``, ``"train"`` or ``"test"``.

    Returns:
        images of shape (N, 8, 8), uint8, 0 (background) to 16: how many pixels are set in a
        4 x 4 cell of the 32 x 32 original; labels of shape (N,), int64, 0 to 9.

    Raises:
        ValueError: an unknown split.
        OSError: the file in the package is missing or is not the one that belongs there.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998, doi:10.24432/C50P49; CC BY 4.0.

    >>> images, labels = load_digits("test")
    >>> images.shape, int(images.max()), labels.shape
    ((359, 8, 8), 16, (359,))
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(map(repr, SPLITS))}; got {split!r}")
    table = np.loadtxt(io.BytesIO(_digits_csv()), delimiter=",", dtype=np.int64)  # (N, 65)
    images = table[:, :64].astype(np.uint8).reshape(-1, 8, 8)  # (N, 64) -> (N, 8, 8)
    labels = table[:, 64].copy()
    if split == "all":
        return images, labels
    chosen = _held_out(labels) == (split == "test")
    return images[chosen], labels[chosen]


def _held_out(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mark the third of every five images of each class. The third, because that way the rounding
    within the classes comes out nearest to a fifth of the whole."""
    place = np.empty_like(labels)  # how many of the same class come before
    for label in range(10):
        members = labels == label
        place[members] = np.arange(np.count_nonzero(members))
    return place % 5 == 2


def _digits_csv() -> bytes:
    file = resources.files("tinyvision.data") / "digits" / "digits.csv.gz"
    packed = file.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != DIGITS_SHA256:
        raise OSError(
            f"{file}: sha256 is {found}, expected {DIGITS_SHA256}; "
            "the file was changed: install the package again"
        )
    return gzip.decompress(packed)
