"""`Conv2d`: kernels that slide over images."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.conv import conv2d, full_padding, pair
from ..ops.create import empty
from ..ops.pad import pad
from .init import reset_weight_and_bias
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter

_PADDING_MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}


class Conv2d(Module):
    """Slide kernels over images: (N, in_channels, H, W) -> (N, out_channels, OH, OW).

    ``weight`` has shape (out_channels, in_channels / groups, KH, KW), ``bias`` (out_channels,);
    uniform within ``1 / sqrt(in_channels / groups * KH * KW)`` at first, as in torch. Options as
    :func:`tinyvision.nn.functional.conv2d`, and ``padding_mode``: 'zeros', 'reflect', 'replicate'
    or 'circular'.

    Raises:
        ValueError: an option that does not fit.

    Source: LeCun et al., "Gradient-based learning applied to document recognition" (1998).

    >>> import tinyvision as tv
    >>> tv.nn.Conv2d(3, 16, kernel_size=3, padding=1)(tv.zeros(1, 3, 32, 32)).shape
    (1, 16, 32, 32)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] | str = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        positive(in_channels=in_channels, out_channels=out_channels, groups=groups)
        cpu_only(device)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"groups={groups} must divide in_channels={in_channels} and "
                f"out_channels={out_channels}"
            )
        if padding_mode not in _PADDING_MODES:
            raise ValueError(
                f"padding_mode must be one of {list(_PADDING_MODES)}, got {padding_mode!r}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.stride = pair(stride, "stride")
        self.padding = padding if isinstance(padding, str) else pair(padding, "padding", least=0)
        self.dilation = pair(dilation, "dilation")
        self.groups = groups
        self.padding_mode = padding_mode
        # Checks the words 'same' and 'valid' now rather than at the first image.
        self._borders = full_padding(self.padding, self.kernel_size, self.stride, self.dilation)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight = Parameter(empty(*shape, dtype=dtype or "float32"))
        self.register_parameter(
            "bias", Parameter(empty(out_channels, dtype=dtype or "float32")) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_weight_and_bias(self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, H, W) -> (N, out_channels, OH, OW)."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            (top, bottom), (left, right) = self._borders
            input = pad(input, (left, right, top, bottom), _PADDING_MODES[self.padding_mode])
            padding = 0
        return conv2d(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def extra_repr(self) -> str:
        parts = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}",
            f"stride={self.stride}",
        ]
        for name, default in (("padding", (0, 0)), ("dilation", (1, 1)), ("groups", 1)):
            value = getattr(self, name)
            if value != default:
                parts.append(f"{name}={value}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)
