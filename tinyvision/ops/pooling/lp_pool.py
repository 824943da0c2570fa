"""Power-average pooling: between the sum of each window (p = 1) and its maximum (p = infinity)."""

from __future__ import annotations

import math

from ..base.choose import sign
from ..convolution.conv import pair
from ..convolution.signal import single
from ..elementwise.activation import relu
from .avg_pool import avg_pool2d
from .pool1d import avg_pool1d


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """``(sum of x**p)**(1/p)`` over each window; the slope is 0 where the sum is.

    A last, incomplete window of ``ceil_mode`` counts as if its mean went on to the full size.

    Args:
        input: (N, C, H, W) or (C, H, W).
        norm_type: the power p, not zero.
        kernel_size, stride: an integer or a pair; the stride is the kernel size if not given.
        ceil_mode: also take a last, incomplete window.

    Raises:
        TypeError, ValueError: as :func:`avg_pool2d`; a power of zero.

    >>> import tinyvision as tv
    >>> tv.nn.functional.lp_pool2d(tv.tensor([[[3.0, 4.0], [0.0, 0.0]]]), 2, 2)
    tensor([[[5.]]])
    """
    power = _power("lp_pool2d", norm_type)
    mean = avg_pool2d(input**power, kernel_size, stride, 0, ceil_mode)
    return _root(mean, power, math.prod(pair(kernel_size, "kernel_size")))


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """As :func:`lp_pool2d`, of signals.

    Args:
        input: (N, C, L) or (C, L).
        norm_type, kernel_size, stride, ceil_mode: as for :func:`lp_pool2d`, in one dimension.

    Raises:
        TypeError, ValueError: as :func:`lp_pool2d`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.lp_pool1d(tv.tensor([[3.0, 4.0, 5.0, 12.0]]), 2, 2)
    tensor([[ 5., 13.]])
    """
    power = _power("lp_pool1d", norm_type)
    mean = avg_pool1d(input**power, kernel_size, stride, 0, ceil_mode)
    return _root(mean, power, single(kernel_size, "kernel_size"))


def _power(name, norm_type):
    if isinstance(norm_type, bool) or not isinstance(norm_type, (int, float)) or norm_type == 0:
        raise ValueError(f"{name}: norm_type must be a number other than 0, got {norm_type!r}")
    return norm_type


def _root(mean, power, count):
    # By the rectifier, for its slope of 0 at 0, where that of the root is infinite.
    return (sign(mean) * relu(abs(mean)) * count) ** (1.0 / power)
