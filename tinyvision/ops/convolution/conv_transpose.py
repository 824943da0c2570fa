"""Transposed convolution: the way back through a convolution's sizes, often used to enlarge.

Each pixel is spread over a window, weighted by the kernel, and windows that overlap add up: the
adjoint of the convolution with the same kernel and stride, not its inverse.
Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

from ..base.broadcast import reshape_to
from ..base.shape_advice import for_channels
from ..shapes.pad import pad_constant
from .conv import batched, check_groups, check_types, pair, unbatched
from .correlate import correlate_input_adjoint
from .signal import as_image, as_signal, batched_signals, single


def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Spread each pixel over a window: the adjoint of :func:`conv2d` in the image.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        weight: (C, O / groups, KH, KW).
        bias: (O,) or None.
        stride: how far apart the windows of neighbouring pixels lie.
        padding: how many pixels to cut off each border of the answer.
        output_padding: how many to add below and to the right, smaller than stride or dilation:
            several sizes become the same under a convolution with a stride, and this says which
            to go back to.
        groups: cut the channels into this many groups that do not see each other.
        dilation: how far apart the pixels of a window lie.

    Returns:
        (N, O, OH, OW) with
        `OH = (H - 1)*stride - 2*padding + dilation*(KH - 1) + output_padding + 1`.

    Raises:
        TypeError: an option is neither an integer nor a pair.
        ValueError: the sizes do not fit each other.
        RuntimeError: the types differ.

    Source: Zeiler et al., "Deconvolutional Networks" (2010).

    >>> import tinyvision as tv
    >>> x, w = tv.tensor([[[[1.0, 2.0]]]]), tv.ones(1, 1, 1, 3)
    >>> tv.nn.functional.conv_transpose2d(x, w, stride=2)
    tensor([[[[1., 1., 3., 2., 2.]]]])
    """
    if weight.ndim != 4:
        raise ValueError(
            f"conv_transpose2d: weight must be (C, O/groups, KH, KW), got shape {weight.shape}"
        )
    x = batched("conv_transpose2d", input)
    _check("conv_transpose2d", input, weight, bias, groups)
    geometry = {
        "stride": pair(stride, "stride"),
        "padding": pair(padding, "padding", least=0),
        "output_padding": pair(output_padding, "output_padding", least=0),
        "dilation": pair(dilation, "dilation"),
    }
    return unbatched(_spread("conv_transpose2d", x, weight, bias, groups, **geometry), input)


def conv_transpose1d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Spread each element of a signal over a window: the adjoint of :func:`conv1d` in the signal.

    Args:
        input: (N, C, L), or one signal (C, L).
        weight: (C, O / groups, K).
        bias: (O,) or None.
        stride, padding, output_padding, groups, dilation: as in :func:`conv_transpose2d`.

    Returns:
        (N, O, OL) with `OL = (L - 1)*stride - 2*padding + dilation*(K - 1) + output_padding + 1`.

    Raises:
        TypeError, ValueError, RuntimeError: as :func:`conv_transpose2d`.

    >>> import tinyvision as tv
    >>> x, w = tv.tensor([[[1.0, 2.0]]]), tv.tensor([[[1.0, 10.0]]])
    >>> tv.nn.functional.conv_transpose1d(x, w)
    tensor([[[ 1., 12., 20.]]])
    """
    if weight.ndim != 3:
        raise ValueError(
            f"conv_transpose1d: weight must be (C, O/groups, K), got shape {weight.shape}"
        )
    x = batched_signals("conv_transpose1d", input)
    _check("conv_transpose1d", input, weight, bias, groups)
    geometry = {
        "stride": (1, single(stride, "stride")),
        "padding": (0, single(padding, "padding", least=0)),
        "output_padding": (0, single(output_padding, "output_padding", least=0)),
        "dilation": (1, single(dilation, "dilation")),
    }
    out = _spread("conv_transpose1d", as_image(x), as_image(weight), bias, groups, **geometry)
    return as_signal(out, input)


def _check(name, input, weight, bias, groups) -> None:
    check_groups(name, groups, weight=weight.shape[0])
    spatial = weight.ndim - 2
    channels = input.shape[-spatial - 1]
    if channels != weight.shape[0]:
        raise ValueError(
            f"{name}: the input of shape {input.shape} has {channels} channels, weight of shape "
            f"{weight.shape} expects {weight.shape[0]} (its first axis: it is turned around from "
            f"that of a convolution); {for_channels(input.shape, weight.shape[0], spatial)}"
        )
    out_channels = weight.shape[1] * groups
    if bias is not None and bias.shape != (out_channels,):
        raise ValueError(f"{name}: bias must have shape ({out_channels},), got {bias.shape}")
    check_types(name, input, weight, bias)
    if 0 in input.shape[-spatial:]:
        raise ValueError(f"{name}: the input must have a pixel at least, got shape {input.shape}")


def _spread(name, x, weight, bias, groups, *, stride, padding, output_padding, dilation):
    sizes, borders, beyond = [], [], []
    for length, k, s, p, extra, d in zip(
        x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation, strict=True
    ):
        if extra >= max(s, d):
            raise ValueError(
                f"{name}: output_padding must be smaller than stride or dilation, got {extra} "
                f"with stride {s} and dilation {d}"
            )
        whole = (length - 1) * s + d * (k - 1) + 1
        size = whole - 2 * p + extra
        if size < 1:
            raise ValueError(
                f"{name}: windows of {length} pixels reach over {whole}, padding {p} and "
                f"output_padding {extra} leave {size} of them; use less padding"
            )
        # What is added is first what the padding would cut off; no window reaches further.
        inside = min(size, max(whole - p, 0))
        sizes.append(inside)
        borders.append((p, max(p - extra, 0)))
        beyond.append((0, size - inside))
    out = correlate_input_adjoint(
        x,
        weight,
        size=tuple(sizes),
        stride=stride,
        padding=tuple(borders),
        dilation=dilation,
        groups=groups,
    )
    if any(after for _, after in beyond):
        out = pad_constant(out, widths=((0, 0), (0, 0), *beyond), value=0.0)
    return out if bias is None else out + reshape_to(bias, shape=(-1, 1, 1))
