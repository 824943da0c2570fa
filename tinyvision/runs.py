"""A folder that a training wrote, read again: the network, and the images it is for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .classify import Classifier, load_classifier
from .data import ImageSet, load_dataset
from .interop.configs import read_json, read_statistics
from .models import CNN
from .train.networks import NETWORKS

WEIGHTS = "weights.npz"
_STATISTICS = "preprocessor_config.json"


@dataclass(frozen=True)
class Run:
    """What `tinyvision train` left behind.

    Attributes:
        folder: where it lies.
        metrics: what it wrote about itself: its network, data, seed, recipe.
        classifier: the network, in evaluation mode, and the names of its classes.
    """

    folder: Path
    metrics: dict[str, Any]
    classifier: Classifier

    @property
    def model(self) -> Any:
        """The network."""
        return self.classifier.model

    @property
    def data(self) -> str:
        """The name of the images it was trained on."""
        return str(self.metrics.get("data", "digits"))

    def images(
        self, name: str | None = None, data_dir: str | os.PathLike[str] | None = None
    ) -> ImageSet:
        """A data set, with the mean and deviation that the network is used to.

        Args:
            name: of the data set; that of the training if not given.
            data_dir: where the data sets are.

        Raises:
            ValueError: an unknown name, another number of classes or size of images.
            OSError: it is not there.
        """
        images = load_dataset(name or self.data, data_dir)
        have, want = len(images.class_names), len(self.classifier.labels)
        if have != want:
            raise ValueError(
                f"{images.name} has {have} classes, the network of {self.folder} {want}"
            )
        self._check_size(images)
        if images.name == self.data and not (self.folder / _STATISTICS).is_file():
            return images
        mean, std = self.statistics(data_dir)
        return replace(images, mean=mean, std=std)

    def inputs(self, images: ImageSet, pixels: np.ndarray) -> np.ndarray:
        """Pixels as a data set has them, as the network takes them: (N, C, H, W)."""
        kind = "cnn" if isinstance(self.model, CNN) else "vit"
        return NETWORKS[kind].prepare(images)(pixels)

    def _check_size(self, images: ImageSet) -> None:
        if isinstance(self.model, CNN):
            return  # any image is brought to its size
        shape = images.test_images.shape[1:]
        shape = shape if len(shape) == 3 else (1, *shape)
        wanted = (self.model.channels, *self.model.image_size)
        if shape != wanted:
            raise ValueError(
                f"the network of {self.folder} takes images of shape {wanted}, and those of "
                f"{images.name} are {shape}"
            )

    def statistics(
        self, data_dir: str | os.PathLike[str] | None = None
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Mean and deviation of each channel of what it was trained on.

        Raises:
            ValueError: what lies beside the weights is damaged.
            OSError: it lies nowhere, nor are the images there.
        """
        path = self.folder / _STATISTICS
        if path.is_file():
            return read_statistics(path)
        trained = load_dataset(self.data, data_dir)
        return trained.mean, trained.std


def load_run(folder: str | os.PathLike[str]) -> Run:
    """Read a run.

    Raises:
        OSError: there is no such folder, or no weights in it.
        ValueError: what lies there is damaged, or no classifier.
    """
    path = Path(folder)
    if not path.is_dir():
        raise FileNotFoundError(f"no run {str(folder)!r}: there is no such folder")
    for name in (WEIGHTS, "metrics.json"):
        if not (path / name).is_file():
            raise FileNotFoundError(
                f"{folder} holds no {name}; a run is a folder that `tinyvision train` wrote to its "
                "end"
            )
    metrics = read_json(path / "metrics.json")
    return Run(path, metrics, load_classifier(path / WEIGHTS))
