"""What a masked autoencoder is to predict, and how far off it is: on removed patches only."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.reductions.reduce import var_mean

EPS = 1e-6  # under the root, as published


def normalize_patches(patches: Tensor) -> Tensor:
    """Each patch less its mean, over the root of its unbiased variance + 1e-6.

    Args:
        patches: (N, T, numbers).

    Raises:
        ValueError: patches of one number, which has no variance.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), section 3,
    "Reconstruction target".

    >>> import tinyvision as tv
    >>> normalize_patches(tv.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[-1.,  0.,  1.]]])
    """
    mean, spread = patch_statistics(patches)
    return (patches - mean) / spread


def patch_statistics(patches: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of each patch and √(unbiased variance + 1e-6): (N, T, numbers) -> 2 × (N, T, 1).

    Raises:
        ValueError: patches of one number.

    >>> import tinyvision as tv
    >>> mean, spread = patch_statistics(tv.tensor([[[1.0, 2.0, 3.0]]]))
    >>> mean.item(), round(spread.item(), 3)
    (2.0, 1.0)
    """
    if patches.shape[-1] < 2:
        raise ValueError(
            "a patch of one number has no variance to be divided by; take norm_pix_loss=False or a "
            "larger patch_size"
        )
    variance, mean = var_mean(patches, dim=-1, keepdim=True, correction=1)
    return mean, (variance + EPS).sqrt()


def removed_patches_loss(pred: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """The mean over the removed patches of the mean squared error of each.

    Patches that were seen do not enter: not with a weight of 0, but not at all.

    Args:
        pred, target: (N, T, numbers).
        mask: (N, T), 1 where a patch is removed.

    Raises:
        ValueError: shapes that do not fit, or no patch is removed.

    >>> import tinyvision as tv
    >>> pred = tv.zeros(1, 2, 3)
    >>> target = tv.tensor([[[9.0, 9.0, 9.0], [1.0, 2.0, 1.0]]])
    >>> removed_patches_loss(pred, target, tv.tensor([[0.0, 1.0]]))
    tensor(2.)
    """
    if pred.ndim != 3 or pred.shape != target.shape or mask.shape != pred.shape[:2]:
        raise ValueError(
            f"pred and target (N, T, numbers) and mask (N, T) must fit, got {pred.shape}, "
            f"{target.shape} and {mask.shape}"
        )
    removed = mask.detach().numpy() != 0
    if not removed.any():
        raise ValueError("mask removes no patch: it must be 1 for a patch to be predicted")
    # All patches have as many numbers, so the mean of their means is the mean of all: (R, numbers).
    return ((pred[removed] - target[removed]) ** 2).mean()
