"""`Linear`, and the layers that only move numbers: `Flatten`, `Unflatten`, `Identity`."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.base.shape import flatten, unflatten
from ..ops.layers.linear import linear
from ..ops.shapes.create import empty
from .init import reset_weight_and_bias
from .module import Module
from .parameter import Parameter


def positive(**sizes: int) -> None:
    """Check sizes of a layer.

    Raises:
        ValueError: one of them is not a positive integer.
    """
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
            raise ValueError(f"{name} must be a positive integer, got {size!r}")


def cpu_only(device: Any) -> None:
    """Check torch's argument `device`.

    Raises:
        ValueError: it names another device than the processor.
    """
    if device is not None and str(device) != "cpu":
        raise ValueError(f"tinyvision computes on the CPU only, got device={device!r}")


class Linear(Module):
    """``y = x @ weight.T + bias`` on the last axis: (..., in_features) -> (..., out_features).

    Parameters are uniform within ``1 / sqrt(in_features)`` at first, as in torch.

    >>> import tinyvision as tv
    >>> tv.nn.Linear(3, 2)(tv.zeros(5, 3)).shape
    (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        positive(in_features=in_features, out_features=out_features)
        cpu_only(device)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in_features, dtype=dtype or "float32"))
        self.register_parameter(
            "bias", Parameter(empty(out_features, dtype=dtype or "float32")) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_weight_and_bias(self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """(..., in_features) -> (..., out_features)."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Flatten(Module):
    """Join axes into one: (N, C, H, W) -> (N, C*H*W).

    >>> import tinyvision as tv
    >>> tv.nn.Flatten()(tv.zeros(2, 3, 4)).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Join the axes from start_dim to end_dim."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Cut one axis into several.

    >>> import tinyvision as tv
    >>> tv.nn.Unflatten(1, (3, 4))(tv.zeros(2, 12)).shape
    (2, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """Cut the axis."""
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class Identity(Module):
    """Gives back what it gets; takes any arguments.

    >>> import tinyvision as tv
    >>> tv.nn.Identity()(tv.ones(1))
    tensor([1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        """The input."""
        return input
