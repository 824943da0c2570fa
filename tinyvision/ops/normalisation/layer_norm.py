"""Normalisation within one example: over its last axes, or over groups of its channels.

Nothing depends on the rest of the batch, so training and evaluation do the same.
"""

from __future__ import annotations

import math

import numpy as np

from ..base.blocks import are_short_rows
from ..base.broadcast import reshape_to
from ..base.keep import room
from ..base.linalg import check_same_type
from ..base.promote import as_type
from ..elementwise.power import rsqrt
from .affine import scale_and_shift
from .layer_norm_rows import layer_norm_rows
from .standardize import mean_product, standardize


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Normalise over the last axes, then scale and shift each element.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the sizes of the axes to go over, or the size of the last one.
        weight, bias: of shape normalized_shape, or None.
        eps: added to the variance.

    Returns:
        Of the input's shape.

    Raises:
        TypeError: the input is not of floats.
        RuntimeError: the types of input, weight and bias differ.
        ValueError: the input does not end in normalized_shape, or this has no axes, or weight or
            bias has another shape.

    Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).

    >>> import tinyvision as tv
    >>> tv.nn.functional.layer_norm(tv.tensor([[1.0, 3.0], [10.0, 30.0]]), (2,))
    tensor([[-1.,  1.],
            [-1.,  1.]])
    """
    _check_floats("layer_norm", input)
    shape = _checked_sizes("layer_norm", input, normalized_shape)
    _check_parameters("layer_norm", input, weight, bias, shape, "that of normalized_shape")
    size = math.prod(shape)
    flat = (math.prod(input.shape) // max(size, 1), size)
    axes = tuple(range(input.ndim - len(shape), input.ndim))
    if len(shape) > 1:
        weight, bias = (None if x is None else reshape_to(x, shape=(size,)) for x in (weight, bias))
    if weight is not None and bias is not None and are_short_rows(input, axes):
        rows = reshape_to(input, shape=flat)
        out = layer_norm_rows(rows, weight, bias, eps=float(eps), kept=room(input, weight, bias))
        return reshape_to(out, shape=input.shape)
    out = _standardized(input, axes, eps)
    if weight is not None:
        out = reshape_to(
            scale_and_shift(reshape_to(out, shape=flat), weight, bias), shape=out.shape
        )
    elif bias is not None:
        out = out + reshape_to(bias, shape=shape)
    return out


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divide by the root mean square over the last axes, then scale each element.

    As :func:`layer_norm` without taking the mean away, and without a bias.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the sizes of the axes to go over, or the size of the last one.
        weight: of shape normalized_shape, or None.
        eps: added to the mean square; if not given, the distance from 1 to the next number of the
            type that is computed in.

    Returns:
        Of the input's shape.

    Raises:
        TypeError, RuntimeError, ValueError: as :func:`layer_norm`.

    Source: Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    >>> import tinyvision as tv
    >>> tv.nn.functional.rms_norm(tv.tensor([1.0, 7.0]), (2,))
    tensor([0.2, 1.4])
    """
    _check_floats("rms_norm", input)
    shape = _checked_sizes("rms_norm", input, normalized_shape)
    _check_parameters("rms_norm", input, weight, None, shape, "that of normalized_shape")
    wide = as_type(input, np.promote_types(input.dtype, np.float32))
    added = float(np.finfo(wide.dtype).eps) if eps is None else float(eps)
    axes = tuple(range(input.ndim - len(shape), input.ndim))
    out = as_type(wide * rsqrt(mean_product(wide, wide, axes) + added), input.dtype)
    return out if weight is None else out * weight


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Normalise over groups of channels and their pixels, then scale and shift each channel.

    Args:
        input: (N, C, ...).
        num_groups: how many groups the channels are divided into, in order.
        weight, bias: (C,), or None.
        eps: added to the variance.

    Returns:
        Of the input's shape.

    Raises:
        TypeError: the input is not of floats.
        RuntimeError: the types of input, weight and bias differ.
        ValueError: the groups do not divide the channels, weight or bias has another shape, or
            there is but one value.

    Source: Wu and He, "Group Normalization" (2018).

    >>> import tinyvision as tv
    >>> tv.nn.functional.group_norm(tv.tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.,  1., -1.,  1.]])
    """
    _check_floats("group_norm", input)
    if input.ndim < 2:
        raise ValueError(f"group_norm: expected (N, C, ...), got shape {input.shape}")
    n, channels, *pixels = input.shape
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group_norm: num_groups must divide the {channels} channels of the input of shape "
            f"{input.shape}, got {num_groups}"
        )
    _check_parameters("group_norm", input, weight, bias, (channels,), "one number a channel")
    if math.prod(input.shape) == num_groups:
        raise ValueError(
            f"group_norm: one value per group has no variance, input of shape {input.shape} and "
            f"num_groups {num_groups}; use fewer groups"
        )
    # (N, C, ...) -> (N, G, C/G, ...): a view in every memory layout
    groups = reshape_to(input, shape=(n, num_groups, channels // num_groups, *pixels))
    out = reshape_to(_standardized(groups, tuple(range(2, groups.ndim)), eps), shape=input.shape)
    per_channel = (channels,) + (1,) * len(pixels)  # (C,) -> (C, 1, ...)
    out = out if weight is None else out * reshape_to(weight, shape=per_channel)
    return out if bias is None else out + reshape_to(bias, shape=per_channel)


def _standardized(x, axes, eps):
    """As :func:`standardize`; float16, whose squares overflow above 255, in float32."""
    wide = as_type(x, np.promote_types(x.dtype, np.float32))
    return as_type(standardize(wide, axes=axes, eps=float(eps), kept=room(wide)), x.dtype)


def sizes(shape) -> tuple[int, ...]:
    """A shape as a tuple; a number is the shape of one axis."""
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _checked_sizes(name, input, normalized_shape) -> tuple[int, ...]:
    shape = sizes(normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise ValueError(
            f"{name}: the input must end in normalized_shape {shape}, one axis at least, got "
            f"shape {input.shape}"
        )
    return shape


def _check_floats(name, input) -> None:
    if input.dtype.kind != "f":
        raise TypeError(f"{name} needs floating-point numbers, got {input.dtype}; use x.float()")


def _check_parameters(function, input, weight, bias, shape, meaning) -> None:
    for name, values in (("weight", weight), ("bias", bias)):
        if values is None:
            continue
        if values.shape != shape:
            raise ValueError(
                f"{function}: {name} must have shape {shape}, {meaning}, got {values.shape}"
            )
        check_same_type(f"{function}: input and {name}", input, values)
