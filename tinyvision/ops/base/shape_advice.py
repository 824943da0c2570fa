"""What was probably meant, where the shape of an input does not fit a layer."""

from __future__ import annotations

import math


def for_features(shape: tuple[int, ...], features: int) -> str:
    """The remedy for an input whose last axis has not the number of features of a layer.

    >>> for_features((8, 16, 4, 4), 256)
    'axes 1 to 3 hold 256 elements together: flatten them first, x.flatten(1), or nn.Flatten(1)'
    >>> for_features((256, 8), 256)
    'axis 0 has 256: move it to the end, x.movedim(0, -1)'
    >>> for_features((8, 100), 256)
    'make the layer for 100 features, or bring the input to 256'
    """
    for axis in range(1 if len(shape) > 1 else 0, len(shape) - 1):
        if math.prod(shape[axis:]) == features:
            layer = f", or nn.Flatten({axis})" if axis == 1 else ""
            return (
                f"axes {axis} to {len(shape) - 1} hold {features} elements together: flatten them "
                f"first, x.flatten({axis}){layer}"
            )
    if len(shape) > 1 and math.prod(shape) == features:
        return (
            f"all axes hold {features} elements together, as one example without a batch axis "
            "would: x.reshape(1, -1)"
        )
    if features in shape:
        axis = shape.index(features)
        return f"axis {axis} has {features}: move it to the end, x.movedim({axis}, -1)"
    if not shape:
        return "the input has no axes; stack its numbers first"
    return f"make the layer for {shape[-1]} features, or bring the input to {features}"


def for_channels(shape: tuple[int, ...], channels: int, spatial: int) -> str:
    """The remedy for images or signals that have not the number of channels of a layer.

    Args:
        shape: (N, C, ...), or (C, ...).
        channels: what is expected for C.
        spatial: the number of axes after C.

    >>> for_channels((8, 32, 32, 3), 3, 2)
    'the last axis has 3: if channels come last here, put them before the pixels,
    x.permute(0, 3, 1, 2)'
    >>> for_channels((8, 28, 28), 1, 2)
    'if these are 8 examples of one channel, give them its axis: x.unsqueeze(1)'
    >>> for_channels((8, 1, 28, 28), 3, 2)
    'make the layer for 1 channels, or repeat the grey channel: x.repeat(1, 3, 1, 1)'
    """
    place = len(shape) - spatial - 1  # of the channels
    if shape[-1] == channels:
        order = (*range(place), len(shape) - 1, *range(place, len(shape) - 1))
        return (
            f"the last axis has {channels}: if channels come last here, put them before the "
            f"pixels, x.permute{order}"
        )
    if place == 0 and channels == 1:
        return (
            f"if these are {shape[0]} examples of one channel, give them its axis: x.unsqueeze(1)"
        )
    if place == 1 and shape[0] == channels > 1:
        return f"axis 0 has {channels}: the batch comes first, then the channels, x.transpose(0, 1)"
    grey = ""
    if shape[place] == 1 and channels > 1:
        times = [channels if axis == place else 1 for axis in range(len(shape))]
        grey = f"repeat the grey channel: x.repeat({', '.join(map(str, times))})"
    return f"make the layer for {shape[place]} channels, or " + (
        grey or f"bring the input to {channels}"
    )


def for_axes(layer: str, shape: tuple[int, ...]) -> str:
    """The remedy for an input of a number of axes that ``layer``, called ...1d or ...2d, refuses.

    >>> for_axes("BatchNorm1d", (8, 3, 5, 5))
    'x.flatten(2) makes one axis of the last ones, or use BatchNorm2d'
    >>> for_axes("BatchNorm2d", (3, 5, 5))
    'give one example a batch axis, x.unsqueeze(0), or use BatchNorm1d'
    """
    spatial = int(layer[-2])
    twin = f"{layer[:-2]}{max(len(shape) - 2, 1)}d"
    use = f", or use {twin}" if len(shape) > 1 and twin != layer else ""
    if len(shape) > spatial + 2:
        return f"x.flatten({spatial + 1}) makes one axis of the last ones{use}"
    if len(shape) == (1 if spatial == 1 else spatial + 1):  # (N, C) has enough for ...1d
        return f"give one example a batch axis, x.unsqueeze(0){use}"
    return "expected are a batch, the channels and what lies behind them" + use
