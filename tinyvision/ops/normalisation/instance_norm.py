"""Instance normalisation: each channel of each image by itself."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.tensor import unwrap
from ..base.promote import as_type
from .normalize import batch_norm, check_per_channel, scaled
from .standardize import standardize


def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise each channel of each image over its pixels.

    Args:
        input: (N, C, ...), with at least one axis of pixels.
        running_mean, running_var: (C,), or None. Used instead of the image's own values without
            ``use_input_stats``; with it they are updated,
            ``new = (1 - momentum) * old + momentum * mean over the images``, with the unbiased
            variance.
        weight, bias: (C,), or None.
        use_input_stats: normalise by each image itself.

    Returns:
        Of the input's shape.

    Raises:
        ValueError: no pixels, or but one, to normalise by; no running values where they are to be
            used; a shape that does not fit.

    Source: Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization"
    (2016).

    >>> import tinyvision as tv
    >>> tv.nn.functional.instance_norm(tv.tensor([[[1.0, 3.0], [10.0, 30.0]]]))
    tensor([[[-1.,  1.],
             [-1.,  1.]]])
    """
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    if input.ndim < 3 or math.prod(input.shape[2:]) == 1:
        raise ValueError(
            "instance_norm: expected (N, C, ...) with more than one pixel, for one has no "
            f"variance; got shape {input.shape}"
        )
    check_per_channel("instance_norm", input, running_mean, running_var, weight, bias)
    wide = as_type(input, np.promote_types(input.dtype, np.float32))
    axes = tuple(range(2, input.ndim))
    if running_mean is not None and running_var is not None and input.numel():
        pixels = unwrap(wide).astype(np.float64)
        with no_grad():
            for running, own in (
                (running_mean, pixels.mean(axis=axes)),
                (running_var, pixels.var(axis=axes, ddof=1)),
            ):
                batch = running.new_tensor(own.mean(axis=0))  # (N, C) -> (C,)
                running.mul_(1.0 - momentum).add_(batch, alpha=momentum)
    out = as_type(standardize(wide, axes=axes, eps=float(eps)), input.dtype)
    return scaled(out, weight, bias)
