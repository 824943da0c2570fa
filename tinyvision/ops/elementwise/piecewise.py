"""Activations put together from straight pieces (and a parabola): cheap, with corners."""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ..base.assign import store
from ..base.broadcast import reshape_to
from ..base.choose import where, zero_where
from ..base.linalg import check_same_type
from ..base.promote import floating, plain_number
from ..chance.dropout import scale_by_mask
from ..chance.random import draw_uniform

# -- a line with a corner at 0 ----------------------------------------------------------------


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x where positive, ``negative_slope * x`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.nn.functional.leaky_relu(tv.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1,  2. ])
    """
    if inplace:
        return leaky_relu_(input, negative_slope)
    return where(input > 0, input, input * negative_slope)


def leaky_relu_(input, negative_slope=0.01):
    """As :func:`leaky_relu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.nn.functional.leaky_relu_(tv.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1,  2. ])
    """
    return store("leaky_relu_", input, leaky_relu, negative_slope)


def prelu(input, weight):
    """:func:`leaky_relu` whose slope below 0 is learnt: one for all, or one for each channel.

    Args:
        input: (N, C, ...), or any shape if there is one slope.
        weight: (C,), (1,) or a number without axes.

    Raises:
        ValueError: the number of slopes is neither 1 nor that of the channels.
        RuntimeError: the types differ.

    Source: He et al., "Delving Deep into Rectifiers" (2015).

    >>> import tinyvision as tv
    >>> tv.prelu(tv.tensor([[-1.0, -1.0], [2.0, 2.0]]), tv.tensor([0.1, 0.5]))
    tensor([[-0.1, -0.5],
            [ 2. ,  2. ]])
    """
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or (weight.ndim == 1 and weight.shape[0] not in (1, channels)):
        raise ValueError(
            f"prelu: weight must have shape (), (1,) or ({channels},), one slope for each channel "
            f"of the input of shape {input.shape}, got {weight.shape}"
        )
    check_same_type("prelu", input, weight)
    slope = weight
    if weight.ndim:
        shape = (1, -1, *[1] * (input.ndim - 2)) if input.ndim > 1 else (1,) * input.ndim
        slope = reshape_to(weight, shape=shape)
    positive = unwrap(input) > 0
    # An infinite x that is not used would make the slope's gradient NaN.
    return where(positive, input, zero_where(input, mask=positive) * slope)


def rrelu(input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False):
    """:func:`leaky_relu` with slopes drawn between two bounds while training, else their mean.

    Raises:
        ValueError: ``lower`` is above ``upper``, or one of them is not finite.

    Source: Xu et al., "Empirical Evaluation of Rectified Activations" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.rrelu(tv.tensor([-1.0, 2.0]), 0.1, 0.3)
    tensor([-0.2,  2. ])
    """
    if not (lower <= upper and math.isfinite(lower) and math.isfinite(upper)):
        raise ValueError(f"rrelu: lower must be at most upper, both finite; got {lower}, {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2.0, inplace)
    (input,) = floating(input)
    drawn = lower + (upper - lower) * draw_uniform(input.shape, np.dtype("float64"))
    slopes = np.where(unwrap(input) <= 0, drawn, 1.0).astype(input.dtype)
    if inplace:
        return store("rrelu_", input, lambda x: scale_by_mask(x, mask=slopes))
    return scale_by_mask(input, mask=slopes)


def rrelu_(input, lower=0.125, upper=0.3333333333333333, training=False):
    """As :func:`rrelu`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.rrelu_(tv.tensor([-1.0, 2.0]), 0.1, 0.3)
    tensor([-0.2,  2. ])
    """
    return rrelu(input, lower, upper, training, inplace=True)


# -- limits -----------------------------------------------------------------------------------


@primitive
def _hardtanh(x, *, low, high):
    return np.clip(x, low, high)


def _hardtanh_rule(g, ans, *, low, high):
    ans = unwrap(ans)
    return zero_where(g, mask=(ans <= low) | (ans >= high))


_hardtanh.defvjp(x=_hardtanh_rule)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """Limit to ``min_val`` and ``max_val``; at the limits themselves the slope is 0.

    Raises:
        ValueError: ``min_val`` is larger than ``max_val``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.hardtanh(tv.tensor([-3.0, 0.5, 3.0]))
    tensor([-1. ,  0.5,  1. ])
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val {min_val} is larger than max_val {max_val}")
    if inplace:
        return hardtanh_(input, min_val, max_val)
    return _hardtanh(input, low=_of_type(input, min_val), high=_of_type(input, max_val))


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    """As :func:`hardtanh`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.nn.functional.hardtanh_(tv.tensor([-3.0, 0.5, 3.0]))
    tensor([-1. ,  0.5,  1. ])
    """
    return store("hardtanh_", input, hardtanh, min_val, max_val)


