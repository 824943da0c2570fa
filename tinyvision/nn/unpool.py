"""Layers that undo max pooling."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.convolution.conv import pair
from ..ops.convolution.signal import single
from ..ops.pooling.unpool import max_unpool1d, max_unpool2d
from .module import Module


class _MaxUnpool(Module):
    """What both share; options are tuples of as many numbers as there are dimensions."""

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool2d(_MaxUnpool):
    """Put maxima back where they stood; see :func:`tinyvision.nn.functional.max_unpool2d`.

    >>> import tinyvision as tv
    >>> pool, unpool = tv.nn.MaxPool2d(2, return_indices=True), tv.nn.MaxUnpool2d(2)
    >>> unpool(*pool(tv.tensor([[[[1.0, 2.0], [4.0, 3.0]]]])))
    tensor([[[[0., 0.],
              [4., 0.]]]])
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.stride = self.kernel_size if stride is None else pair(stride, "stride")
        self.padding = pair(padding, "padding", least=0)

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        """(N, C, H, W) -> (N, C, OH, OW), of the size asked for if any."""
        return max_unpool2d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )


class MaxUnpool1d(_MaxUnpool):
    """Put maxima back where they stood; see :func:`tinyvision.nn.functional.max_unpool1d`.

    >>> import tinyvision as tv
    >>> pool, unpool = tv.nn.MaxPool1d(2, return_indices=True), tv.nn.MaxUnpool1d(2)
    >>> unpool(*pool(tv.tensor([[[1.0, 2.0, 4.0, 3.0]]])))
    tensor([[[0., 2., 4., 0.]]])
    """

    def __init__(
        self,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] | None = None,
        padding: int | tuple[int] = 0,
    ) -> None:
        super().__init__()
        self.kernel_size = (single(kernel_size, "kernel_size"),)
        self.stride = self.kernel_size if stride is None else (single(stride, "stride"),)
        self.padding = (single(padding, "padding", least=0),)

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        """(N, C, L) -> (N, C, OL), of the length asked for if any."""
        return max_unpool1d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )
