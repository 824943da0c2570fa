"""Softmax and its kin as layers."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.layers.softmax import log_softmax, softmax, softmin
from .module import Module


class _AlongDim(Module):
    """An activation along one axis."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """Positive weights that add up to 1 along an axis.

    >>> import tinyvision as tv
    >>> tv.nn.Softmax(dim=0)(tv.zeros(2))
    tensor([0.5, 0.5])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Along ``dim``."""
        return softmax(input, self.dim)


class LogSoftmax(_AlongDim):
    """The logarithm of the softmax along an axis.

    >>> import tinyvision as tv
    >>> tv.nn.LogSoftmax(dim=0)(tv.zeros(2))
    tensor([-0.6931, -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Along ``dim``."""
        return log_softmax(input, self.dim)


class Softmin(_AlongDim):
    """The softmax of ``-x`` along an axis.

    >>> import tinyvision as tv
    >>> tv.nn.Softmin(dim=0)(tv.tensor([0.0, float("inf")]))
    tensor([1., 0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Along ``dim``."""
        return softmin(input, self.dim)


class Softmax2d(Module):
    """The softmax over the channels of (N, C, H, W) or (C, H, W), pixel by pixel.

    >>> import tinyvision as tv
    >>> tv.nn.Softmax2d()(tv.zeros(1, 2, 1, 2))
    tensor([[[[0.5, 0.5]],
    <BLANKLINE>
             [[0.5, 0.5]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Along the third axis from the end.

        Raises:
            ValueError: the input is no image or batch of images.
        """
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected (N, C, H, W) or (C, H, W), got {input.shape}")
        return softmax(input, -3)
