"""Normalisation layers."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor, tensor
from ..ops.base.shape_advice import for_axes, for_channels
from ..ops.normalisation.normalize import batch_norm
from ..ops.shapes.create import ones, zeros
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter


class ChannelNorm(Module):
    """A weight and a bias for each channel, and running averages of its mean and variance."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = "float32",
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        positive(num_features=num_features)
        cpu_only(device)
        dtype = dtype or "float32"
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.register_parameter(
            "weight", Parameter(ones(num_features, dtype=dtype)) if affine else None
        )
        self.register_parameter(
            "bias", Parameter(zeros(num_features, dtype=dtype)) if affine and bias else None
        )
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0) if tracked else None)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(ChannelNorm):
    """What batch normalisation over vectors and over images share."""

    axes: tuple[int, ...] = ()

    def forward(self, input: Tensor) -> Tensor:
        """The input, normalised; its shape stays."""
        if input.ndim not in self.axes:
            raise ValueError(
                f"{type(self).__name__} expects an input of {' or '.join(map(str, self.axes))} "
                f"axes, got shape {input.shape}; {for_axes(type(self).__name__, input.shape)}"
            )
        used = self.affine or self.track_running_stats
        if input.shape[1] != self.num_features and used:
            raise ValueError(
                f"{type(self).__name__} has num_features={self.num_features}, the input of shape "
                f"{input.shape} has {input.shape[1]} channels on axis 1; "
                f"{for_channels(input.shape, self.num_features, input.ndim - 2)}"
            )
        momentum = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:  # the plain average over all batches so far
                momentum = 1.0 / self.num_batches_tracked.item()
        return batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )


class BatchNorm2d(_BatchNorm):
    """Normalise each channel of (N, C, H, W) over the batch and its pixels.

    While training by the batch, whose mean and variance go into running averages; in evaluation by
    these. Parameters ``weight`` and ``bias`` (C,), buffers ``running_mean``, ``running_var`` (C,)
    and ``num_batches_tracked``.

    Source: Ioffe and Szegedy, "Batch Normalization" (2015).

    >>> import tinyvision as tv
    >>> out = tv.nn.BatchNorm2d(3)(tv.randn(8, 3, 4, 4))
    >>> bool(out.mean((0, 2, 3)).abs().max() < 1e-6)
    True
    """

    axes = (4,)


class BatchNorm1d(_BatchNorm):
    """Normalise each feature of (N, C) or (N, C, L) over the batch; see :class:`BatchNorm2d`.

    >>> import tinyvision as tv
    >>> tv.nn.BatchNorm1d(3)(tv.randn(8, 3)).shape
    (8, 3)
    """

    axes = (2, 3)
