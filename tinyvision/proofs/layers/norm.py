"""Cases of layers: normalisation."""

from ... import nn
from ..layer import IMAGES, ROWS, WORDS, Layer

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
    Layer(
        lambda: nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
        IMAGES,
        "InstanceNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, "
        "track_running_stats=True)",
        {"weight": (4,), "bias": (4,), **RUNNING},
    ),
    Layer(
        lambda: nn.InstanceNorm1d(5),
        WORDS,
        "InstanceNorm1d(5, eps=1e-05, momentum=0.1, affine=False, bias=False, "
        "track_running_stats=False)",
    ),
    Layer(
        lambda: nn.RMSNorm((7, 6)),
        IMAGES,
        "RMSNorm((7, 6), eps=None, elementwise_affine=True)",
        {"weight": (7, 6)},
    ),
    Layer(
        lambda: nn.LocalResponseNorm(3, alpha=0.5),
        IMAGES,
        "LocalResponseNorm(3, alpha=0.5, beta=0.75, k=1.0)",
    ),
]
