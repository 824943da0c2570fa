"""`Upsample` and its short names: resize images inside a network."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.pooling.interpolate import interpolate
from .module import Module


class Upsample(Module):
    """Resize images; see :func:`tinyvision.nn.functional.interpolate`.

    >>> import tinyvision as tv
    >>> tv.nn.Upsample(scale_factor=2)(tv.zeros(1, 3, 8, 8)).shape
    (1, 3, 16, 16)
    """

    def __init__(
        self,
        size: int | tuple[int, ...] | None = None,
        scale_factor: float | tuple[float, ...] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor: Any = scale_factor
        if isinstance(scale_factor, tuple):
            self.scale_factor = tuple(float(factor) for factor in scale_factor)
        elif scale_factor:
            self.scale_factor = float(scale_factor)
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, OH, OW), or (N, C, L) -> (N, C, OL)."""
        return interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            self.recompute_scale_factor,
        )

    def extra_repr(self) -> str:
        if self.scale_factor is None:
            return f"size={self.size}, mode={self.mode!r}"
        return f"scale_factor={self.scale_factor}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """:class:`Upsample` in the mode 'nearest'.

    >>> import tinyvision as tv
    >>> tv.nn.UpsamplingNearest2d(scale_factor=2)(tv.zeros(1, 3, 8, 8)).shape
    (1, 3, 16, 16)
    """

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """:class:`Upsample` in the mode 'bilinear' with ``align_corners=True``.

    >>> import tinyvision as tv
    >>> tv.nn.UpsamplingBilinear2d(size=(5, 9))(tv.zeros(1, 3, 8, 8)).shape
    (1, 3, 5, 9)
    """

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
