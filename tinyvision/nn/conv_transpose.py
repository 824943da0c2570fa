"""Transposed convolution layers: the way back through a convolution's sizes."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.convolution.conv import pair
from ..ops.convolution.conv_transpose import conv_transpose1d, conv_transpose2d
from ..ops.convolution.signal import single
from .conv import Convolution


class _ConvTranspose(Convolution):
    """What transposed convolutions share."""

    def _checked_mode(self, padding_mode: str) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__} has padding_mode 'zeros' only, for it cuts borders off; "
                f"got {padding_mode!r}"
            )

    def _padding_for(self, input: Tensor, output_size: Any) -> tuple[int, ...]:
        """The output_padding that gives an output of the size asked for.

        Raises:
            ValueError: no output_padding does.
        """
        if output_size is None:
            return self.output_padding
        axes = len(self.kernel_size)
        if len(output_size) not in (axes, axes + input.ndim - axes):
            raise ValueError(
                f"output_size must have {axes} or {input.ndim} numbers, got {output_size}"
            )
        found = []
        for wanted, length, k, s, p, d in zip(
            tuple(output_size)[-axes:],
            input.shape[-axes:],
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            strict=True,
        ):
            least = (length - 1) * s - 2 * int(p) + d * (k - 1) + 1
            if not least <= wanted < least + s:
                raise ValueError(
                    f"output_size {tuple(output_size)}: from an input of shape {input.shape} "
                    f"{type(self).__name__} can make {least} to {least + s - 1} pixels where "
                    f"{wanted} are asked for"
                )
            found.append(wanted - least)
        return tuple(found)


class ConvTranspose2d(_ConvTranspose):
    """Spread pixels over windows: (N, in_channels, H, W) -> (N, out_channels, OH, OW).

    ``weight`` has shape (in_channels, out_channels / groups, KH, KW), ``bias`` (out_channels,);
    uniform within ``1 / sqrt(out_channels / groups * KH * KW)`` at first, as in torch. Options as
    :func:`tinyvision.nn.functional.conv_transpose2d`.

    Raises:
        ValueError: an option that does not fit.

    Source: Zeiler et al., "Deconvolutional Networks" (2010).

    >>> import tinyvision as tv
    >>> layer = tv.nn.ConvTranspose2d(16, 3, kernel_size=3, stride=2, padding=1)
    >>> layer(tv.zeros(1, 16, 8, 8)).shape, layer(tv.zeros(1, 16, 8, 8), (16, 16)).shape
    ((1, 3, 15, 15), (1, 3, 16, 16))
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        output_padding: int | tuple[int, int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, int] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        self._checked_mode(padding_mode)
        super().__init__(
            in_channels,
            out_channels,
            pair(kernel_size, "kernel_size"),
            pair(stride, "stride"),
            pair(padding, "padding", least=0),
            pair(dilation, "dilation"),
            pair(output_padding, "output_padding", least=0),
            groups,
            padding_mode,
            device,
        )
        self.make_parameters((in_channels, out_channels // groups, *self.kernel_size), bias, dtype)

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        """(N, in_channels, H, W) -> (N, out_channels, OH, OW), of the size asked for if any."""
        return conv_transpose2d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self._padding_for(input, output_size),
            self.groups,
            self.dilation,
        )


class ConvTranspose1d(_ConvTranspose):
    """Spread elements over windows: (N, in_channels, L) -> (N, out_channels, OL).

    ``weight`` has shape (in_channels, out_channels / groups, K), ``bias`` (out_channels,); first
    values and options as for :class:`ConvTranspose2d`.

    Raises:
        ValueError: an option that does not fit.

    >>> import tinyvision as tv
    >>> tv.nn.ConvTranspose1d(16, 3, kernel_size=4, stride=2, padding=1)(tv.zeros(1, 16, 8)).shape
    (1, 3, 16)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] = 0,
        output_padding: int | tuple[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        self._checked_mode(padding_mode)
        super().__init__(
            in_channels,
            out_channels,
            (single(kernel_size, "kernel_size"),),
            (single(stride, "stride"),),
            (single(padding, "padding", least=0),),
            (single(dilation, "dilation"),),
            (single(output_padding, "output_padding", least=0),),
            groups,
            padding_mode,
            device,
        )
        self.make_parameters((in_channels, out_channels // groups, *self.kernel_size), bias, dtype)

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        """(N, in_channels, L) -> (N, out_channels, OL), of the size asked for if any."""
        return conv_transpose1d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self._padding_for(input, output_size),
            self.groups,
            self.dilation,
        )
