"""Dropout: while training, leave something out at random, and keep what the rest adds up to."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ..base.assign import store
from .random import draw_uniform

# What a SELU network drops to instead of 0: minus scale times alpha, its value at minus infinity.
_SELU_FLOOR = -1.7580993408473766


@primitive
def scale_by_mask(x, *, mask):
    """``x * mask``, the mask a constant array."""
    return x * mask


scale_by_mask.defvjp(x=lambda g, *, mask: scale_by_mask(g, mask=mask))


def dropout(input, p=0.5, training=True, inplace=False):
    """While training, zero each element with probability p and scale the rest by 1 / (1 - p).

    Raises:
        TypeError: the input holds integers.
        ValueError: p is not between 0 and 1.

    Source: Srivastava et al., "Dropout" (2014).

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout(tv.ones(4), p=0.5, training=False)
    tensor([1., 1., 1., 1.])
    """
    return _dropped(input, input.shape, p, training, inplace)


def dropout1d(input, p=0.5, training=True, inplace=False):
    """As :func:`dropout`, whole channels of (N, C, L) or (C, L) at a time.

    Raises:
        ValueError: the input has other axes, or p is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout1d(tv.ones(1, 2, 2), p=1.0).sum()
    tensor(0.)
    """
    return _channels_dropped("dropout1d", "L", input, p, training, inplace)


def dropout2d(input, p=0.5, training=True, inplace=False):
    """As :func:`dropout`, whole channels of (N, C, H, W) or (C, H, W) at a time.

    Raises:
        ValueError: the input has other axes, or p is not between 0 and 1.

    Source: Tompson et al., "Efficient Object Localization" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout2d(tv.ones(1, 2, 2, 2), p=1.0).sum()
    tensor(0.)
    """
    return _channels_dropped("dropout2d", "H, W", input, p, training, inplace)


def dropout3d(input, p=0.5, training=True, inplace=False):
    """As :func:`dropout`, whole channels of (N, C, D, H, W) or (C, D, H, W) at a time.

    Raises:
        ValueError: the input has other axes, or p is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.nn.functional.dropout3d(tv.ones(1, 2, 2, 2, 2), p=1.0).sum()
    tensor(0.)
    """
    return _channels_dropped("dropout3d", "D, H, W", input, p, training, inplace)


def _channels_dropped(name, letters, input, p, training, inplace):
    axes = letters.count(",") + 1
    if input.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: expected (N, C, {letters}) or (C, {letters}), got {input.shape}")
    return _dropped(input, (*input.shape[:-axes], *[1] * axes), p, training, inplace)


def _dropped(input, mask_shape, p, training, inplace):
    if not _drops(input, p, training):
        return input
    mask = _kept(mask_shape, p).astype(input.dtype)
    if p < 1.0:
        mask *= 1.0 / (1.0 - p)
    return _answered("dropout_", input, lambda x: scale_by_mask(x, mask=mask), inplace)


def _drops(input, p, training) -> bool:
    """Whether anything is to be left out; if so, the input holds floats."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout: p must be between 0 and 1, got {p}")
    if not training or p == 0.0:
        return False
    if input.dtype.kind != "f":
        raise TypeError(f"dropout needs floats, got {input.dtype}; use x.float()")
    return True


def _kept(shape, p) -> np.ndarray:
    return draw_uniform(shape, np.dtype("float32")) >= p


def _answered(name, input, function, inplace):
    return store(name, input, function) if inplace else function(input)


# -- for networks that normalise themselves ---------------------------------------------------


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    """Dropout that keeps the mean and the variance a SELU network aims at, 0 and 1.

    While training, an element becomes the least value a SELU takes with probability p; then all
    are stretched and moved.

    Raises:
        TypeError: the input holds integers.
        ValueError: p is not between 0 and 1.

    Source: Klambauer et al., "Self-Normalizing Neural Networks" (2017).

    >>> import tinyvision as tv
    >>> tv.nn.functional.alpha_dropout(tv.ones(2), training=False)
    tensor([1., 1.])
    """
    return _alpha_dropped(input, input.shape, p, training, inplace)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    """As :func:`alpha_dropout`, whole channels of (N, C, ...) at a time.

    Raises:
        TypeError: the input holds integers.
        ValueError: the input has fewer than two axes, or p is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.nn.functional.feature_alpha_dropout(tv.ones(1, 2), training=False)
    tensor([[1., 1.]])
    """
    if input.ndim < 2 and _drops(input, p, training):
        raise ValueError(f"feature_alpha_dropout: expected (N, C, ...), got {input.shape}")
    mask_shape = (*input.shape[:2], *[1] * (input.ndim - 2))
    return _alpha_dropped(input, mask_shape, p, training, inplace)


def _alpha_dropped(input, mask_shape, p, training, inplace):
    if not _drops(input, p, training):
        return input
    if p == 1.0:  # there is nothing left to stretch
        return _dropped(input, mask_shape, p, training, inplace)
    kept = _kept(mask_shape, p)
    stretch = 1.0 / math.sqrt((1.0 - p) * (1.0 + p * _SELU_FLOOR**2))
    mask = (kept * stretch).astype(input.dtype)
    added = (stretch * _SELU_FLOOR * (~kept - p)).astype(input.dtype)
    return _answered(
        "alpha_dropout_", input, lambda x: scale_by_mask(x, mask=mask) + added, inplace
    )
