"""Training a classifier: networks, recipes, the loop, progress, and what is written about it."""

from .loop import Epoch, evaluate, fit
from .networks import NETWORKS, Network, network
from .progress import show_progress
from .recipes import Recipe, warm_up_and_cosine
from .run import Outcome, train

__all__ = [
    "train", "Outcome", "fit", "evaluate", "Epoch", "show_progress",
    "Network", "NETWORKS", "network", "Recipe", "warm_up_and_cosine",
]  # fmt: skip
