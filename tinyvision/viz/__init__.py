"""Figures that explain: what a network was given, what it does with it, how well it learns.

Every function takes arrays (or anything that NumPy makes an array of, or tensors) and returns a
`matplotlib.figure.Figure` made without pyplot. `save_figure` writes it to a file; a notebook shows
it, after `%matplotlib inline`, when it is the last line of a cell.
"""

from .attention_maps import attention_maps
from .attention_strip import attention_steps
from .bars import bars
from .confusion import confusion, confusion_matrix
from .convolution import sliding_window
from .curves import training_curves
from .descent import descent_paths
from .embedding_filters import embedding_filters
from .explanation import explanation
from .feature_maps import feature_maps
from .filters import filters
from .graph import computation_graph
from .label_curve import label_curve
from .lines import lines
from .matrices import matrices
from .mistakes import hardest_mistakes, most_wrong
from .patch_grid import patch_grid
from .position_similarity import position_similarity
from .reconstruction import reconstructions
from .rollout import attention_rollout, rollout
from .save import save_figure
from .window_frames import window_frames

__all__ = [
    "training_curves",
    "label_curve",
    "filters",
    "feature_maps",
    "confusion_matrix",
    "confusion",
    "hardest_mistakes",
    "most_wrong",
    "sliding_window",
    "computation_graph",
    "attention_steps",
    "patch_grid",
    "embedding_filters",
    "position_similarity",
    "attention_maps",
    "attention_rollout",
    "reconstructions",
    "rollout",
    "explanation",
    "matrices",
    "window_frames",
    "lines",
    "descent_paths",
    "bars",
    "save_figure",
]
