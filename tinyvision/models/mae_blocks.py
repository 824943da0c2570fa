"""The layers of the masked autoencoder, named as in its published weights (timm's names)."""

from __future__ import annotations

import math
from collections import OrderedDict

from .. import nn
from ..autograd.tensor import Tensor
from ..ops.layers.attention import self_attention
from ..ops.layers.linear import linear
from ..ops.shapes.create import empty, zeros


class PatchProjection(nn.Module):
    """The linear map from a patch to a vector: (N, T, p1 * p2 * C) -> (N, T, dim).

    ``weight`` has the shape of a convolution's kernel, (dim, C, p1, p2), for so it is published. As
    a map of patches it need not be computed for those that are removed.

    >>> import tinyvision as tv
    >>> PatchProjection((4, 4), channels=3, dim=16)(tv.zeros(2, 5, 48)).shape
    (2, 5, 16)
    """

    def __init__(self, patch_size: tuple[int, int], channels: int, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(empty(dim, channels, *patch_size))
        self.bias = nn.Parameter(zeros(dim))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight anew, as that of a linear layer (Xavier), not of a convolution."""
        dim, *patch = self.weight.shape
        bound = math.sqrt(6 / (dim + math.prod(patch)))
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.zeros_(self.bias)

    def forward(self, patches: Tensor) -> Tensor:
        """(N, T, p1 * p2 * C) -> (N, T, dim)."""
        # (dim, C, p1, p2) -> (dim, p1, p2, C) -> (dim, p1*p2*C): the order within a patch
        return linear(patches, self.weight.permute(0, 2, 3, 1).flatten(1), self.bias)

    def extra_repr(self) -> str:
        dim, channels, *patch = self.weight.shape
        return f"patch_size={tuple(patch)}, channels={channels}, dim={dim}"


class Attention(nn.Module):
    """Multi-head self-attention: (N, T, dim) -> (N, T, dim)."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.dim_head = dim // heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        qkv = self.qkv(x).reshape(*x.shape[:2], 3, self.heads, self.dim_head)
        return self.proj(self_attention(qkv).flatten(2))  # (N, T, h, d) -> (N, T, dim)

    def extra_repr(self) -> str:
        return f"heads={self.heads}, dim_head={self.dim_head}"


class Block(nn.Module):
    """Attention, then feed-forward, each normalised first and added to its input.

    The computation is that of :class:`~tinyvision.models.EncoderLayer`; the names are timm's:
    ``norm1``, ``attn.qkv``, ``attn.proj``, ``norm2``, ``mlp.fc1``, ``mlp.fc2``.

    >>> import tinyvision as tv
    >>> Block(dim=16, heads=2, mlp_dim=32, eps=1e-6)(tv.randn(1, 5, 16)).shape
    (1, 5, 16)
    """

    def __init__(self, dim: int, heads: int, mlp_dim: int, eps: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps)
        self.mlp = nn.Sequential(
            OrderedDict(fc1=nn.Linear(dim, mlp_dim), act=nn.GELU(), fc2=nn.Linear(mlp_dim, dim))
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))
