"""Convolution, the way networks use it: a cross-correlation, the kernel is not flipped.

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base.broadcast import reshape_to
from ..base.shape_advice import for_channels
from .correlate import correlate
from .signal import as_image, as_signal, batched_signals, single


def pair(value: Any, name: str, least: int = 1) -> tuple[int, int]:
    """One integer for both axes, or one each.

    Raises:
        TypeError: not an integer or two.
        ValueError: smaller than allowed.
    """
    both = (value, value) if isinstance(value, (int, np.integer)) else value
    if type(both) is not tuple or [*map(type, both)] != [int, int]:  # as it is in most calls
        if (
            not isinstance(both, (tuple, list))
            or len(both) not in (1, 2)
            or not all(isinstance(v, (int, np.integer)) and not isinstance(v, bool) for v in both)
        ):
            raise TypeError(f"{name} must be an integer or a pair (height, width), got {value!r}")
        both = tuple(int(v) for v in both) * (3 - len(both))
    if min(both) < least:
        advice = "; stride=1 moves the window by one place" if name == "stride" else ""
        raise ValueError(f"{name} must be at least {least}, got {value!r}{advice}")
    return both[0], both[1]


def batched(name, input):
    """(C, H, W) as a batch of one."""
    if input.ndim not in (3, 4):
        raise ValueError(f"{name}: expected (N, C, H, W) or (C, H, W), got shape {input.shape}")
    return input if input.ndim == 4 else reshape_to(input, shape=(1, *input.shape))


def unbatched(out, input):
    return out if input.ndim == 4 else reshape_to(out, shape=out.shape[1:])


def full_padding(padding, kernel, stride, dilation) -> tuple[tuple[int, int], tuple[int, int]]:
    """torch's padding argument as ((top, bottom), (left, right)).

    Raises:
        ValueError: an unknown word, or 'same' with a stride.
    """
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"padding='same' needs stride 1, got {stride}; give numbers instead")
        reach = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        # Where the border cannot be even, torch puts the odd pixel below and to the right.
        return tuple((r // 2, r - r // 2) for r in reach)  # type: ignore[return-value]
    if isinstance(padding, str):
        raise ValueError(f"padding must be numbers, 'same' or 'valid', got {padding!r}")
    vertical, horizontal = pair(padding, "padding", least=0)
    return (vertical, vertical), (horizontal, horizontal)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide kernels over images: `y[i, j] = b + sum over m, n of w[m, n] * x[i + m, j + n]`.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        weight: (O, C / groups, KH, KW).
        bias: (O,) or None.
        stride, dilation: an integer or a pair (height, width).
        padding: an integer, a pair, 'same' (output as large as the input) or 'valid' (none).
        groups: cut the channels into this many groups that do not see each other.

    Returns:
        (N, O, OH, OW) with `OH = (H + 2*padding - dilation*(KH - 1) - 1) // stride + 1`.

    Raises:
        ValueError: the sizes do not fit each other.
        RuntimeError: the types differ.

    Source: the article, section 4.1; Dumoulin and Visin (2016).

    >>> import tinyvision as tv
    >>> x = tv.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    >>> w = tv.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> tv.nn.functional.conv2d(x, w)
    tensor([[[[37., 47.],
              [67., 77.]]]])
    """
    if weight.ndim != 4:
        raise ValueError(f"conv2d: weight must be (O, C/groups, KH, KW), got shape {weight.shape}")
    if input.ndim not in (3, 4):
        raise ValueError(
            f"conv2d: the input must be (N, C, H, W) or (C, H, W), got shape {input.shape}; "
            "give grey images a channel axis, x.unsqueeze(1), and flat ones their shape, "
            "x.reshape(N, C, H, W)"
        )
    _check_channels("conv2d", input.shape, weight.shape, bias, groups)
    if input.ndim == 3:
        batch = reshape_to(input, shape=(1, *input.shape))
        out = conv2d(batch, weight, bias, stride, padding, dilation, groups)
        return reshape_to(out, shape=out.shape[1:])
    stride, dilation = pair(stride, "stride"), pair(dilation, "dilation")
    kernel = weight.shape[2:]
    borders = full_padding(padding, kernel, stride, dilation)
    check_types("conv2d", input, weight, bias)
    check_span("conv2d", input.shape, kernel, dilation, borders)
    return correlate(
        input, weight, bias, stride=stride, padding=borders, dilation=dilation, groups=groups
    )


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide kernels along signals: `y[i] = b + sum over m of w[m] * x[i + m]`.

    Args:
        input: (N, C, L), or one signal (C, L).
        weight: (O, C / groups, K).
        bias: (O,) or None.
        stride, padding, dilation, groups: as in :func:`conv2d`, in one dimension.

    Returns:
        (N, O, OL) with `OL = (L + 2*padding - dilation*(K - 1) - 1) // stride + 1`.

    Raises:
        TypeError, ValueError, RuntimeError: as :func:`conv2d`.

    >>> import tinyvision as tv
    >>> x, w = tv.tensor([[[1.0, 2.0, 4.0, 8.0]]]), tv.tensor([[[-1.0, 1.0]]])
    >>> tv.nn.functional.conv1d(x, w)
    tensor([[[1., 2., 4.]]])
    """
    if weight.ndim != 3:
        raise ValueError(f"conv1d: weight must be (O, C/groups, K), got shape {weight.shape}")
    x = batched_signals("conv1d", input)
    kernel = (1, weight.shape[2])
    steps, spacing = (1, single(stride, "stride")), (1, single(dilation, "dilation"))
    if not isinstance(padding, str):
        padding = (0, single(padding, "padding", least=0))
    borders = full_padding(padding, kernel, steps, spacing)
    _check_channels("conv1d", input.shape, weight.shape, bias, groups)
    check_types("conv1d", x, weight, bias)
    image = as_image(x)
    check_span("conv1d", image.shape, kernel, spacing, borders)
    options = {"stride": steps, "padding": borders, "dilation": spacing, "groups": groups}
    return as_signal(correlate(image, as_image(weight), bias, **options), input)


def check_types(name, input, weight, bias) -> None:
    """Raise unless image, kernel and bias have one type.

    Raises:
        RuntimeError: the types differ.
    """
    for other, what in ((weight, "weight"), (bias, "bias")):
        if other is not None and other.dtype != input.dtype:
            array = isinstance(input, np.ndarray)
            remedy = f"tv.from_numpy(x).to(tv.{other.dtype})" if array else "x.to(weight.dtype)"
            raise RuntimeError(
                f"{name}: the input is {input.dtype}, {what} is {other.dtype}; "
                f"convert {'the array' if array else 'one of them'}: {remedy}"
            )


def check_span(name, shape, kernel, dilation, borders) -> None:
    """Raise unless the kernel fits into the padded image.

    Raises:
        ValueError: it does not.
    """
    for axis, size, k, d, (before, after) in zip(
        ("height", "width"), shape[2:], kernel, dilation, borders, strict=True
    ):
        if size + before + after < d * (k - 1) + 1:
            raise ValueError(
                f"{name}: the kernel spans {d * (k - 1) + 1} pixels of {axis} (kernel {k}, "
                f"dilation {d}), the padded image has {size + before + after} "
                f"({size} + {before} + {after}); use a smaller kernel, more padding or a larger "
                "image"
            )


def groups_that_divide(*channels) -> str:
    """The numbers of groups that numbers of channels allow, in words.

    >>> groups_that_divide(4, 8)
    'groups may be 1, 2 or 4'
    """
    largest = math.gcd(*channels)
    fit = [str(n) for n in range(1, largest + 1) if largest % n == 0]
    return f"groups may be {' or '.join(part for part in (', '.join(fit[:-1]), fit[-1]) if part)}"


def check_groups(name, groups, **channels) -> None:
    """Raise unless the groups divide every number of channels.

    Raises:
        TypeError, ValueError: not an integer, or it does not divide.
    """
    if isinstance(groups, bool) or not isinstance(groups, (int, np.integer)):
        raise TypeError(f"{name}: groups must be an integer, got {groups!r}")
    if groups < 1 or any(count % groups for count in channels.values()):
        each = " and the ".join(f"{who}'s {count}" for who, count in channels.items())
        raise ValueError(
            f"{name}: groups={groups} must divide the {each} channels; "
            f"{groups_that_divide(*channels.values())}"
        )


def _check_channels(name, shape, weight_shape, bias, groups) -> None:
    spatial = len(weight_shape) - 2
    channels, (out_channels, per_group) = shape[-spatial - 1], weight_shape[:2]
    check_groups(name, groups, input=channels, weight=out_channels)
    if channels != per_group * groups:
        raise ValueError(
            f"{name}: the input of shape {shape} has {channels} channels, weight of shape "
            f"{weight_shape} with groups={groups} expects {per_group * groups}; "
            f"{for_channels(shape, per_group * groups, spatial)}"
        )
    if bias is not None and bias.shape != (out_channels,):
        raise ValueError(f"{name}: bias must have shape ({out_channels},), got {bias.shape}")
