"""Cases of layers: pooling."""

from ... import nn
from ..layer import IMAGES, Layer

LAYERS = [
    Layer(
        lambda: nn.MaxPool2d((2, 3), 1, 1),
        IMAGES,
        "MaxPool2d(kernel_size=(2, 3), stride=1, padding=1, dilation=1, ceil_mode=False)",
    ),
    Layer(lambda: nn.AvgPool2d(2), IMAGES, "AvgPool2d(kernel_size=2, stride=2, padding=0)"),
    Layer(lambda: nn.AdaptiveAvgPool2d(2), IMAGES, "AdaptiveAvgPool2d(output_size=2)"),
    Layer(lambda: nn.AdaptiveMaxPool2d((3, 2)), IMAGES, "AdaptiveMaxPool2d(output_size=(3, 2))"),
]
