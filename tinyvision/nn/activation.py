"""Smooth activations, and ReLU, as layers."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.elementwise import activation as f
from ..ops.elementwise.gelu import gelu
from ..ops.elementwise.hyperbolic import tanh
from .module import Module


class InPlace(Module):
    """An activation that can store its answer in its input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


def in_place(inplace: bool) -> str:
    """What a layer with other options shows of this one."""
    return ", inplace=True" if inplace else ""


class ReLU(InPlace):
    """``max(0, x)``.

    >>> import tinyvision as tv
    >>> tv.nn.ReLU()(tv.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.relu(input, self.inplace)


class SiLU(InPlace):
    """``x * sigmoid(x)``.

    >>> import tinyvision as tv
    >>> tv.nn.SiLU()(tv.tensor([0.0]))
    tensor([0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.silu(input, self.inplace)


class GELU(Module):
    """``x * P(a standard normal number < x)``; ``approximate`` is 'none' or 'tanh'.

    >>> import tinyvision as tv
    >>> tv.nn.GELU()(tv.tensor([0.0]))
    tensor([0.])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """``log(1 + exp(beta * x)) / beta``.

    >>> import tinyvision as tv
    >>> tv.nn.Softplus()(tv.tensor([0.0]))
    tensor([0.6931])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Sigmoid(Module):
    """``1 / (1 + exp(-x))``.

    >>> import tinyvision as tv
    >>> tv.nn.Sigmoid()(tv.tensor([0.0]))
    tensor([0.5])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.sigmoid(input)


class LogSigmoid(Module):
    """``log(sigmoid(x))``.

    >>> import tinyvision as tv
    >>> tv.nn.LogSigmoid()(tv.tensor([0.0]))
    tensor([-0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent.

    >>> import tinyvision as tv
    >>> tv.nn.Tanh()(tv.tensor([0.0]))
    tensor([0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return tanh(input)


class Mish(InPlace):
    """``x * tanh(log(1 + exp(x)))``.

    >>> import tinyvision as tv
    >>> tv.nn.Mish()(tv.tensor([-1.0, 1.0]))
    tensor([-0.3034,  0.8651])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.mish(input, self.inplace)


class Softsign(Module):
    """``x / (1 + |x|)``.

    >>> import tinyvision as tv
    >>> tv.nn.Softsign()(tv.tensor([-1.0, 3.0]))
    tensor([-0.5 ,  0.75])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.softsign(input)


class Tanhshrink(Module):
    """``x - tanh(x)``.

    >>> import tinyvision as tv
    >>> tv.nn.Tanhshrink()(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.2384])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.tanhshrink(input)


class GLU(Module):
    """One half of the input, along ``dim``, times the sigmoid of the other.

    >>> import tinyvision as tv
    >>> tv.nn.GLU()(tv.tensor([1.0, 2.0, 0.0, 100.0]))
    tensor([0.5, 2. ])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Half as many along ``dim``."""
        return f.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
