"""Normalisation within one example: `LayerNorm`, `GroupNorm`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..autograd.tensor import Tensor
from ..ops.normalisation.layer_norm import group_norm, layer_norm, rms_norm, sizes
from ..ops.shapes.create import ones, zeros
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter


class LayerNorm(Module):
    """Normalise over the last axes, then scale and shift: the same for each example and word.

    Parameters ``weight`` and ``bias`` of shape normalized_shape.

    Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).

    >>> import tinyvision as tv
    >>> out = tv.nn.LayerNorm(16)(tv.randn(2, 5, 16))
    >>> bool(out.mean(-1).abs().max() < 1e-6)
    True
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes(normalized_shape)
        for size in self.normalized_shape:
            positive(normalized_shape=size)
        cpu_only(device)
        dtype = dtype or "float32"
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        shape = self.normalized_shape
        self.register_parameter(
            "weight", Parameter(ones(shape, dtype=dtype)) if elementwise_affine else None
        )
        self.register_parameter(
            "bias", Parameter(zeros(shape, dtype=dtype)) if elementwise_affine and bias else None
        )

    def forward(self, input: Tensor) -> Tensor:
        """(..., *normalized_shape), normalised; its shape stays."""
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divide by the root mean square over the last axes, then scale each element.

    Parameter ``weight`` of the shape normalized_shape, or None without ``elementwise_affine``.

    Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    >>> import tinyvision as tv
    >>> tv.nn.RMSNorm(2)(tv.tensor([1.0, 7.0])).detach()
    tensor([0.2, 1.4])
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes(normalized_shape)
        for size in self.normalized_shape:
            positive(normalized_shape=size)
        cpu_only(device)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        weight = ones(self.normalized_shape, dtype=dtype or "float32")
        self.register_parameter("weight", Parameter(weight) if elementwise_affine else None)

    def forward(self, input: Tensor) -> Tensor:
        """(..., *normalized_shape), normalised; its shape stays."""
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Module):
    """Normalise over groups of channels and their pixels, then scale and shift each channel.

    With one group all of an image, with as many as channels each channel by itself. Parameters
    ``weight`` and ``bias`` (C,).

    Source: Wu and He, "Group Normalization" (2018).

    >>> import tinyvision as tv
    >>> tv.nn.GroupNorm(2, 6)(tv.randn(8, 6, 4, 4)).shape
    (8, 6, 4, 4)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = "float32",
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        positive(num_groups=num_groups, num_channels=num_channels)
        cpu_only(device)
        if num_channels % num_groups:
            raise ValueError(
                f"num_groups must divide num_channels, got {num_groups} and {num_channels}"
            )
        dtype = dtype or "float32"
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.register_parameter(
            "weight", Parameter(ones(num_channels, dtype=dtype)) if affine else None
        )
        self.register_parameter(
            "bias", Parameter(zeros(num_channels, dtype=dtype)) if affine and bias else None
        )

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, ...), normalised; its shape stays."""
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )
