"""Normalisation of channels: of all their pixels in a batch, or by values learned before."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.tensor import unwrap
from ..base.broadcast import reshape_to
from ..base.keep import room
from ..base.promote import as_type
from ..elementwise.power import rsqrt
from .standardize import mean_over, standardize


def _per_channel(values, ndim):
    """(C,) -> (1, C, 1, ...)."""
    return reshape_to(values, shape=(1, -1) + (1,) * (ndim - 2))


def scaled(x, weight, bias):
    """Each channel of (N, C, ...) times its weight plus its bias, where these are given."""
    if weight is not None:
        x = x * _per_channel(weight, x.ndim)
    return x if bias is None else x + _per_channel(bias, x.ndim)


def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise each channel over the batch and its pixels.

    Args:
        input: (N, C, ...).
        running_mean, running_var: (C,), or None. Used when not training; updated when training,
            ``new = (1 - momentum) * old + momentum * batch``, with the unbiased variance.
        weight, bias: (C,), or None.
        training: normalise by this batch instead of the running values.

    Raises:
        ValueError: one value per channel while training; no running values while not.

    Source: Ioffe and Szegedy, "Batch Normalization" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.batch_norm(tv.tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.],
            [ 1.]])
    """
    if input.ndim < 2:
        raise ValueError(f"batch_norm: expected (N, C, ...), got shape {input.shape}")
    check_per_channel("batch_norm", input, running_mean, running_var, weight, bias)
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError(
                "batch_norm: without training, running_mean and running_var are needed"
            )
        centred = input - _per_channel(running_mean, input.ndim)
        return scaled(centred * _per_channel(rsqrt(running_var + eps), input.ndim), weight, bias)
    axes = (0, *range(2, input.ndim))
    count = math.prod(input.shape[axis] for axis in axes)
    if count == 1:
        raise ValueError(
            "batch_norm: one value per channel has no variance; train with more than one image, "
            "or call eval() on the model"
        )
    # float16 in float32: the sum of its squares soon exceeds its largest number
    wide = as_type(input, np.float32) if input.dtype == np.float16 else input
    if running_mean is not None and running_var is not None and count:
        _update_running(unwrap(wide), axes, count, running_mean, running_var, momentum)
    out = standardize(wide, axes=axes, eps=float(eps), kept=room(wide))
    out = as_type(out, input.dtype)
    return scaled(out, weight, bias)


def check_per_channel(function, input, running_mean, running_var, weight, bias) -> None:
    """Raise unless what is given has one number for each channel.

    Raises:
        ValueError: another shape.
    """
    channels = input.shape[1]
    for name, values in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if values is not None and values.shape != (channels,):
            raise ValueError(
                f"{function}: {name} must have shape ({channels},), one number for each channel of "
                f"the input of shape {input.shape}, got {values.shape}"
            )


def _update_running(x, axes, count, running_mean, running_var, momentum) -> None:
    mean = mean_over(x, axes)
    variance = mean_over(np.square(x - mean), axes) * (count / (count - 1))
    with no_grad():
        for running, batch in ((running_mean, mean), (running_var, variance)):
            running.mul_(1.0 - momentum).add_(running.new_tensor(batch.reshape(-1)), alpha=momentum)
