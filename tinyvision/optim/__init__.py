"""Optimisers and learning-rate schedules, by the names of `torch.optim`."""

from typing import TYPE_CHECKING

from ..absent import teller as _teller
from . import lr_scheduler
from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .adamax import Adamax
from .nadam import NAdam
from .optimizer import Optimizer
from .radam import RAdam
from .rmsprop import RMSprop
from .sgd import SGD

__all__ = [
    "Optimizer", "SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam",
    "RMSprop", "Adagrad", "Adadelta", "lr_scheduler",
]  # fmt: skip

if not TYPE_CHECKING:  # asked only for what is not there
    __getattr__ = _teller("optim", __name__)
