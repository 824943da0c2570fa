"""Cases of layers: pooling."""

import math

import numpy as np

from ... import nn
from ...autograd.tensor import tensor
from ..layer import IMAGES, WORDS, Layer


def places(x):
    """Indices for unpooling: one for each element of an image, none twice."""
    shape = x.shape[:1] + x.shape[1:2] + (math.prod(x.shape[2:]),)
    numbered = np.broadcast_to(np.arange(shape[2])[::-1], shape)
    return tensor(numbered.reshape(x.shape))


LAYERS = [
    Layer(
        lambda: nn.MaxPool2d((2, 3), 1, 1),
        IMAGES,
        "MaxPool2d(kernel_size=(2, 3), stride=1, padding=1, dilation=1, ceil_mode=False)",
    ),
    Layer(lambda: nn.AvgPool2d(2), IMAGES, "AvgPool2d(kernel_size=2, stride=2, padding=0)"),
    Layer(lambda: nn.AdaptiveAvgPool2d(2), IMAGES, "AdaptiveAvgPool2d(output_size=2)"),
    Layer(lambda: nn.AdaptiveMaxPool2d((3, 2)), IMAGES, "AdaptiveMaxPool2d(output_size=(3, 2))"),
    Layer(
        lambda: nn.MaxPool1d(2, 1),
        WORDS,
        "MaxPool1d(kernel_size=2, stride=1, padding=0, dilation=1, ceil_mode=False)",
    ),
    Layer(lambda: nn.AvgPool1d(2), WORDS, "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))"),
    Layer(lambda: nn.AdaptiveAvgPool1d(4), WORDS, "AdaptiveAvgPool1d(output_size=4)"),
    Layer(lambda: nn.AdaptiveMaxPool1d(4), WORDS, "AdaptiveMaxPool1d(output_size=4)"),
    Layer(
        lambda: nn.LPPool2d(2, (2, 3)),
        IMAGES,
        "LPPool2d(norm_type=2, kernel_size=(2, 3), stride=None, ceil_mode=False)",
    ),
    Layer(
        lambda: nn.LPPool1d(2, 2, 1, True),
        WORDS,
        "LPPool1d(norm_type=2, kernel_size=2, stride=1, ceil_mode=True)",
    ),
    Layer(
        lambda: nn.MaxUnpool2d((2, 3), 2),
        IMAGES,
        "MaxUnpool2d(kernel_size=(2, 3), stride=(2, 2), padding=(0, 0))",
        call=lambda layer, x: layer(x, places(x)),
    ),
    Layer(
        lambda: nn.MaxUnpool1d(2),
        WORDS,
        "MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))",
        call=lambda layer, x: layer(x, places(x)),
    ),
]
