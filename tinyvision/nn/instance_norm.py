"""Instance normalisation layers."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.base.broadcast import reshape_to
from ..ops.base.shape_advice import for_axes, for_channels
from ..ops.normalisation.instance_norm import instance_norm
from .norm import ChannelNorm


class _InstanceNorm(ChannelNorm):
    """What instance normalisation of images and signals share."""

    spatial = 0

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input: Tensor) -> Tensor:
        """The input, normalised; its shape stays."""
        name = type(self).__name__
        if input.ndim not in (self.spatial + 1, self.spatial + 2):
            raise ValueError(
                f"{name} expects an input of {self.spatial + 1} or {self.spatial + 2} axes, got "
                f"shape {input.shape}; {for_axes(name, input.shape)}"
            )
        channels = input.shape[-self.spatial - 1]
        if channels != self.num_features and (self.affine or self.track_running_stats):
            raise ValueError(
                f"{name} has num_features={self.num_features}, the input of shape {input.shape} "
                f"has {channels} channels; "
                f"{for_channels(input.shape, self.num_features, self.spatial)}"
            )
        single = input.ndim == self.spatial + 1
        out = instance_norm(
            reshape_to(input, shape=(1, *input.shape)) if single else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )
        return reshape_to(out, shape=input.shape) if single else out


class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each image (N, C, H, W), or of one (C, H, W), by itself.

    Without ``affine`` there are no parameters, and without ``track_running_stats`` evaluation does
    what training does; with them ``weight`` and ``bias`` (C,), and the buffers ``running_mean``,
    ``running_var`` (C,) and ``num_batches_tracked``, which as in torch stays 0.

    Source: Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization"
    (2016).

    >>> import tinyvision as tv
    >>> out = tv.nn.InstanceNorm2d(3)(tv.randn(8, 3, 4, 4))
    >>> bool(out.mean((2, 3)).abs().max() < 1e-6)
    True
    """

    spatial = 2


class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each signal (N, C, L), or of one (C, L), by itself.

    As :class:`InstanceNorm2d`.

    >>> import tinyvision as tv
    >>> tv.nn.InstanceNorm1d(3)(tv.randn(8, 3, 4)).shape
    (8, 3, 4)
    """

    spatial = 1
