"""Activations of straight pieces as layers."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.elementwise import piecewise as f
from ..ops.shapes.create import full
from .activation import InPlace, in_place
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter


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
        return f"negative_slope={self.negative_slope}{in_place(self.inplace)}"


class PReLU(Module):
    """x where positive, ``weight * x`` elsewhere; the weight is learnt.

    Args:
        num_parameters: 1, or the number of channels, each of which then has its own weight.
        init: the weight at first.

    Source: He et al., "Delving Deep into Rectifiers" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.PReLU()(tv.tensor([-1.0, 2.0])).tolist()
    [-0.25, 2.0]
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        positive(num_parameters=num_parameters)
        cpu_only(device)
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(full((num_parameters,), float(init), dtype=dtype or "float32"))

    def reset_parameters(self) -> None:
        """Start again from the first weight."""
        self.weight.data.fill_(self.init)

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, ...) -> (N, C, ...)."""
        return f.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x where positive, elsewhere x times a slope drawn between two bounds; their mean in eval().

    Source: Xu et al., "Empirical Evaluation of Rectified Activations" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.RReLU(0.1, 0.3).eval()(tv.tensor([-1.0, 2.0]))
    tensor([-0.2,  2. ])
    """

    def __init__(
        self, lower: float = 0.125, upper: float = 0.3333333333333333, inplace: bool = False
    ) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{in_place(self.inplace)}"


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
        return f"min_val={self.min_val}, max_val={self.max_val}{in_place(self.inplace)}"


class ReLU6(InPlace):
    """``min(max(0, x), 6)``.

    >>> import tinyvision as tv
    >>> tv.nn.ReLU6()(tv.tensor([-1.0, 9.0]))
    tensor([0., 6.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.relu6(input, self.inplace)


class Threshold(Module):
    """x where it is above the threshold, ``value`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.Threshold(0.5, -9.0)(tv.tensor([-1.0, 2.0]))
    tensor([-9.,  2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{in_place(self.inplace)}"


class Hardsigmoid(InPlace):
    """``min(max(0, x + 3), 6) / 6``.

    >>> import tinyvision as tv
    >>> tv.nn.Hardsigmoid()(tv.tensor([-4.0, 0.0]))
    tensor([0. , 0.5])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.hardsigmoid(input, self.inplace)


class Hardswish(InPlace):
    """``x * hardsigmoid(x)``.

    Source: Howard et al., "Searching for MobileNetV3" (2019).

    >>> import tinyvision as tv
    >>> tv.nn.Hardswish()(tv.tensor([1.0, 4.0]))
    tensor([0.6667, 4.    ])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.hardswish(input, self.inplace)


class _Shrink(Module):
    """What takes small numbers to 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def extra_repr(self) -> str:
        return str(self.lambd)


class Hardshrink(_Shrink):
    """0 where x lies between ``-lambd`` and ``lambd``, x elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.Hardshrink()(tv.tensor([-1.0, 0.2]))
    tensor([-1.,  0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.hardshrink(input, self.lambd)


class Softshrink(_Shrink):
    """x moved towards 0 by ``lambd``, and 0 where it would cross it.

    >>> import tinyvision as tv
    >>> tv.nn.Softshrink()(tv.tensor([-1.0, 0.2]))
    tensor([-0.5,  0. ])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return f.softshrink(input, self.lambd)
