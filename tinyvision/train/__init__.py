"""Training a classifier: recipe, loop, progress, and what is written about it."""

from .loop import Epoch, evaluate, fit
from .progress import show_progress
from .recipes import Recipe, recipe_for
from .run import Outcome, train_cnn

__all__ = ["Epoch", "fit", "evaluate", "show_progress", "Recipe", "recipe_for", "Outcome",
           "train_cnn"]  # fmt: skip
