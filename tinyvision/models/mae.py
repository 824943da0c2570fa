"""The masked autoencoder: pre-training on images without labels (the article, section 3.2.6)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import nn
from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from ..nn.linear import positive
from ..ops.chance.random import Generator, rand
from ..ops.convolution.conv import pair
from ..ops.shapes.create import empty
from ..ops.shapes.join import cat
from .mae_blocks import Block, PatchProjection
from .mae_loss import normalize_patches, removed_patches_loss
from .mae_masking import Masking, keep_count, random_masking, take_tokens
from .mae_reconstruction import Reconstruction, reconstruction
from .patches import grid_of, patchify, unpatchify
from .position import sincos_position_embedding
from .tokens import prepend_class_token


class MAEOutput(NamedTuple):
    """What a masked autoencoder gives: the loss, the patches predicted, and which were removed.

    Attributes:
        loss: a number.
        pred: (N, T, p1 * p2 * C), a prediction of every patch.
        mask: (N, T), 1 where a patch was removed.
    """

    loss: Tensor
    pred: Tensor
    mask: Tensor


class MAE(nn.Module):
    """A masked autoencoder: it sees a quarter of an image's patches and predicts the others.

    The encoder, a Vision Transformer, is given the kept patches and a class token only, so that it
    is cheap to train. A lighter decoder is given what the encoder made of them, a learned mask
    token in every other place, and predicts pixels. The loss looks at removed patches only. What is
    wanted is the encoder: :func:`~tinyvision.interop.vit_from_mae` makes a classifier of it.

    Unless told otherwise the network is small, for images of 28 or 32 pixels; :func:`mae` makes
    the published ones.

    Args:
        image_size, patch_size: an integer, or a pair (height, width).
        channels: of the image.
        dim, depth, heads, mlp_dim: of the encoder: features of a patch, layers, attention heads,
            features inside the feed-forward networks (four times ``dim`` if not given).
        decoder_dim, decoder_depth, decoder_heads, decoder_mlp_dim: of the decoder.
        mask_ratio: the share of patches removed; ``int(T * (1 - mask_ratio))`` are kept.
        norm_pix_loss: whether each patch to be predicted is normalised by its own mean and
            variance, which makes for better features.
        eps: of every normalisation.

    Parameters have the published names, so such weights load with ``load_state_dict`` (or, from
    other libraries, with :func:`~tinyvision.interop.load_mae`): ``cls_token``, ``pos_embed``,
    ``patch_embed.proj``, ``blocks.i.{norm1,attn.qkv,attn.proj,norm2,mlp.fc1,mlp.fc2}``, ``norm``;
    ``mask_token``, ``decoder_embed``, ``decoder_pos_embed``, ``decoder_blocks.i``,
    ``decoder_norm``, ``decoder_pred``. The two tables of positions are fixed sines and cosines and
    not trained.

    Raises:
        ValueError: the patch does not divide the image, heads do not divide features, features
            that are no multiple of 4, a ratio that keeps or removes no patch.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022).

    >>> import tinyvision as tv
    >>> _ = tv.manual_seed(0)
    >>> model = tv.models.MAE(image_size=28, channels=1)
    >>> loss, pred, mask = model(tv.randn(2, 1, 28, 28))
    >>> pred.shape, mask.sum(1)
    ((2, 49, 16), tensor([37., 37.]))
    """

    def __init__(
        self,
        *,
        image_size: int | tuple[int, int] = 32,
        patch_size: int | tuple[int, int] = 4,
        channels: int = 3,
        dim: int = 64,
        depth: int = 4,
        heads: int = 4,
        mlp_dim: int | None = None,
        decoder_dim: int = 32,
        decoder_depth: int = 2,
        decoder_heads: int = 4,
        decoder_mlp_dim: int | None = None,
        mask_ratio: float = 0.75,
        norm_pix_loss: bool = False,
        eps: float = 1e-6,
    ) -> None:
        super().__init__()
        positive(channels=channels, depth=depth, decoder_depth=decoder_depth)
        _check_widths("", dim, heads)
        _check_widths("decoder_", decoder_dim, decoder_heads)
        self.mlp_dim = 4 * dim if mlp_dim is None else mlp_dim
        decoder_mlp_dim = 4 * decoder_dim if decoder_mlp_dim is None else decoder_mlp_dim
        positive(mlp_dim=self.mlp_dim, decoder_mlp_dim=decoder_mlp_dim)
        self.image_size = pair(image_size, "image_size")
        self.patch_size = pair(patch_size, "patch_size")
        self.grid = grid_of(self.image_size, self.patch_size)
        self.channels, self.eps = channels, eps
        self.mask_ratio, self.norm_pix_loss = mask_ratio, norm_pix_loss
        keep_count(self.patches, mask_ratio)
        numbers = self.patch_size[0] * self.patch_size[1] * channels
        if norm_pix_loss and numbers < 2:
            raise ValueError(
                "norm_pix_loss=True divides by the variance of a patch, and patch_size=1 in one "
                "channel has none; take a larger patch_size"
            )

        self.patch_embed = nn.Sequential()
        self.patch_embed.add_module("proj", PatchProjection(self.patch_size, channels, dim))
        self.cls_token = nn.Parameter(empty(1, 1, dim))
        self.register_buffer("pos_embed", self._positions(dim))
        self.blocks = nn.Sequential(*(Block(dim, heads, self.mlp_dim, eps) for _ in range(depth)))
        self.norm = nn.LayerNorm(dim, eps)

        self.decoder_embed = nn.Linear(dim, decoder_dim)
        self.mask_token = nn.Parameter(empty(1, 1, decoder_dim))
        self.register_buffer("decoder_pos_embed", self._positions(decoder_dim))
        self.decoder_blocks = nn.Sequential(
            *(Block(decoder_dim, decoder_heads, decoder_mlp_dim, eps) for _ in range(decoder_depth))
        )
        self.decoder_norm = nn.LayerNorm(decoder_dim, eps)
        self.decoder_pred = nn.Linear(decoder_dim, numbers)
        self.reset_parameters()

    @property
    def patches(self) -> int:
        """How many patches an image has."""
        return self.grid[0] * self.grid[1]

    def reset_parameters(self) -> None:
        """Draw the parameters anew: Xavier's uniform numbers, tokens of deviation 0.02."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
            elif isinstance(module, PatchProjection):
                module.reset_parameters()
            elif isinstance(module, nn.LayerNorm):
                nn.init.ones_(module.weight)
                nn.init.zeros_(module.bias)
        for token in (self.cls_token, self.mask_token):
            nn.init.normal_(token, std=0.02)

    def _positions(self, dim: int) -> Tensor:
        return sincos_position_embedding(self.grid, dim, class_token=True)[None]  # (1, 1 + T, dim)

    # -- patches --------------------------------------------------------------------------------

    def patchify(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) -> patches (N, T, p1 * p2 * C), in the order (row, column, channel).

        Raises:
            ValueError: images of another shape.
        """
        self._check(images)
        return patchify(images, self.patch_size)

    def _check(self, images: Tensor) -> None:
        """Raise ValueError unless the images are of the shape that the model is for."""
        if images.ndim != 4 or images.shape[1:] != (self.channels, *self.image_size):
            raise ValueError(
                f"MAE takes images of shape (N, {self.channels}, {self.image_size[0]}, "
                f"{self.image_size[1]}), got {images.shape}; resize the images, or build the model "
                "with their image_size and channels"
            )

    def unpatchify(self, patches: Tensor) -> Tensor:
        """Patches (N, T, p1 * p2 * C) -> images (N, C, H, W)."""
        return unpatchify(patches, self.patch_size, self.image_size, self.channels)

    # -- what it computes -----------------------------------------------------------------------

    def masking(self, n: int, noise: Any = None, generator: Generator | None = None) -> Masking:
        """Choose the patches to keep of ``n`` images; see :func:`random_masking`.

        Args:
            n: how many images.
            noise: (n, T); drawn if not given.
            generator: what to draw it from; the default generator if not given.

        Raises:
            ValueError: noise of another shape.
        """
        if noise is None:
            noise = rand(n, self.patches, generator=generator)
        if getattr(noise, "shape", None) != (n, self.patches):
            raise ValueError(
                f"noise must be a tensor or an array of shape ({n}, {self.patches}), a number for "
                f"each patch of each image; got {getattr(noise, 'shape', type(noise).__name__)}"
            )
        return random_masking(noise, self.mask_ratio)

    def encode(self, images: Tensor, masking: Masking) -> Tensor:
        """What the encoder makes of the kept patches: (N, C, H, W) -> (N, 1 + K, dim).

        The class token comes first. Removed patches are not looked at.
        """
        patches = take_tokens(self.patchify(images), masking.keep)
        positions = self.pos_embed[0]  # (1 + T, dim), the class token's first
        x = self.patch_embed(patches) + positions[1:][masking.keep]  # (N, K, dim)
        x = prepend_class_token(x, self.cls_token[0] + positions[:1])
        return self.norm(self.blocks(x))

    def decode(self, latent: Tensor, masking: Masking) -> Tensor:
        """A prediction of every patch: (N, 1 + K, dim) -> (N, T, p1 * p2 * C)."""
        x = self.decoder_embed(latent)
        n, seen, dim = x.shape
        hidden = self.mask_token.expand(n, 1 + self.patches - seen, dim)
        x = cat([x, hidden], 1)  # (N, 1 + T, dim): class token, kept patches, mask tokens
        x = cat([x[:, :1], take_tokens(x, masking.restore + 1)], 1)  # the image's order again
        x = self.decoder_norm(self.decoder_blocks(x + self.decoder_pos_embed))
        return self.decoder_pred(x[:, 1:])

    def targets(self, images: Tensor) -> Tensor:
        """What is to be predicted: the patches, normalised each by itself if `norm_pix_loss`."""
        patches = self.patchify(images)
        return normalize_patches(patches) if self.norm_pix_loss else patches

    def loss(self, images: Tensor, pred: Tensor, mask: Tensor) -> Tensor:
        """The mean squared error of each removed patch, averaged over them."""
        return removed_patches_loss(pred, self.targets(images), mask)

    def forward(
        self, images: Tensor, noise: Any = None, generator: Generator | None = None
    ) -> MAEOutput:
        """Images (N, C, H, W) -> (loss, pred, mask).

        Args:
            images: what is to be seen and predicted.
            noise: (N, T) numbers; the patches with the least are kept. The same noise removes the
                same patches. Drawn if not given.
            generator: what to draw it from; the default generator if not given.

        Raises:
            ValueError: images or noise of another shape.
        """
        self._check(images)
        masking = self.masking(len(images), noise, generator)
        pred = self.decode(self.encode(images, masking), masking)
        return MAEOutput(self.loss(images, pred, masking.mask), pred, masking.mask)

    # -- what comes of it -----------------------------------------------------------------------

    def encoder_state_dict(self) -> dict[str, Tensor]:
        """The encoder's part of ``state_dict()``: timm's names, as published encoders have them.

        >>> import tinyvision as tv
        >>> state = tv.models.MAE(depth=1).encoder_state_dict()
        >>> tv.interop.detect_family(state), len(state)
        ('timm', 18)
        """
        decoder = ("decoder_", "mask_token")
        return {k: v for k, v in self.state_dict().items() if not k.startswith(decoder)}

    @no_grad()
    def reconstruct(self, images: Tensor, noise: Any = None, **options: Any) -> Reconstruction:
        """Original, masked, predicted and pasted images, and their errors; see `reconstruction`.

        Args:
            images, noise: as :meth:`forward`.
            options: ``mean``, ``std``, ``mean_image``, ``fill`` of
                :func:`~tinyvision.models.reconstruction`.
        """
        _, pred, mask = self(images, noise)
        return reconstruction(
            images, pred, mask, self.patch_size, rescale=self.norm_pix_loss, **options
        )

    def extra_repr(self) -> str:
        return (
            f"image_size={self.image_size}, patch_size={self.patch_size}, "
            f"mask_ratio={self.mask_ratio}, norm_pix_loss={self.norm_pix_loss}"
        )


def _check_widths(part: str, dim: int, heads: int) -> None:
    """Raise ValueError unless heads divide the features and positions have room in them."""
    positive(**{f"{part}dim": dim, f"{part}heads": heads})
    if dim % heads:
        raise ValueError(
            f"{part}heads={heads} must divide {part}dim={dim}, as each head gets an equal share of "
            "the features"
        )
    if dim % 4:
        raise ValueError(
            f"{part}dim={dim} must be a multiple of 4: positions are the sines and cosines of row "
            "and column"
        )
