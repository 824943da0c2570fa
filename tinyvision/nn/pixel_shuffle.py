"""Layers that move channels into space and back, and mix groups of channels."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.shapes.pixel_shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from .module import Module


class PixelShuffle(Module):
    """Channels into space; see :func:`tinyvision.nn.functional.pixel_shuffle`.

    Source: Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient
    Sub-Pixel Convolutional Neural Network" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.PixelShuffle(3)(tv.zeros(1, 9, 4, 4)).shape
    (1, 1, 12, 12)
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(..., C*r*r, H, W) -> (..., C, H*r, W*r)."""
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Space into channels; see :func:`tinyvision.nn.functional.pixel_unshuffle`.

    >>> import tinyvision as tv
    >>> tv.nn.PixelUnshuffle(3)(tv.zeros(1, 1, 12, 12)).shape
    (1, 9, 4, 4)
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(..., C, H*r, W*r) -> (..., C*r*r, H, W)."""
        return pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Groups of channels mixed; see :func:`tinyvision.nn.functional.channel_shuffle`.

    Source: Zhang et al., "ShuffleNet" (2018).

    >>> import tinyvision as tv
    >>> tv.nn.ChannelShuffle(2)(tv.arange(4.0).reshape(1, 4, 1)).flatten()
    tensor([0., 2., 1., 3.])
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, ...); its shape stays."""
        return channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
