"""Convolution layers: kernels that slide over images and signals."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.convolution.conv import conv1d, conv2d, full_padding, groups_that_divide, pair
from ..ops.convolution.signal import single
from ..ops.shapes.create import empty
from ..ops.shapes.pad import pad
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


class Convolution(Module):
    """What all convolutions share: their options, and a kernel with a bias.

    Options are tuples of as many numbers as there are dimensions.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: tuple[int, ...] | str,
        dilation: tuple[int, ...],
        output_padding: tuple[int, ...],
        groups: int,
        padding_mode: str,
        device: Any,
    ) -> None:
        super().__init__()
        positive(in_channels=in_channels, out_channels=out_channels, groups=groups)
        cpu_only(device)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"groups={groups} must divide in_channels={in_channels} and "
                f"out_channels={out_channels}; {groups_that_divide(in_channels, out_channels)}"
            )
        if padding_mode not in _PADDING_MODES:
            raise ValueError(
                f"padding_mode must be one of {list(_PADDING_MODES)}, got {padding_mode!r}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.output_padding = output_padding
        self.groups = groups
        self.padding_mode = padding_mode

    def make_parameters(self, shape: tuple[int, ...], bias: bool, dtype: Any) -> None:
        """The kernel, of this shape, and the bias."""
        self.weight = Parameter(empty(*shape, dtype=dtype or "float32"))
        self.register_parameter(
            "bias", Parameter(empty(self.out_channels, dtype=dtype or "float32")) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        reset_weight_and_bias(self.weight, self.bias)

    def extra_repr(self) -> str:
        parts = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}",
            f"stride={self.stride}",
        ]
        none, ones = (0,) * len(self.kernel_size), (1,) * len(self.kernel_size)
        for name, default in (
            ("padding", none),
            ("dilation", ones),
            ("output_padding", none),
            ("groups", 1),
        ):
            value = getattr(self, name)
            if value != default:
                parts.append(f"{name}={value}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


class Conv2d(Convolution):
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
        super().__init__(
            in_channels,
            out_channels,
            pair(kernel_size, "kernel_size"),
            pair(stride, "stride"),
            padding if isinstance(padding, str) else pair(padding, "padding", least=0),
            pair(dilation, "dilation"),
            (0, 0),
            groups,
            padding_mode,
            device,
        )
        # Checks the words 'same' and 'valid' now rather than at the first image.
        self._borders = full_padding(self.padding, self.kernel_size, self.stride, self.dilation)
        self.make_parameters((out_channels, in_channels // groups, *self.kernel_size), bias, dtype)

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


class Conv1d(Convolution):
    """Slide kernels along signals: (N, in_channels, L) -> (N, out_channels, OL).

    ``weight`` has shape (out_channels, in_channels / groups, K), ``bias`` (out_channels,); first
    values and options as for :class:`Conv2d`.

    Raises:
        ValueError: an option that does not fit.

    >>> import tinyvision as tv
    >>> tv.nn.Conv1d(3, 16, kernel_size=3, padding=1)(tv.zeros(1, 3, 32)).shape
    (1, 16, 32)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] | str = 0,
        dilation: int | tuple[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            (single(kernel_size, "kernel_size"),),
            (single(stride, "stride"),),
            padding if isinstance(padding, str) else (single(padding, "padding", least=0),),
            (single(dilation, "dilation"),),
            (0,),
            groups,
            padding_mode,
            device,
        )
        flat = self.padding if isinstance(self.padding, str) else (0, *self.padding)
        geometry = ((1, *option) for option in (self.kernel_size, self.stride, self.dilation))
        self._border = full_padding(flat, *geometry)[1]
        self.make_parameters((out_channels, in_channels // groups, *self.kernel_size), bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """(N, in_channels, L) -> (N, out_channels, OL)."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input = pad(input, self._border, _PADDING_MODES[self.padding_mode])
            padding = 0
        return conv1d(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )
