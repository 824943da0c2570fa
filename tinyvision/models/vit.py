"""The Vision Transformer (the article, section 5.2, whose listing breaks off; finished here)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from ..nn.linear import positive
from ..ops.chance.dropout import dropout as drop
from ..ops.chance.random import randn
from ..ops.convolution.conv import pair
from .encoder import Encoder
from .patches import PatchEmbedding, grid_of
from .position import resize_position_embedding
from .tokens import pool_tokens, prepend_class_token


class ViT(nn.Module):
    """Patches, a position each, an encoder, and a linear classifier.

    The signature is the article's, completed as in the widely used ``vit-pytorch`` (1.16.1 and
    later), whose state_dict loads as it is; the options below it make the networks of timm,
    Hugging Face and torchvision exact (see :mod:`tinyvision.interop`).

    Args:
        image_size, patch_size: an integer, or a pair (height, width).
        num_classes: scores to give; 0 for the pooled features themselves.
        dim: features of a patch.
        depth: encoder layers.
        heads: attention heads.
        mlp_dim: features inside the feed-forward networks.
        pool: 'cls' classifies by a class token added to the patches, 'mean' by the mean of the
            patches.
        channels: of the image.
        dim_head: features of each head.
        dropout, emb_dropout: share dropped in the encoder, and of the embedded patches.
        qkv_bias: whether query, key and value have a bias.
        patch_norm: whether a patch is normalised before and after its embedding.
        eps: of every normalisation.
        approximate: GELU's formula, 'none' (exact) or 'tanh'.
        class_token: whether there is one; as ``pool`` needs it if not given. With one,
            ``pool='mean'`` averages the patches only.
        norm_after_pool: normalise after pooling instead of before (timm's ``fc_norm``).
        project_out: whether a linear map joins the heads; unless there is one head as wide as
            ``dim`` if not given.

    Parameters: ``to_patch_embedding.{1,2,3}``, ``cls_token`` (1, dim), ``pos_embedding``
    (T + 1, dim), ``transformer.layers.i.{0,1}``, ``transformer.norm``, ``mlp_head``. Without a
    class token ``cls_token`` is (0, dim), as there, and ``pos_embedding`` (T, dim).

    Raises:
        ValueError: the patch does not divide the image, an unknown pool, a size not positive.

    Source: the article, section 5.2; Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021).

    >>> import tinyvision as tv
    >>> model = tv.models.ViT(image_size=32, patch_size=4, num_classes=10, dim=64, depth=2, heads=4,
    ...                       mlp_dim=128, dim_head=16)
    >>> model(tv.zeros(2, 3, 32, 32)).shape
    (2, 10)
    """

    def __init__(
        self,
        *,
        image_size: int | tuple[int, int],
        patch_size: int | tuple[int, int],
        num_classes: int,
        dim: int,
        depth: int,
        heads: int,
        mlp_dim: int,
        pool: str = "cls",
        channels: int = 3,
        dim_head: int = 64,
        dropout: float = 0.0,
        emb_dropout: float = 0.0,
        qkv_bias: bool = False,
        patch_norm: bool = True,
        eps: float = 1e-5,
        approximate: str = "none",
        class_token: bool | None = None,
        norm_after_pool: bool = False,
        project_out: bool | None = None,
    ) -> None:
        super().__init__()
        if pool not in ("cls", "mean"):
            raise ValueError(f"pool must be 'cls' (class token) or 'mean', got {pool!r}")
        if class_token is None:
            class_token = pool == "cls"
        if pool == "cls" and not class_token:
            raise ValueError(
                "pool='cls' classifies by the class token; class_token=False takes it away"
            )
        positive(
            dim=dim, depth=depth, heads=heads, mlp_dim=mlp_dim, channels=channels, dim_head=dim_head
        )
        if not isinstance(num_classes, int) or num_classes < 0:
            raise ValueError(f"num_classes must be 0 or a positive integer, got {num_classes!r}")
        self.image_size = pair(image_size, "image_size")
        self.patch_size = pair(patch_size, "patch_size")
        self.grid = grid_of(self.image_size, self.patch_size)
        self.channels = channels
        self.pool = pool
        self.emb_dropout = emb_dropout
        places = self.grid[0] * self.grid[1] + class_token
        self.to_patch_embedding = PatchEmbedding(
            patch_size=patch_size, channels=channels, dim=dim, norm=patch_norm, eps=eps
        )
        self.cls_token = nn.Parameter(randn(int(class_token), dim))
        self.pos_embedding = nn.Parameter(randn(places, dim))
        self.transformer = Encoder(
            dim, depth, heads, dim_head, mlp_dim, dropout, qkv_bias, eps, approximate,
            final_norm=not norm_after_pool, project_out=project_out,
        )  # fmt: skip
        self.pool_norm: nn.Module = nn.LayerNorm(dim, eps) if norm_after_pool else nn.Identity()
        self.mlp_head: nn.Module = nn.Linear(dim, num_classes) if num_classes else nn.Identity()

    def embed(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) -> what enters the encoder, (N, T, dim), the class token first.

        Raises:
            ValueError: images of another shape.
        """
        if images.ndim != 4 or images.shape[1:] != (self.channels, *self.image_size):
            raise ValueError(
                f"ViT takes images of shape (N, {self.channels}, {self.image_size[0]}, "
                f"{self.image_size[1]}), got {images.shape}; resize the images, or make the model "
                "fit with resize()"
            )
        x = self.to_patch_embedding(images)
        x = prepend_class_token(x, self.cls_token)
        return drop(x + self.pos_embedding, self.emb_dropout, self.training)

    def features(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) -> the pooled features, (N, dim)."""
        x = self.transformer(self.embed(images))
        return self.pool_norm(pool_tokens(x, self.pool, len(self.cls_token)))

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) -> scores (N, num_classes)."""
        return self.mlp_head(self.features(images))

    @no_grad()
    def attention(self, images: Tensor) -> list[np.ndarray]:
        """The attention weights of every layer for these images: (N, heads, T, T) each."""
        was_training = self.training
        self.eval()
        try:
            x, seen = self.embed(images), []
            for attention, feed_forward in self.transformer.layers:  # type: ignore[attr-defined]
                out, weights = attention.attend(x)
                seen.append(weights.numpy())
                x = out + x
                x = feed_forward(x) + x
        finally:
            self.train(was_training)
        return seen

    @no_grad()
    def resize(self, image_size: int | tuple[int, int]) -> ViT:
        """Make the model take images of another size; positions are interpolated. Returns it."""
        new_size = pair(image_size, "image_size")
        new_grid = grid_of(new_size, self.patch_size)
        resized = resize_position_embedding(self.pos_embedding.detach(), self.grid, new_grid)
        self.pos_embedding = nn.Parameter(resized)
        self.image_size, self.grid = new_size, new_grid
        return self

    def extra_repr(self) -> str:
        return f"image_size={self.image_size}, patch_size={self.patch_size}, pool={self.pool!r}"


