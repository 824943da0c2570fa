"""Cases of layers: normalisation."""

from ... import nn
from ..layer import IMAGES, ROWS, Layer

RUNNING = {"running_mean": (4,), "running_var": (4,), "num_batches_tracked": ()}

LAYERS = [
    Layer(
        lambda: nn.BatchNorm2d(4),
        IMAGES,
        "BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
        {"weight": (4,), "bias": (4,), **RUNNING},
    ),
    Layer(
        lambda: nn.BatchNorm1d(3, momentum=None, track_running_stats=False),
        ROWS,
        "BatchNorm1d(3, eps=1e-05, momentum=None, affine=True, bias=True, "
        "track_running_stats=False)",
        {"weight": (3,), "bias": (3,)},
    ),
    Layer(
        lambda: nn.BatchNorm1d(4, affine=False),
        (4, 4, 5),
        "BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=False, bias=False, "
        "track_running_stats=True)",
        RUNNING,
    ),
    Layer(
        lambda: nn.LayerNorm((7, 6)),
        IMAGES,
        "LayerNorm((7, 6), eps=1e-05, elementwise_affine=True, bias=True)",
        {"weight": (7, 6), "bias": (7, 6)},
    ),
    Layer(
        lambda: nn.GroupNorm(2, 4),
        IMAGES,
        "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)",
        {"weight": (4,), "bias": (4,)},
    ),
]
