"""Power-average pooling layers."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.pooling.lp_pool import lp_pool1d, lp_pool2d
from .module import Module


class _LPPool(Module):
    """What both share."""

    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool2d(_LPPool):
    """``(sum of x**p)**(1/p)`` over windows; see :func:`tinyvision.nn.functional.lp_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.LPPool2d(2, 2)(tv.ones(1, 1, 2, 2))
    tensor([[[[2.]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, OH, OW)."""
        return lp_pool2d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)


class LPPool1d(_LPPool):
    """``(sum of x**p)**(1/p)`` over windows; see :func:`tinyvision.nn.functional.lp_pool1d`.

    >>> import tinyvision as tv
    >>> tv.nn.LPPool1d(2, 4)(tv.ones(1, 1, 4))
    tensor([[[2.]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, C, OL)."""
        return lp_pool1d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)
