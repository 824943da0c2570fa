"""Cases of layers: attention."""

from ... import nn
from ..layer import WORDS, Layer

HEADS = {"in_proj_weight": (18, 6), "in_proj_bias": (18,)}
HEADS |= {"out_proj.weight": (6, 6), "out_proj.bias": (6,)}
ENCODER = {f"self_attn.{name}": shape for name, shape in HEADS.items()}
ENCODER |= {"linear1.weight": (8, 6), "linear1.bias": (8,)}
ENCODER |= {"linear2.weight": (6, 8), "linear2.bias": (6,)}
ENCODER |= {f"norm{i}.{name}": (6,) for i in (1, 2) for name in ("weight", "bias")}


def encoder_layer():
    return nn.TransformerEncoderLayer(6, 2, 8, dropout=0.0, batch_first=True)


LAYERS = [
    Layer(
        lambda: nn.MultiheadAttention(6, 2, batch_first=True),
        WORDS,
        "MultiheadAttention(",
        HEADS,
        call=lambda layer, x: layer(x, x, x)[0],
    ),
    Layer(encoder_layer, WORDS, "TransformerEncoderLayer(", ENCODER),
    Layer(
        lambda: nn.TransformerEncoder(encoder_layer(), 2),
        WORDS,
        "TransformerEncoder(",
        {f"layers.{i}.{name}": shape for i in (0, 1) for name, shape in ENCODER.items()},
    ),
]
