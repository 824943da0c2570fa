"""Cases of layers: what draws numbers."""

from ... import nn
from ..layer import IMAGES, WORDS, Layer

VOLUMES = (4, 2, 3, 2, 3)  # (N, C, D, H, W)


def dropping(make, shape):
    """A layer that drops a quarter."""
    shown = f"{make.__name__}(p=0.25, inplace=False)"
    return Layer(lambda: make(0.25), shape, shown, random=True)


LAYERS = [
    dropping(nn.Dropout, IMAGES),
    dropping(nn.Dropout1d, WORDS),
    dropping(nn.Dropout2d, IMAGES),
    dropping(nn.Dropout3d, VOLUMES),
    dropping(nn.AlphaDropout, IMAGES),
    dropping(nn.FeatureAlphaDropout, IMAGES),
]
