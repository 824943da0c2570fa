"""Cases of layers: what draws numbers."""

from ... import nn
from ..layer import IMAGES, Layer

LAYERS = [
    Layer(lambda: nn.Dropout(0.25), IMAGES, "Dropout(p=0.25, inplace=False)", random=True),
    Layer(lambda: nn.Dropout2d(0.25), IMAGES, "Dropout2d(p=0.25, inplace=False)", random=True),
]
