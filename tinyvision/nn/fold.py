"""`Unfold` and `Fold`: an image as a matrix of its windows, and the way back."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.convolution.fold import fold, unfold
from .module import Module


class Unfold(Module):
    """Every window of an image as a column; see :func:`tinyvision.nn.functional.unfold`.

    >>> import tinyvision as tv
    >>> tv.nn.Unfold(4, stride=4)(tv.zeros(1, 3, 32, 32)).shape
    (1, 48, 64)
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        dilation: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        stride: int | tuple[int, int] = 1,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C*KH*KW, L)."""
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Module):
    """Add windows, one a column, into an image; see :func:`tinyvision.nn.functional.fold`.

    >>> import tinyvision as tv
    >>> tv.nn.Fold(32, 4, stride=4)(tv.zeros(1, 48, 64)).shape
    (1, 3, 32, 32)
    """

    def __init__(
        self,
        output_size: int | tuple[int, int],
        kernel_size: int | tuple[int, int],
        dilation: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        stride: int | tuple[int, int] = 1,
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        """(N, C*KH*KW, L) -> (N, C, *output_size)."""
        return fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, "
            f"dilation={self.dilation}, padding={self.padding}, stride={self.stride}"
        )
