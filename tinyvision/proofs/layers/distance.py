"""Cases of layers: what compares two inputs."""

from ... import nn
from ..layer import ROWS, Layer


def with_itself(layer, x):
    """The rows with the rows in another order."""
    return layer(x, x.roll(1, 1) + 1.0)


LAYERS = [
    Layer(lambda: nn.CosineSimilarity(), ROWS, "CosineSimilarity()", call=with_itself),
    Layer(lambda: nn.PairwiseDistance(3.0), ROWS, "PairwiseDistance()", call=with_itself),
    Layer(
        lambda: nn.Bilinear(3, 3, 2),
        ROWS,
        "Bilinear(in1_features=3, in2_features=3, out_features=2, bias=True)",
        {"weight": (2, 3, 3), "bias": (2,)},
        call=with_itself,
    ),
]
