"""The data sets that can be asked for by name, in one table."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .cifar import read_cifar10
from .embedded import load_digits
from .folder import DATA_DIR_VARIABLE, data_folder
from .idx import read_idx

DIGIT_NAMES = tuple("0123456789")
FASHION_NAMES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
CIFAR10_NAMES = (
    "airplane", "automobile", "bird", "cat", "deer",
    "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

_PROPER_NAMES = {
    "digits": "Digits",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
}


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled images for training and testing, as the files have them.

    Attributes:
        name: the name in the table.
        train_images: uint8, (N, H, W) for grey and (N, 3, H, W) for colour pictures.
        train_labels: int64, (N,), an index into ``class_names``.
        test_images: like ``train_images``.
        test_labels: like ``train_labels``.
        class_names: one name for each label.
        max_value: the pixel value that means full brightness: 255, or 16 for the digits.
        mean: one number for each channel, over the training images divided by ``max_value``.
        std: likewise, the standard deviation.
        note: what a figure computed from this set has to mention beside it, or "".
    """

    name: str
    train_images: npt.NDArray[np.uint8] = field(repr=False)
    train_labels: npt.NDArray[np.int64] = field(repr=False)
    test_images: npt.NDArray[np.uint8] = field(repr=False)
    test_labels: npt.NDArray[np.int64] = field(repr=False)
    class_names: tuple[str, ...]
    max_value: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    note: str = ""

    @property
    def proper_name(self) -> str:
        """The name as one writes it in a text.

        >>> load_dataset("digits").proper_name
        'Digits'
        """
        return _PROPER_NAMES.get(self.name, self.name)


def load_dataset(name: str, data_dir: str | os.PathLike[str] | None = None) -> ImageSet:
    """Load a data set by name: ``digits``, ``mnist``, ``fashion-mnist`` or ``cifar10``.

    ``digits`` comes with the package. The others are read from these files of ``data_dir``, each
    plain or with ``.gz`` added to its name:

    - ``mnist/`` and ``fashion-mnist/``: ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
      ``t10k-images-idx3-ubyte``, ``t10k-labels-idx1-ubyte``;
    - ``cifar-10-batches-bin/``: ``data_batch_1.bin`` to ``data_batch_5.bin``, whichever are
      there, and ``test_batch.bin``; if ``batches.meta.txt`` is there, it names the classes.

    Args:
        name: one of :func:`dataset_names`.
        data_dir: the folder of the folders; by default the environment variable TINYVISION_DATA,
            or else where `tinyvision data get` puts them (:func:`data_folder`).

    Raises:
        ValueError: an unknown name, or files that are damaged or do not fit together.
        FileNotFoundError: the folder is not there, or something is missing from it.

    >>> digits = load_dataset("digits")
    >>> digits.train_images.shape, digits.test_images.shape
    ((1438, 8, 8), (359, 8, 8))
    >>> digits.max_value, len(digits.class_names)
    (16, 10)
    """
    if name not in _TABLE:
        near = difflib.get_close_matches(str(name).lower(), _TABLE, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"unknown data set {name!r}; {hint}there are {', '.join(map(repr, _TABLE))}"
        )
    return _TABLE[name](data_dir)


def dataset_names() -> tuple[str, ...]:
    """The names :func:`load_dataset` knows.

    >>> dataset_names()
    ('digits', 'mnist', 'fashion-mnist', 'cifar10')
    """
    return tuple(_TABLE)


