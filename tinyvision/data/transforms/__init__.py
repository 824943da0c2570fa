"""Transforms of images held in NumPy arrays: one image (C, H, W) or a batch (N, C, H, W).

Those of `mix.py` take a batch and its labels.
"""

from .augment import RandomCrop, RandomHorizontalFlip, RandomTransform
from .cnn import ToCNNInput, to_3x32x32
from .compose import Compose
from .fixed import Normalize, Pad, ToFloat
from .mix import CutMix, MixUp, RandomChoice

__all__ = [
    "Compose",
    "ToFloat", "Normalize", "Pad",
    "RandomTransform", "RandomCrop", "RandomHorizontalFlip",
    "MixUp", "CutMix", "RandomChoice",
    "ToCNNInput", "to_3x32x32",
]  # fmt: skip
