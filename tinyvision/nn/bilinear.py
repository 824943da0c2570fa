"""`Bilinear`: a linear map of each of two inputs while the other stays."""

from __future__ import annotations

import math
from typing import Any

from ..autograd.tensor import Tensor
from ..ops.layers.bilinear import bilinear
from ..ops.shapes.create import empty
from .init import uniform_
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter


class Bilinear(Module):
    """``y[o] = x1 @ weight[o] @ x2 + bias[o]``: (..., in1), (..., in2) -> (..., out).

    Parameters are uniform within ``1 / sqrt(in1_features)`` at first, as in torch.

    >>> import tinyvision as tv
    >>> tv.nn.Bilinear(3, 4, 2)(tv.zeros(5, 3), tv.zeros(5, 4)).shape
    (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        positive(in1_features=in1_features, in2_features=in2_features, out_features=out_features)
        cpu_only(device)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(empty(*shape, dtype=dtype or "float32"))
        self.register_parameter(
            "bias", Parameter(empty(out_features, dtype=dtype or "float32")) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1.0 / math.sqrt(self.in1_features)
        for parameter in self.parameters():
            uniform_(parameter, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """(..., in1_features), (..., in2_features) -> (..., out_features)."""
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
