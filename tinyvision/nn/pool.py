"""Pooling layers."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.pooling.adaptive_pool import adaptive_avg_pool2d, adaptive_max_pool2d
from ..ops.pooling.avg_pool import avg_pool2d
from ..ops.pooling.pool import max_pool2d
from .module import Module


class MaxPool2d(Module):
    """The largest pixel of each window; see :func:`tinyvision.nn.functional.max_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.MaxPool2d(2, 2)(tv.zeros(1, 16, 32, 32)).shape
    (1, 16, 16, 16)
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) -> (N, C, OH, OW), with the indices if asked for."""
        return max_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class AvgPool2d(Module):
    """The mean of each window; see :func:`tinyvision.nn.functional.avg_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.AvgPool2d(2)(tv.zeros(1, 3, 8, 8)).shape
    (1, 3, 4, 4)
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, OH, OW)."""
        return avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """The mean over windows chosen so that the answer has the given size.

    >>> import tinyvision as tv
    >>> tv.nn.AdaptiveAvgPool2d(1)(tv.zeros(1, 3, 8, 5)).shape
    (1, 3, 1, 1)
    """

    def __init__(self, output_size: int | tuple[int | None, int | None]) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, *output_size)."""
        return adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool2d(Module):
    """The largest pixel of windows chosen so that the answer has the given size.

    >>> import tinyvision as tv
    >>> tv.nn.AdaptiveMaxPool2d((2, 1))(tv.zeros(1, 3, 8, 5)).shape
    (1, 3, 2, 1)
    """

    def __init__(
        self, output_size: int | tuple[int | None, int | None], return_indices: bool = False
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) -> (N, C, *output_size), with the indices if asked for."""
        return adaptive_max_pool2d(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"
