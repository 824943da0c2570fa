"""Cases of layers: padding."""

from ... import nn
from ..layer import IMAGES, WORDS, Layer

LAYERS = [
    Layer(lambda: nn.ZeroPad2d(1), IMAGES, "ZeroPad2d((1, 1, 1, 1))"),
    Layer(lambda: nn.ZeroPad1d((2, -1)), WORDS, "ZeroPad1d((2, -1))"),
    Layer(
        lambda: nn.ConstantPad2d((1, 2, 0, 0), 2.5),
        IMAGES,
        "ConstantPad2d(padding=(1, 2, 0, 0), value=2.5)",
    ),
    Layer(lambda: nn.ConstantPad1d(1, -1.0), WORDS, "ConstantPad1d(padding=(1, 1), value=-1.0)"),
    Layer(lambda: nn.ReflectionPad2d(2), IMAGES, "ReflectionPad2d((2, 2, 2, 2))"),
    Layer(lambda: nn.ReflectionPad1d(2), WORDS, "ReflectionPad1d((2, 2))"),
    Layer(lambda: nn.ReplicationPad2d(2), IMAGES, "ReplicationPad2d((2, 2, 2, 2))"),
    Layer(lambda: nn.ReplicationPad1d(2), WORDS, "ReplicationPad1d((2, 2))"),
    Layer(lambda: nn.CircularPad2d((1, 2, 3, 0)), IMAGES, "CircularPad2d((1, 2, 3, 0))"),
    Layer(lambda: nn.CircularPad1d(2), WORDS, "CircularPad1d((2, 2))"),
]
