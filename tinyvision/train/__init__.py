"""Training: tasks, networks and recipes by name, the loop, checkpoints, and what a run leaves."""

from ..interrupt import Interrupted
from .batches import Batches
from .checkpoint import load_checkpoint, save_checkpoint
from .checkpoints import Checkpoints
from .few_labels import few_labels
from .finetuning import finetune
from .label_curve import LabelCurve, label_curve
from .layer_groups import decay_groups, freeze, layer_groups
from .loop import Epoch, Training
from .masked import MaskedPatches
from .networks import NETWORKS, Network, network
from .pretraining import Pretrained, load_pretrained, pretrain
from .probing import linear_probe, probe
from .progress import show_progress
from .recipes import Recipe, warm_up_and_cosine
from .resumable import Resumable
from .run import Outcome, train
from .task import Classification, Task, evaluate

__all__ = [
    "train", "Outcome", "Training", "Epoch", "Batches", "evaluate",
    "Task", "Classification", "MaskedPatches",
    "pretrain", "Pretrained", "load_pretrained", "finetune", "probe", "linear_probe", "few_labels",
    "label_curve", "LabelCurve",
    "layer_groups", "decay_groups", "freeze",
    "save_checkpoint", "load_checkpoint", "Checkpoints", "Resumable", "Interrupted",
    "show_progress", "Network", "NETWORKS", "network", "Recipe", "warm_up_and_cosine",
]  # fmt: skip
