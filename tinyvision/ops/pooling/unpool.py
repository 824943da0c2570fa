"""Undoing max pooling: each maximum back to where it stood, zero everywhere else."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.tensor import unwrap
from ..base.broadcast import reshape_to
from ..base.choose import zero_where
from ..convolution.conv import batched, pair, unbatched
from ..convolution.signal import as_image, as_signal, batched_signals
from ..indexing.gather import add_along
from .pool1d import flat


def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put each maximum back to the place in its image that ``max_pool2d`` reported.

    Of several values with the same place the last is kept, and it alone has a gradient.

    Args:
        input: (N, C, H, W) or (C, H, W), what :func:`max_pool2d` returned, or as large as that.
        indices: as ``max_pool2d(..., return_indices=True)`` gives them.
        kernel_size, stride, padding: as given to :func:`max_pool2d`.
        output_size: the height and width to get (or the whole shape), where pooling left some
            pixels out; within a stride of `(H - 1)*stride - 2*padding + kernel_size`, the default.

    Raises:
        TypeError: the indices do not hold integers.
        IndexError: an index lies outside of the image.
        ValueError: the sizes do not fit each other.

    Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014).

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> out, places = F.max_pool2d(tv.tensor([[[1.0, 5.0, 2.0, 0.0]]]), (1, 2), return_indices=True)
    >>> F.max_unpool2d(out, places, (1, 2))
    tensor([[[0., 5., 2., 0.]]])
    """
    kernel = pair(kernel_size, "kernel_size")
    steps = kernel if stride is None or stride in ([], ()) else pair(stride, "stride")
    border = pair(padding, "padding", least=0)
    size = _wanted("max_unpool2d", input, 2, kernel, steps, border, output_size)
    x, places = batched("max_unpool2d", input), batched("max_unpool2d", indices)
    return unbatched(_placed("max_unpool2d", x, places, size), input)


def max_unpool1d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put each maximum back to the place in its signal that ``max_pool1d`` reported.

    Args:
        input: (N, C, L) or (C, L).
        indices, kernel_size, stride, padding, output_size: as for :func:`max_unpool2d`, in one
            dimension.

    Raises:
        TypeError, IndexError, ValueError: as :func:`max_unpool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.max_unpool1d(tv.tensor([[5.0, 2.0]]), tv.tensor([[1, 2]]), 2)
    tensor([[0., 5., 2., 0.]])
    """
    kernel = flat(kernel_size, "kernel_size", 1)
    steps = flat(stride, "stride", 1) or kernel
    border = flat(padding, "padding", 0, least=0)
    size = _wanted("max_unpool1d", input, 1, kernel[1:], steps[1:], border[1:], output_size)
    x = as_image(batched_signals("max_unpool1d", input))
    places = as_image(batched_signals("max_unpool1d", indices))
    return as_signal(_placed("max_unpool1d", x, places, (1, *size)), input)


def _wanted(name, input, axes, kernel, stride, padding, output_size):
    """The size to get, of as many axes: that which fits, or the one asked for if it is near."""
    fitting = tuple(
        (length - 1) * s - 2 * p + k
        for length, k, s, p in zip(input.shape[-axes:], kernel, stride, padding, strict=True)
    )
    if output_size is None:
        wanted = fitting
    else:
        if len(output_size) not in (axes, axes + 2):
            raise ValueError(
                f"{name}: output_size must have {axes} or {axes + 2} numbers, got {output_size}"
            )
        wanted = tuple(output_size)[-axes:]
        for size, near, s in zip(wanted, fitting, stride, strict=True):
            if not near - s < size < near + s:
                raise ValueError(
                    f"{name}: output_size {tuple(output_size)} has {size} where windows that fit "
                    f"give {near}; it must differ by less than the stride {s}"
                )
    if min(wanted) < 1:
        raise ValueError(f"{name}: an input of shape {input.shape} gives an image of {wanted}")
    return wanted


def _placed(name, x, indices, size):
    n, c, h, w = x.shape
    places = np.array(unwrap(indices))  # a copy: later changes of the indices must not count
    if places.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices must hold integers, got {places.dtype}; use x.long()")
    if places.shape != x.shape:
        raise ValueError(
            f"{name}: indices must have the input's shape {x.shape}, got {places.shape}"
        )
    count = math.prod(size)
    if places.size and (places.min() < 0 or places.max() >= count):
        raise IndexError(
            f"{name}: the indices name places {places.min()}..{places.max()}, but an image of "
            f"{size} has 0..{count - 1}"
        )
    places = places.reshape(n, c, h * w)
    values = reshape_to(x, shape=(n, c, h * w))
    kept = zero_where(values, mask=~_last_of_equals(places, count))
    out = add_along(kept, index=places, axis=2, shape=(n, c, count))
    return reshape_to(out, shape=(n, c, *size))


def _last_of_equals(places, count):
    """Where along the last axis no later element has the same place."""
    order = np.broadcast_to(np.arange(places.shape[-1]), places.shape)
    last = np.zeros((*places.shape[:-1], count), np.int64)
    np.put_along_axis(last, places, order, axis=-1)  # a later value is written over an earlier one
    return np.take_along_axis(last, places, axis=-1) == order
