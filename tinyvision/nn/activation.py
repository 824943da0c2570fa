"""Activation layers: the functions of the same name, as modules."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops import activation as f
from ..ops.exponential import tanh
from ..ops.softmax import log_softmax, softmax
from .module import Module


class _InPlace(Module):
    """An activation that can store its answer in its input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


def _in_place(inplace: bool) -> str:
    return ", inplace=True" if inplace else ""


class ReLU(_InPlace):
    """``max(0, x)``.

    >>> import tinyvision as tv
    >>> tv.nn.ReLU()(tv.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.relu(input, self.inplace)


class ReLU6(_InPlace):
    """``min(max(0, x), 6)``.

    >>> import tinyvision as tv
    >>> tv.nn.ReLU6()(tv.tensor([-1.0, 9.0]))
    tensor([0., 6.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.relu6(input, self.inplace)


class SiLU(_InPlace):
    """``x * sigmoid(x)``.

    >>> import tinyvision as tv
    >>> tv.nn.SiLU()(tv.tensor([0.0]))
    tensor([0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.silu(input, self.inplace)


class LeakyReLU(Module):
    """x where positive, ``negative_slope * x`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.LeakyReLU(0.1)(tv.tensor([-1.0, 2.0]))
    tensor([-0.1,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{_in_place(self.inplace)}"


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
        return f"alpha={self.alpha}{_in_place(self.inplace)}"


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
        return f.gelu(input, self.approximate)

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


class Hardtanh(Module):
    """Limit to ``min_val`` and ``max_val``.

    >>> import tinyvision as tv
    >>> tv.nn.Hardtanh()(tv.tensor([-3.0, 0.5]))
    tensor([-1. ,  0.5])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{_in_place(self.inplace)}"


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
