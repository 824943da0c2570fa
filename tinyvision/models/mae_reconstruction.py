"""What a masked autoencoder predicted, as images that can be looked at: in the units of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.tensor import Tensor, tensor
from .mae_loss import normalize_patches, patch_statistics
from .patches import patchify, unpatchify


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """Images and predictions in the units of pixels, each (N, C, H, W).

    Attributes:
        original: the images.
        masked: the images, removed patches painted over.
        predicted: what the network predicts in every place, also where it could see.
        pasted: the prediction where a patch is removed, the image elsewhere.
        removed: (N, H, W), True at the pixels of removed patches.
        mask: (N, T), True where a patch is removed.
        baseline: the mean image, as a prediction to compare with; None if none was given.
        rescaled: whether the mean and the variance of every predicted patch, and of every patch of
            the baseline, were taken from the original, as after training with ``norm_pix_loss``.
    """

    original: np.ndarray
    masked: np.ndarray
    predicted: np.ndarray
    pasted: np.ndarray
    removed: np.ndarray
    mask: np.ndarray
    baseline: np.ndarray | None
    rescaled: bool

    @property
    def error(self) -> float:
        """The mean squared error of the prediction on removed patches."""
        return self._error(self.predicted)

    @property
    def baseline_error(self) -> float | None:
        """The mean squared error of the mean image on removed patches."""
        return None if self.baseline is None else self._error(self.baseline)

    def _error(self, images: np.ndarray) -> float:
        difference = np.moveaxis(images - self.original, 1, -1)[self.removed]  # (pixels, C)
        return float((difference.astype(np.float64) ** 2).mean())


def reconstruction(
    images: Tensor,
    pred: Tensor,
    mask: Tensor,
    patch_size: Any,
    *,
    rescale: bool = False,
    mean: float | Sequence[float] = 0.0,
    std: float | Sequence[float] = 1.0,
    mean_image: Any = None,
    fill: float = 0.5,
) -> Reconstruction:
    """Predicted patches as images, in the units of pixels, beside what they are measured by.

    After training with ``norm_pix_loss`` the network predicts patches without their brightness and
    contrast. To be looked at they are given those of the original, which the network was not told;
    the baseline gets the same help, so that the two errors can be compared.

    Args:
        images: (N, C, H, W), as the network was given them.
        pred, mask: what it gave: (N, T, p1 * p2 * C) and (N, T).
        patch_size: an integer or a pair (height, width).
        rescale: whether it was trained with ``norm_pix_loss``.
        mean, std: what the images were normalised with, a number or one for each channel; undone.
        mean_image: (C, H, W), normalised as the images are: the mean of the training images, which
            is the best guess of one who sees nothing.
        fill: the value of removed pixels in ``masked``.

    Raises:
        ValueError: shapes that do not fit.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), figures 2 and 3.

    >>> import tinyvision as tv
    >>> images, pred = tv.ones(1, 1, 2, 4), tv.zeros(1, 2, 4)
    >>> seen = reconstruction(images, pred, tv.tensor([[0.0, 1.0]]), 2)
    >>> seen.pasted[0, 0]
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.]], dtype=float32)
    >>> seen.error
    1.0
    """
    images, pred = images.detach(), pred.detach()
    patches = patchify(images, patch_size)
    if pred.shape != patches.shape or mask.shape != patches.shape[:2]:
        raise ValueError(
            f"images {images.shape} have patches of shape {patches.shape} and a mask of shape "
            f"{patches.shape[:2]}, got pred {pred.shape} and mask {mask.shape}"
        )
    channels, size = images.shape[1], images.shape[2:]
    guess = None if mean_image is None else _as_patches(mean_image, images, patch_size)
    if rescale:
        centre, spread = patch_statistics(patches)
        pred = pred * spread + centre
        guess = None if guess is None else normalize_patches(guess) * spread + centre

    shape = (-1, 1, 1)  # (C,) -> (C, 1, 1)
    per_channel = [np.asarray(v, images.dtype).reshape(shape) for v in (mean, std)]
    if any(len(v) not in (1, channels) for v in per_channel):
        raise ValueError(
            f"mean and std are numbers, or one for each of {channels} channels; got {mean!r} and "
            f"{std!r}"
        )

    def pixels(some: Tensor) -> np.ndarray:
        whole = unpatchify(some, patch_size, size, channels).numpy()
        return np.ascontiguousarray(whole * per_channel[1] + per_channel[0])

    removed = mask.detach().numpy() != 0
    flags = tensor(np.repeat(removed[:, :, None], patches.shape[2] // channels, 2))
    where = unpatchify(flags, patch_size, size, 1).numpy()  # (N, 1, H, W)
    original, predicted = pixels(patches), pixels(pred)
    return Reconstruction(
        original=original,
        masked=np.where(where, np.asarray(fill, original.dtype), original),
        predicted=predicted,
        pasted=np.where(where, predicted, original),
        removed=where[:, 0],
        mask=removed,
        baseline=None if guess is None else pixels(guess),
        rescaled=rescale,
    )


def _as_patches(mean_image: Any, images: Tensor, patch_size: Any) -> Tensor:
    """The mean image, once for each image: (C, H, W) -> (N, T, numbers)."""
    array = np.asarray(mean_image.detach() if isinstance(mean_image, Tensor) else mean_image)
    if array.shape != images.shape[1:]:
        raise ValueError(
            f"mean_image must have the shape of an image, {images.shape[1:]}, got {array.shape}; "
            "the mean of training images (N, C, H, W) over their first axis has it"
        )
    same = np.broadcast_to(array.astype(images.dtype), images.shape)
    return patchify(tensor(same), patch_size)
