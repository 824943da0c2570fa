"""Images as sequences of patches (the article, section 3.2.1)."""

from __future__ import annotations

from typing import Any

from .. import nn
from ..autograd.tensor import Tensor
from ..ops.convolution.conv import pair


def grid_of(image_size: Any, patch_size: Any) -> tuple[int, int]:
    """How many patches an image has: (down, across).

    Raises:
        ValueError: the patch does not divide the image.

    >>> grid_of(32, (4, 8))
    (8, 4)
    """
    image, patch = pair(image_size, "image_size"), pair(patch_size, "patch_size")
    for axis, size, step in zip(("height", "width"), image, patch, strict=True):
        if size % step:
            near = (size // step * step, (size // step + 1) * step)
            raise ValueError(
                f"the image's {axis} {size} is not divisible by the patch's {step}; resize or crop "
                f"the image to {near[0] or near[1]} or {near[1]}, or choose another patch_size"
            )
    return image[0] // patch[0], image[1] // patch[1]


def patchify(images: Tensor, patch_size: Any) -> Tensor:
    """Cut images into patches, each laid out as one row of numbers.

    Patches are in reading order; a patch's numbers in the order (row, column, channel).

    Args:
        images: (N, C, H, W).
        patch_size: an integer or a pair (height, width) that divides (H, W).

    Returns:
        (N, H/p1 * W/p2, p1 * p2 * C).

    Raises:
        ValueError: another number of axes, or a patch that does not divide the image.

    Source: the article, section 3.2.1; Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021).

    >>> import tinyvision as tv
    >>> patchify(tv.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 1]
    tensor([2., 3., 6., 7.])
    """
    if images.ndim != 4:
        raise ValueError(f"patchify takes images (N, C, H, W), got shape {images.shape}")
    p1, p2 = pair(patch_size, "patch_size")
    down, across = grid_of(images.shape[2:], (p1, p2))
    n, c = images.shape[:2]
    cut = images.reshape(n, c, down, p1, across, p2)
    # (N, C, h, p1, w, p2) -> (N, h, w, p1, p2, C) -> (N, h*w, p1*p2*C)
    return cut.permute(0, 2, 4, 3, 5, 1).reshape(n, down * across, p1 * p2 * c)


def unpatchify(patches: Tensor, patch_size: Any, image_size: Any, channels: int = 3) -> Tensor:
    """Put patches back together: the exact inverse of :func:`patchify`.

    Args:
        patches: (N, T, p1 * p2 * C).
        patch_size, image_size: integers or pairs (height, width).
        channels: C.

    Returns:
        (N, C, H, W).

    Raises:
        ValueError: the numbers do not fit.

    >>> import tinyvision as tv
    >>> images = tv.randn(2, 3, 8, 12)
    >>> back = unpatchify(patchify(images, (2, 3)), (2, 3), (8, 12))
    >>> bool((back == images).all())
    True
    """
    p1, p2 = pair(patch_size, "patch_size")
    down, across = grid_of(image_size, (p1, p2))
    wanted = (down * across, p1 * p2 * channels)
    if patches.ndim != 3 or patches.shape[1:] != wanted:
        raise ValueError(
            f"unpatchify: {down} by {across} patches of {p1} by {p2} pixels in {channels} channels "
            f"need shape (N, {wanted[0]}, {wanted[1]}), got {patches.shape}"
        )
    n = len(patches)
    apart = patches.reshape(n, down, across, p1, p2, channels)
    # (N, h, w, p1, p2, C) -> (N, C, h, p1, w, p2) -> (N, C, H, W)
    return apart.permute(0, 5, 1, 3, 2, 4).reshape(n, channels, down * p1, across * p2)


class Patchify(nn.Module):
    """:func:`patchify` as a layer.

    >>> import tinyvision as tv
    >>> Patchify(4)(tv.zeros(1, 3, 8, 8)).shape
    (1, 4, 48)
    """

    def __init__(self, patch_size: Any) -> None:
        super().__init__()
        self.patch_size = pair(patch_size, "patch_size")

    def forward(self, images: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, T, p1*p2*C)."""
        return patchify(images, self.patch_size)

    def extra_repr(self) -> str:
        return f"patch_size={self.patch_size}"


class PatchEmbedding(nn.Sequential):
    """Cut into patches and map each to a vector: (N, C, H, W) -> (N, T, dim).

    The map is linear and the same for every patch, so it equals a convolution whose stride is its
    kernel size. With ``norm`` the patch is normalised before it and the vector after it.

    Source: the article, section 3.2.1; Dosovitskiy et al. (2021).

    >>> import tinyvision as tv
    >>> PatchEmbedding(patch_size=4, channels=3, dim=16)(tv.zeros(2, 3, 8, 8)).shape
    (2, 4, 16)
    """

    def __init__(
        self, *, patch_size: Any, channels: int, dim: int, norm: bool = True, eps: float = 1e-5
    ) -> None:
        p1, p2 = pair(patch_size, "patch_size")
        numbers = channels * p1 * p2
        super().__init__(
            Patchify(patch_size),
            nn.LayerNorm(numbers, eps) if norm else nn.Identity(),
            nn.Linear(numbers, dim),
            nn.LayerNorm(dim, eps) if norm else nn.Identity(),
        )
