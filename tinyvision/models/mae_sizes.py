"""The published sizes of the masked autoencoder, by name."""

from __future__ import annotations

from typing import Any

from .mae import MAE
from .vit import SIZES

_DECODER = {"decoder_dim": 512, "decoder_depth": 8, "decoder_heads": 16, "decoder_mlp_dim": 2048}

MAE_SIZES: dict[str, dict[str, Any]] = {
    size: {**SIZES[size], **_DECODER} for size in ("B/16", "L/16", "H/14")
}
"""The published sizes: facebookresearch's mae_vit_base, mae_vit_large and mae_vit_huge."""


def mae(size: str, *, image_size: int | tuple[int, int] = 224, **options: Any) -> MAE:
    """A published size of the masked autoencoder.

    Args:
        size: one of :data:`MAE_SIZES`: 'B/16', 'L/16' or 'H/14'.
        image_size: as :class:`MAE`.
        options: others of :class:`MAE`. The published recipe has ``norm_pix_loss=True``.

    Raises:
        ValueError: an unknown size.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), section 4 and
    appendix A.

    >>> mae("B/16", image_size=32, depth=1, decoder_depth=1).patch_embed.proj.weight.shape
    (768, 3, 16, 16)
    """
    if size not in MAE_SIZES:
        raise ValueError(f"unknown size {size!r}; choose one of {', '.join(MAE_SIZES)}")
    return MAE(**{**MAE_SIZES[size], "image_size": image_size, **options})
