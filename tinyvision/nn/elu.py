"""Exponential units as layers."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.elementwise import elu as f
from .activation import InPlace, in_place
from .module import Module


class ELU(Module):
    """x where positive, ``alpha * (exp(x) - 1)`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.ELU()(tv.tensor([0.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{in_place(self.inplace)}"


class CELU(Module):
    """x where positive, ``alpha * (exp(x / alpha) - 1)`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.CELU(2.0)(tv.tensor([-1.0, 2.0]))
    tensor([-0.7869,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{in_place(self.inplace)}"


class SELU(InPlace):
    """ELU, stretched so that layers of it keep mean 0 and variance 1 by themselves.

    >>> import tinyvision as tv
    >>> tv.nn.SELU()(tv.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.selu(input, self.inplace)
