"""Cases of layers: shape, size and look-up."""

import numpy as np

from ... import nn
from ..layer import IMAGES, ROWS, Layer

LAYERS = [
    Layer(lambda: nn.Flatten(), IMAGES, "Flatten(start_dim=1, end_dim=-1)"),
    Layer(lambda: nn.Unflatten(1, (3, 1)), ROWS, "Unflatten(dim=1, unflattened_size=(3, 1))"),
    Layer(lambda: nn.Identity(), ROWS, "Identity()"),
    Layer(
        lambda: nn.Embedding(5, 3),
        ROWS,
        "Embedding(5, 3)",
        {"weight": (5, 3)},
        numbers=np.array([[0, 1, 2], [4, 4, 0], [3, 1, 1], [2, 0, 3]]),
    ),
    Layer(
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
        IMAGES,
        "Upsample(scale_factor=2.0, mode='bilinear')",
    ),
    Layer(
        lambda: nn.UpsamplingNearest2d(scale_factor=2),
        IMAGES,
        "UpsamplingNearest2d(scale_factor=2.0, mode='nearest')",
    ),
    Layer(
        lambda: nn.UpsamplingBilinear2d((5, 9)),
        IMAGES,
        "UpsamplingBilinear2d(size=(5, 9), mode='bilinear')",
    ),
    Layer(lambda: nn.PixelShuffle(2), IMAGES, "PixelShuffle(upscale_factor=2)"),
    Layer(lambda: nn.PixelUnshuffle(2), (4, 3, 4, 6), "PixelUnshuffle(downscale_factor=2)"),
    Layer(lambda: nn.ChannelShuffle(2), IMAGES, "ChannelShuffle(groups=2)"),
]
