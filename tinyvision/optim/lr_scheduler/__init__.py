"""Schedules: how the learning rate changes from epoch to epoch.

Each schedule but :class:`ReduceLROnPlateau` says the rate of an epoch in closed form (`rate`), so a
schedule that is resumed or asked out of order gives the same rates. Call ``step()`` after the
optimiser's, once an epoch (or once a batch, if it counts batches). To use several at once, give
them to :class:`ChainedScheduler`: of several that are stepped by themselves the last one decides.
"""

from .base import LRScheduler
from .combined import ChainedScheduler, SequentialLR
from .cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from .cycles import CyclicLR, OneCycleLR
from .factors import (
    ConstantLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from .plateau import ReduceLROnPlateau

__all__ = [
    "LRScheduler", "LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ExponentialLR",
    "LinearLR", "ConstantLR", "PolynomialLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts",
    "CyclicLR", "OneCycleLR", "ReduceLROnPlateau", "SequentialLR", "ChainedScheduler",
]  # fmt: skip
