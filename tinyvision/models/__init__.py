"""The article's networks and their parts."""

from .cnn import CNN
from .encoder import Encoder, EncoderLayer, FeedForward, MultiHeadSelfAttention
from .patches import PatchEmbedding, Patchify, patchify, unpatchify
from .position import resize_position_embedding, sincos_position_embedding
from .vit import SIZES, ViT, vit

__all__ = [
    "CNN", "ViT", "vit", "SIZES",
    "patchify", "unpatchify", "Patchify", "PatchEmbedding",
    "sincos_position_embedding", "resize_position_embedding",
    "MultiHeadSelfAttention", "FeedForward", "EncoderLayer", "Encoder",
]  # fmt: skip
