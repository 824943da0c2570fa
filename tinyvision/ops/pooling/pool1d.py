"""Pooling of signals: (N, C, L) as images of height 1."""

from __future__ import annotations

from ..convolution.signal import as_image, as_signal, batched_signals, single
from .adaptive_pool import adaptive_avg_pool2d, adaptive_max_pool2d
from .avg_pool import pooled_mean
from .pool import geometry_of, pooled_max


def flat(value, name, height, least=1):
    """An option of one dimension as that of an image of height 1; None stays."""
    if value is None or (isinstance(value, (tuple, list)) and not value):
        return None
    return height, single(value, name, least)


def _geometry_of(name, image, kernel_size, stride, padding, dilation, ceil_mode):
    return geometry_of(
        name,
        image,
        flat(kernel_size, "kernel_size", 1),
        flat(stride, "stride", 1),
        flat(padding, "padding", 0, least=0),
        flat(dilation, "dilation", 1),
        ceil_mode,
    )


def max_pool1d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """The largest element of each window; of equal ones the first gets the gradient.

    Args:
        input: (N, C, L) or (C, L).
        kernel_size, stride, padding, dilation, ceil_mode, return_indices: as for
            :func:`max_pool2d`, in one dimension.

    Raises:
        TypeError, ValueError: as :func:`max_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.max_pool1d(tv.tensor([[3.0, 1.0, 2.0, 5.0]]), 2)
    tensor([[3., 5.]])
    """
    image = as_image(batched_signals("max_pool1d", input))
    geometry = _geometry_of("max_pool1d", image, kernel_size, stride, padding, dilation, ceil_mode)
    out, places = pooled_max(image, geometry, return_indices)
    return (
        (as_signal(out, input), as_signal(places, input))
        if return_indices
        else as_signal(out, input)
    )


def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window.

    Args:
        input: (N, C, L) or (C, L).
        kernel_size, stride, padding, ceil_mode, count_include_pad: as for :func:`avg_pool2d`, in
            one dimension.

    Raises:
        TypeError, ValueError: as :func:`avg_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.avg_pool1d(tv.tensor([[3.0, 1.0, 2.0, 5.0]]), 2)
    tensor([[2. , 3.5]])
    """
    image = as_image(batched_signals("avg_pool1d", input))
    geometry = _geometry_of("avg_pool1d", image, kernel_size, stride, padding, 1, ceil_mode)
    border = flat(padding, "padding", 0, least=0)
    return as_signal(pooled_mean(image, geometry, border, count_include_pad), input)


def adaptive_avg_pool1d(input, output_size):
    """The mean over windows chosen so that the answer has the given length.

    Args:
        input: (N, C, L) or (C, L).
        output_size: an integer.

    Raises:
        TypeError, ValueError: as :func:`adaptive_avg_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.adaptive_avg_pool1d(tv.tensor([[3.0, 1.0, 2.0, 5.0]]), 2)
    tensor([[2. , 3.5]])
    """
    image = as_image(batched_signals("adaptive_avg_pool1d", input))
    return as_signal(
        adaptive_avg_pool2d(image, (1, single(output_size, "output_size", least=0))), input
    )


def adaptive_max_pool1d(input, output_size, return_indices=False):
    """The largest element of windows chosen so that the answer has the given length.

    Args:
        input: (N, C, L) or (C, L).
        output_size: an integer.
        return_indices: return as well where each maximum stands.

    Raises:
        TypeError, ValueError: as :func:`adaptive_max_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.adaptive_max_pool1d(tv.tensor([[3.0, 1.0, 2.0, 5.0]]), 2)
    tensor([[3., 5.]])
    """
    image = as_image(batched_signals("adaptive_max_pool1d", input))
    wanted = 1, single(output_size, "output_size", least=0)
    out, indices = adaptive_max_pool2d(image, wanted, return_indices=True)
    if not return_indices:
        return as_signal(out, input)
    return as_signal(out, input), as_signal(indices, input)