SIZES: dict[str, dict[str, Any]] = {
    "Ti/16": {"patch_size": 16, "dim": 192, "depth": 12, "heads": 3, "mlp_dim": 768},
    "S/16": {"patch_size": 16, "dim": 384, "depth": 12, "heads": 6, "mlp_dim": 1536},
    "S/32": {"patch_size": 32, "dim": 384, "depth": 12, "heads": 6, "mlp_dim": 1536},
    "B/16": {"patch_size": 16, "dim": 768, "depth": 12, "heads": 12, "mlp_dim": 3072},
    "B/32": {"patch_size": 32, "dim": 768, "depth": 12, "heads": 12, "mlp_dim": 3072},
    "L/16": {"patch_size": 16, "dim": 1024, "depth": 24, "heads": 16, "mlp_dim": 4096},
    "L/32": {"patch_size": 32, "dim": 1024, "depth": 24, "heads": 16, "mlp_dim": 4096},
    "H/14": {"patch_size": 14, "dim": 1280, "depth": 32, "heads": 16, "mlp_dim": 5120},
}
"""The published sizes; each head has dim / heads features."""


def vit(size: str, *, image_size: int = 224, num_classes: int = 1000, **options: Any) -> ViT:
    """A published size, as its weights are published: with qkv bias, without patch norms, eps 1e-6.

    Args:
        size: one of :data:`SIZES`, such as 'B/16'.
        image_size, num_classes: as :class:`ViT`.
        options: others of :class:`ViT`.

    Raises:
        ValueError: an unknown size; heads that do not divide dim.

    Source: Dosovitskiy et al. (2021), table 1; Ti and S: Touvron et al., "DeiT" (2021).

    >>> sum(p.numel() for p in vit("Ti/16").parameters())
    5717416
    """
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}; choose one of {', '.join(SIZES)}")
    published = {"qkv_bias": True, "patch_norm": False, "eps": 1e-6, "project_out": True}
    settings = {**SIZES[size], **published, **options}
    settings.setdefault("dim_head", share_of_head(settings["dim"], settings["heads"]))
    return ViT(image_size=image_size, num_classes=num_classes, **settings)


def share_of_head(dim: int, heads: int) -> int:
    """The features of each head where heads share ``dim`` evenly.

    Raises:
        ValueError: they do not fit.

    >>> share_of_head(768, 12)
    64
    """
    positive(dim=dim, heads=heads)
    if dim % heads:
        raise ValueError(
            f"heads={heads} must divide dim={dim}, as each head gets an equal share of the features"
        )
    return dim // heads
