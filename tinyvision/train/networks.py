"""The networks that can be trained by name: how each is built, fed, trained and drawn."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import from_numpy
from ..data import ImageSet, Normalize, to_3x32x32
from ..models import CNN, ViT
from .recipes import Recipe

Prepare = Callable[[np.ndarray], np.ndarray]


class Network(ABC):
    """One network: what the training run needs to know of it."""

    title: str
    inputs: str
    recipes: dict[str, Recipe]

    @abstractmethod
    def build(self, images: ImageSet) -> Any:
        """A fresh model for a data set."""

    def settings(self, images: ImageSet) -> dict[str, Any]:
        """What weights alone do not tell of the model: its keyword arguments, none as a rule."""
        return {}

    @abstractmethod
    def prepare(self, images: ImageSet) -> Prepare:
        """How pixels as the file has them become what the network sees, (N, C, H, W) float32."""

    @abstractmethod
    def figures(self, model: Any, images: ImageSet, inputs: np.ndarray) -> dict[str, Any]:
        """What this network lets one look at: file names and figures."""


class ArticleCNN(Network):
    """The article's convolutional network; every image is brought to 3 x 32 x 32."""

    title = "the article's CNN"
    inputs = (
        "every image is brought to 3 × 32 × 32: 8 × 8 enlarged four times, 28 × 28 framed by two "
        "pixels, grey repeated"
    )
    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(epochs=25, batch_size=32, lr=0.02, shift=3),
        "mnist": Recipe(epochs=2, batch_size=64, lr=0.05),
        "fashion-mnist": Recipe(epochs=1, batch_size=64, lr=0.05),
        "cifar10": Recipe(epochs=10, batch_size=64, lr=0.05, shift=2, flip=True),
    }

    def build(self, images: ImageSet) -> CNN:
        """The network, which is the same for all."""
        return CNN()

    def prepare(self, images: ImageSet) -> Prepare:
        """To 3 x 32 x 32, mean 0 and deviation 1."""
        normalize = Normalize(images.mean, images.std)
        return lambda pixels: normalize(to_3x32x32(pixels, images.max_value))

    def figures(self, model: CNN, images: ImageSet, inputs: np.ndarray) -> dict[str, Any]:
        """First-layer filters, and the feature maps of the first held-out image."""
        from .. import viz

        shown = images.test_images[0] / images.max_value
        stages, given = feature_maps(model, inputs[0]), inputs[0].shape
        return {
            "filters.png": viz.filters(model.conv1.weight),
            "feature_maps.png": viz.feature_maps(shown, stages, given=given),
        }


def feature_maps(model: CNN, image: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What becomes of one image (3, 32, 32) behind each step: (name, (C, H, W)) each."""
    stages: list[np.ndarray] = []
    hooks = [
        part.register_forward_hook(lambda _module, _args, out: stages.append(out.numpy()[0]))
        for part in (model.conv1, model.pool, model.conv2)
    ]
    try:
        with no_grad():
            model(from_numpy(image[None]))
    finally:
        for hook in hooks:
            hook.remove()
    first, first_pool, second, second_pool = stages
    # The network takes the ReLU behind the pooling, by a function that no hook sees.
    return [
        ("conv1", first),
        ("pool, ReLU", np.maximum(first_pool, 0)),
        ("conv2", second),
        ("pool, ReLU", np.maximum(second_pool, 0)),
    ]


class SmallViT(Network):
    """A small Vision Transformer, on images as they are."""

    title = "a small Vision Transformer"
    inputs = "images as they are, cut into patches"
    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(80, 32, 3e-3, shift=1, weight_decay=0.05, adaptive=True),
        "mnist": Recipe(4, 64, 2e-3, shift=2, weight_decay=0.05, adaptive=True),
        "fashion-mnist": Recipe(6, 64, 2e-3, weight_decay=0.05, adaptive=True),
        "cifar10": Recipe(20, 64, 1e-3, shift=2, flip=True, weight_decay=0.05, adaptive=True),
    }
    patch_sizes = {8: 2, 28: 7, 32: 4}  # noqa: RUF012  a table, never written to

    def settings(self, images: ImageSet) -> dict[str, Any]:
        """Three layers of four heads on 64 features."""
        size = images.train_images.shape[-1]
        return {
            "image_size": size,
            "patch_size": self.patch_sizes[size],
            "num_classes": len(images.class_names),
            "dim": 64,
            "depth": 3,
            "heads": 4,
            "dim_head": 16,
            "mlp_dim": 128,
            "channels": len(images.mean),
            "pool": "cls",
            # A patch of four pixels that is normalised by itself no longer knows how bright it was.
            "patch_norm": False,
            "qkv_bias": True,
        }

    def build(self, images: ImageSet) -> ViT:
        """A model of these settings, its positions small at first."""
        model = ViT(**self.settings(images))
        # Positions that start as large as the patches drown them for many epochs.
        for start in (model.pos_embedding, model.cls_token):
            nn.init.trunc_normal_(start, std=0.02)
        return model

    def prepare(self, images: ImageSet) -> Prepare:
        """With a channel axis, mean 0 and deviation 1."""
        normalize = Normalize(images.mean, images.std)

        def prepared(pixels: np.ndarray) -> np.ndarray:
            scaled = pixels.astype(np.float32) / images.max_value
            return normalize(scaled if scaled.ndim == 4 else scaled[:, None])

        return prepared

    def figures(self, model: ViT, images: ImageSet, inputs: np.ndarray) -> dict[str, Any]:
        """Patches, where the class token looks in the last layer, rollout, similar positions."""
        from .. import viz

        shown = images.test_images[0] / images.max_value
        layers = [weights[0] for weights in model.attention(from_numpy(inputs[:1]))]
        return {
            "patches.png": viz.patch_grid(shown, model.patch_size),
            "attention.png": viz.attention_maps(shown, layers[-1], model.patch_size),
            "rollout.png": viz.rollout(shown, layers, model.patch_size),
            "positions.png": viz.position_similarity(model.pos_embedding, model.grid),
        }


NETWORKS: dict[str, Network] = {"cnn": ArticleCNN(), "vit": SmallViT()}


def network(name: str) -> Network:
    """A network by name.

    Raises:
        ValueError: an unknown name.

    >>> network("cnn").title
    "the article's CNN"
    """
    if name not in NETWORKS:
        close = difflib.get_close_matches(name, NETWORKS, n=1)
        raise ValueError(
            f"unknown network {name!r}; {f'did you mean {close[0]!r}? ' if close else ''}"
            f"there are {', '.join(NETWORKS)}"
        )
    return NETWORKS[name]