def channel_stats(
    images: npt.NDArray[np.uint8], max_value: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of ``images / max_value``.

    Computed from how often each of the 256 values occurs, so the sums are exact, and no copy of
    the images in a wider type is made.

    Args:
        images: uint8, (N, H, W) for grey, or (N, C, H, W).
        max_value: the pixel value that stands for 1.

    >>> channel_stats(np.array([[[0, 10], [0, 10]]], dtype=np.uint8), max_value=10)
    ((0.5,), (0.5,))
    """
    if images.size == 0:
        raise ValueError(f"no pixels to take a mean of: images have shape {images.shape}")
    if images.ndim == 3:
        images = images[:, None]  # (N, H, W) -> (N, 1, H, W)
    values = np.arange(256) / max_value
    means, stds = [], []
    for channel in range(images.shape[1]):
        counts = np.zeros(256, dtype=np.int64)
        for image in range(0, len(images), 1000):  # bincount widens its input eight times
            counts += np.bincount(images[image : image + 1000, channel].ravel(), minlength=256)
        mean = float(counts @ values / counts.sum())
        means.append(mean)
        stds.append(float(np.sqrt(counts @ (values - mean) ** 2 / counts.sum())))
    return tuple(means), tuple(stds)


def _make(
    name: str,
    train: tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]],
    test: tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]],
    class_names: tuple[str, ...],
    max_value: int = 255,
    note: str = "",
) -> ImageSet:
    mean, std = channel_stats(train[0], max_value)
    return ImageSet(name, *train, *test, class_names, max_value, mean, std, note)


def _digits(data_dir: Any) -> ImageSet:
    return _make("digits", load_digits("train"), load_digits("test"), DIGIT_NAMES, max_value=16)


def _mnist(data_dir: str | os.PathLike[str] | None) -> ImageSet:
    folder = _folder(data_dir, "mnist", "mnist")
    return _make("mnist", _idx_pair(folder, "train"), _idx_pair(folder, "t10k"), DIGIT_NAMES)


def _fashion_mnist(data_dir: str | os.PathLike[str] | None) -> ImageSet:
    folder = _folder(data_dir, "fashion-mnist", "fashion-mnist")
    train, test = _idx_pair(folder, "train"), _idx_pair(folder, "t10k")
    return _make("fashion-mnist", train, test, FASHION_NAMES)


def _cifar10(data_dir: str | os.PathLike[str] | None) -> ImageSet:
    folder = _folder(data_dir, "cifar10", "cifar-10-batches-bin")
    names = [f"data_batch_{number}.bin" for number in range(1, 6)]
    found = [path for path in (_variant(folder, name) for name in names) if path is not None]
    if not found:
        raise _missing(folder, "any of data_batch_1.bin to data_batch_5.bin (or with .gz)")
    batches = [read_cifar10(path) for path in found]
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    test = read_cifar10(_require(folder, "test_batch.bin"))
    note = f"trained on {len(found)} of 5 batches ({len(images):,} images)"
    return _make("cifar10", (images, labels), test, _cifar10_names(folder), note=note)


def _cifar10_names(folder: Path) -> tuple[str, ...]:
    path = folder / "batches.meta.txt"
    if not path.exists():
        return CIFAR10_NAMES
    with path.open("rb") as file:
        text = file.read(4096).decode("ascii", errors="replace")  # the real one has 61 bytes
    names = tuple(text.split())
    if len(names) != 10:
        raise ValueError(
            f"{path}: names {len(names)} classes, expected 10, one a line; "
            "take the file of the CIFAR-10 archive, or remove it to get the usual names"
        )
    return names


def _idx_pair(folder: Path, part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    images_path = _require(folder, f"{part}-images-idx3-ubyte")
    labels_path = _require(folder, f"{part}-labels-idx1-ubyte")
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise ValueError(
            f"{images_path}: holds {images.dtype} of shape {images.shape}, expected uint8 of "
            "shape (N, 28, 28); the files may have been mixed up"
        )
    if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise ValueError(
            f"{labels_path}: holds {labels.dtype} labels of shape {labels.shape}, expected uint8 "
            f"of shape {images.shape[:1]}, one for each image of {images_path.name}; "
            "the files may have been mixed up"
        )
    if labels.max(initial=0) > 9:
        raise ValueError(
            f"{labels_path}: has a label {labels.max()}, expected 0 to 9; the file is damaged"
        )
    return images, labels.astype(np.int64)


def _folder(data_dir: str | os.PathLike[str] | None, name: str, inside: str) -> Path:
    folder = data_folder(data_dir) / inside
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder}: no such folder; download the set with `tinyvision data get {name}`, or "
            f"{_HOW_TO_POINT} ('digits' comes with the package and needs none)"
        )
    return folder


_HOW_TO_POINT = (
    "point to the folder that holds the data sets with data_dir= (--data-dir on the command line) "
    f"or the environment variable {DATA_DIR_VARIABLE}"
)


def _variant(folder: Path, name: str) -> Path | None:
    """The file of that name, or else the one with .gz added, or None."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.exists():
            return candidate
    return None


def _require(folder: Path, name: str) -> Path:
    path = _variant(folder, name)
    if path is None:
        raise _missing(folder, f"{name} or {name}.gz")
    return path


def _missing(folder: Path, what: str) -> FileNotFoundError:
    return FileNotFoundError(f"{folder}: does not contain {what}; {_HOW_TO_POINT}")


_TABLE: dict[str, Callable[[Any], ImageSet]] = {
    "digits": _digits,
    "mnist": _mnist,
    "fashion-mnist": _fashion_mnist,
    "cifar10": _cifar10,
}
