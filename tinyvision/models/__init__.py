"""The article's networks and their parts."""

from .cnn import CNN
from .encoder import Encoder, EncoderLayer, FeedForward, MultiHeadSelfAttention
from .mae import MAE
from .mae_masking import random_masking
from .mae_reconstruction import Reconstruction, reconstruction
from .mae_sizes import MAE_SIZES, mae
from .patches import PatchEmbedding, Patchify, patchify, unpatchify
from .position import resize_position_embedding, sincos_position_embedding
from .tokens import pool_tokens, prepend_class_token
from .vit import SIZES, ViT, vit

__all__ = [
    "CNN", "ViT", "vit", "SIZES", "MAE", "mae", "MAE_SIZES",
    "patchify", "unpatchify", "Patchify", "PatchEmbedding",
    "prepend_class_token", "pool_tokens",
    "sincos_position_embedding", "resize_position_embedding",
    "random_masking", "Reconstruction", "reconstruction",
    "MultiHeadSelfAttention", "FeedForward", "EncoderLayer", "Encoder",
]  # fmt: skip