def _of_type(x, number):
    """A number that leaves integers integers, as torch does: its fraction is cut off."""
    number = plain_number(number)
    return int(number) if x.dtype.kind in "iu" else number


def relu6(input, inplace=False):
    """``min(max(0, x), 6)``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.relu6(tv.tensor([-1.0, 9.0]))
    tensor([0., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def threshold(input, threshold, value, inplace=False):
    """x where it is above the threshold, ``value`` elsewhere.

    >>> import tinyvision as tv
    >>> tv.threshold(tv.tensor([-1.0, 0.5, 2.0]), 0.5, -9.0)
    tensor([-9., -9.,  2.])
    """
    if inplace:
        return threshold_(input, threshold, value)
    return _above(input, threshold, value)


def _above(x, limit, value):
    return where(x <= _of_type(x, limit), _of_type(x, value), x)


def threshold_(input, threshold, value):
    """As :func:`threshold`, storing the result in the tensor itself.

    >>> import tinyvision as tv
    >>> tv.threshold_(tv.tensor([-1.0, 2.0]), 0.5, 0.0)
    tensor([0., 2.])
    """
    return store("threshold_", input, _above, threshold, value)


def hardsigmoid(input, inplace=False):
    """``min(max(0, x + 3), 6) / 6``: a sigmoid of three straight lines.

    >>> import tinyvision as tv
    >>> tv.nn.functional.hardsigmoid(tv.tensor([-4.0, 0.0, 1.5]))
    tensor([0.  , 0.5 , 0.75])
    """
    if inplace:
        return store("hardsigmoid_", input, hardsigmoid)
    (input,) = floating(input)
    return hardtanh(input + 3.0, 0.0, 6.0) / 6.0


def hardswish(input, inplace=False):
    """``x * hardsigmoid(x)``.

    Source: Howard et al., "Searching for MobileNetV3" (2019).

    >>> import tinyvision as tv
    >>> tv.nn.functional.hardswish(tv.tensor([-4.0, 1.0, 4.0]))
    tensor([-0.    ,  0.6667,  4.    ])
    """
    if inplace:
        return store("hardswish_", input, hardswish)
    (input,) = floating(input)
    # In this order the product comes last, which `store` asks whether it keeps the input.
    return input * hardsigmoid(input)


# -- shrinking --------------------------------------------------------------------------------


def hardshrink(input, lambd=0.5):
    """0 where x lies between ``-lambd`` and ``lambd``, x elsewhere.

    >>> import tinyvision as tv
    >>> tv.hardshrink(tv.tensor([-1.0, 0.2, 0.5]))
    tensor([-1.,  0.,  0.])
    """
    (input,) = floating(input)
    return zero_where(input, mask=_is_small(input, lambd))


def softshrink(input, lambd=0.5):
    """x moved towards 0 by ``lambd``, and 0 where it would cross it.

    Raises:
        ValueError: ``lambd`` is negative.

    >>> import tinyvision as tv
    >>> tv.nn.functional.softshrink(tv.tensor([-1.0, 0.2, 2.0]))
    tensor([-0.5,  0. ,  1.5])
    """
    if not lambd >= 0:
        raise ValueError(f"softshrink: lambd must be 0 or above, got {lambd}")
    (input,) = floating(input)
    steps = np.sign(unwrap(input)) * float(lambd)
    return zero_where(input - steps, mask=_is_small(input, lambd))


def _is_small(x, lambd):
    x = unwrap(x)
    return (x >= -lambd) & (x <= lambd)
