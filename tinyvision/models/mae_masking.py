"""Random masking: which patches of each image the encoder gets to see, and the way back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..autograd.tensor import Tensor, wrap
from ..ops.indexing.gather import index_select


class Masking(NamedTuple):
    """Which patches of each image are kept.

    Attributes:
        keep: (N, K) integers, the patches kept, in the order in which the encoder sees them.
        restore: (N, T) integers, where in the shuffled sequence, the kept ones first, each patch
            of the image stands.
        mask: (N, T), 1 where a patch is removed and 0 where it is kept.
    """

    keep: Tensor
    restore: Tensor
    mask: Tensor


def keep_count(patches: int, mask_ratio: float) -> int:
    """How many patches are kept: ``int(patches * (1 - mask_ratio))``, as published.

    Raises:
        ValueError: the ratio is no number between 0 and 1, or leaves no patch to see or none to
            predict.

    >>> keep_count(196, 0.75)
    49
    """
    number = isinstance(mask_ratio, (int, float)) and not isinstance(mask_ratio, bool)
    if not number or not 0 < mask_ratio < 1:
        raise ValueError(
            f"mask_ratio is the share of patches removed, between 0 and 1; got {mask_ratio!r}"
        )
    keep = int(patches * (1 - mask_ratio))
    if not 0 < keep < patches:
        raise ValueError(
            f"mask_ratio={mask_ratio} keeps {keep} of {patches} patches; there must be one to see "
            "and one to predict: choose another ratio or a smaller patch_size"
        )
    return keep


def random_masking(noise: Any, mask_ratio: float = 0.75) -> Masking:
    """Keep the patches of each image whose noise is least.

    Sorting the noise shuffles the patches of each image by itself; the first are kept. The same
    noise removes the same patches; patches of equal noise are taken in reading order.

    Args:
        noise: (N, T) numbers, such as uniform random ones; a tensor or an array.
        mask_ratio: the share removed; ``int(T * (1 - mask_ratio))`` patches are kept.

    Raises:
        ValueError: noise of another shape or with NaN, or see :func:`keep_count`.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), section 3.

    >>> masking = random_masking([[0.3, 0.1, 0.9, 0.5]], 0.5)
    >>> masking.keep, masking.restore, masking.mask
    (tensor([[1, 0]]), tensor([[1, 0, 3, 2]]), tensor([[0., 0., 1., 1.]]))
    """
    values = np.asarray(noise.detach().numpy() if isinstance(noise, Tensor) else noise)
    if values.ndim != 2 or values.dtype.kind not in "fiu":
        raise ValueError(
            f"noise is one number for each patch of each image, shape (N, T); got shape "
            f"{values.shape} of {values.dtype}"
        )
    if np.isnan(values).any():
        raise ValueError("noise holds NaN, which has no place in an order; draw it with tv.rand")
    keep = keep_count(values.shape[1], mask_ratio)
    shuffle = np.argsort(values, axis=1, kind="stable")
    restore = np.argsort(shuffle, axis=1, kind="stable")  # the inverse of a permutation
    mask = (restore >= keep).astype(np.float32)
    return Masking(wrap(shuffle[:, :keep]), wrap(restore), wrap(mask))


def take_tokens(tokens: Tensor, places: Tensor) -> Tensor:
    """The tokens at the given places of each sequence: (N, T, dim), (N, K) -> (N, K, dim).

    >>> import tinyvision as tv
    >>> take_tokens(tv.tensor([[[5.0], [6.0]], [[7.0], [8.0]]]), tv.tensor([[1], [0]]))
    tensor([[[6.]],
            [[7.]]])
    """
    n, length, dim = tokens.shape
    # Whole rows are copied faster than single numbers are gathered.
    rows = places.numpy() + length * np.arange(n)[:, None]  # (N, K), among all N * T
    picked = index_select(tokens.reshape(n * length, dim), 0, wrap(rows.reshape(-1)))
    return picked.reshape(n, rows.shape[1], dim)
