"""Padding layers: a border around images and signals."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.shapes.pad import pad
from .module import Module


class _Padding(Module):
    """What all share: a width for all sides, or one for each, (left, right, top, bottom)."""

    sides = 0
    mode = "constant"

    def __init__(self, padding: Any) -> None:
        super().__init__()
        widths = (padding,) * self.sides if isinstance(padding, int) else tuple(padding)
        if len(widths) != self.sides:
            raise ValueError(
                f"{type(self).__name__}: padding must be an integer or {self.sides} of them, got "
                f"{padding!r}"
            )
        self.padding = widths

    def forward(self, input: Tensor) -> Tensor:
        """The input with its border."""
        spatial = self.sides // 2
        if input.ndim not in (spatial + 1, spatial + 2) and self.mode != "constant":
            raise ValueError(
                f"{type(self).__name__} expects an input of {spatial + 1} or {spatial + 2} axes, "
                f"got shape {input.shape}"
            )
        return pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return str(self.padding)


class ConstantPad2d(_Padding):
    """A border of one value around images (N, C, H, W); negative widths crop.

    >>> import tinyvision as tv
    >>> tv.nn.ConstantPad2d((1, 0, 0, 0), 9.0)(tv.zeros(1, 1, 2))
    tensor([[[9., 0., 0.]]])
    """

    sides = 4

    def __init__(self, padding: int | tuple[int, int, int, int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H + top + bottom, W + left + right)."""
        return pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(ConstantPad2d):
    """A border of one value around signals (N, C, L); negative widths crop.

    >>> import tinyvision as tv
    >>> tv.nn.ConstantPad1d((1, 2), 9.0)(tv.zeros(1, 1))
    tensor([[9., 0., 9., 9.]])
    """

    sides = 2

    def __init__(self, padding: int | tuple[int, int], value: float) -> None:
        super().__init__(padding, value)  # type: ignore[arg-type]


class ZeroPad2d(_Padding):
    """A border of zeros around images (N, C, H, W); negative widths crop.

    >>> import tinyvision as tv
    >>> tv.nn.ZeroPad2d(1)(tv.ones(1, 1, 1))
    tensor([[[0., 0., 0.],
             [0., 1., 0.],
             [0., 0., 0.]]])
    """

    sides = 4


class ZeroPad1d(_Padding):
    """A border of zeros around signals (N, C, L); negative widths crop.

    >>> import tinyvision as tv
    >>> tv.nn.ZeroPad1d(1)(tv.ones(1, 1))
    tensor([[0., 1., 0.]])
    """

    sides = 2


class ReflectionPad2d(_Padding):
    """Images mirrored at their edges, which are not repeated.

    >>> import tinyvision as tv
    >>> tv.nn.ReflectionPad2d((2, 1, 0, 0))(tv.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[3., 2., 1., 2., 3., 2.]]])
    """

    sides, mode = 4, "reflect"


class ReflectionPad1d(_Padding):
    """Signals mirrored at their edges, which are not repeated.

    >>> import tinyvision as tv
    >>> tv.nn.ReflectionPad1d((2, 1))(tv.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2.]])
    """

    sides, mode = 2, "reflect"


class ReplicationPad2d(_Padding):
    """Images whose edges are repeated.

    >>> import tinyvision as tv
    >>> tv.nn.ReplicationPad2d((2, 1, 0, 0))(tv.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[1., 1., 1., 2., 3., 3.]]])
    """

    sides, mode = 4, "replicate"


class ReplicationPad1d(_Padding):
    """Signals whose edges are repeated.

    >>> import tinyvision as tv
    >>> tv.nn.ReplicationPad1d((2, 1))(tv.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 1., 2., 3., 3.]])
    """

    sides, mode = 2, "replicate"


class CircularPad2d(_Padding):
    """Images that go on from the other side.

    >>> import tinyvision as tv
    >>> tv.nn.CircularPad2d((2, 1, 0, 0))(tv.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[2., 3., 1., 2., 3., 1.]]])
    """

    sides, mode = 4, "circular"


class CircularPad1d(_Padding):
    """Signals that go on from the other side.

    >>> import tinyvision as tv
    >>> tv.nn.CircularPad1d((2, 1))(tv.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 3., 1., 2., 3., 1.]])
    """

    sides, mode = 2, "circular"
