"""Choosing element by element: where, maximum, minimum, clamp, sign and abs.

What is not chosen gets no gradient, and a step has slope zero wherever it has one.
"""

from __future__ import annotations

from operator import gt, lt

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import to_array, unwrap
from .broadcast import sum_to
from .pointwise import pointwise
from .promote import (
    check_broadcast,
    check_tensors,
    floating,
    numeric,
    plain_number,
    promoted,
    promoted_tensors,
)


def no_slope(g):
    """The rule of a step: slope zero almost everywhere."""
    return _where(np.False_, g, 0.0)  # g * 0.0 would be NaN where g is infinite


@primitive
def sign(input):
    """-1, 0 or 1.

    >>> import tinyvision as tv
    >>> tv.sign(tv.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return input.copy() if input.dtype.kind == "b" else np.sign(input)


sign.defvjp(input=no_slope)

# -- choices ----------------------------------------------------------------------------------


def keep_where(x, keep, out=None):
    """An array, exactly 0 where it is not to be kept: also there where it is infinite or NaN."""
    # The bits of x, as an integer, times 1 or 0: as fast as a product of numbers, of which
    # inf * 0 would be NaN, and several times faster than np.where.
    bits = np.dtype(f"i{x.dtype.itemsize}")
    kept = np.multiply(x.view(bits), keep, out=None if out is None else out.view(bits))
    return kept.view(x.dtype)


@primitive
def zero_where(x, *, mask):
    """``x``, exactly 0 where the mask holds: also there where x is infinite or NaN."""
    return keep_where(x, np.logical_not(mask))


zero_where.defvjp(x=lambda g, *, mask: zero_where(g, mask=mask))


@primitive(prepare=numeric("abs"))
def abs(input):
    """The absolute value; its slope at 0 is 0.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.abs(tv.tensor([-2.0, 3.0]))
    tensor([2., 3.])
    """
    return np.abs(input)


abs.defvjp(input=lambda g, input: g * sign(input))


def _promoted_choice(condition, input, other):
    if all_numbers(input, other):
        input = to_array(input)  # gives two numbers a type to follow
    input, other = promoted(input, other)
    if condition.dtype != bool:
        raise TypeError(f"where needs a boolean condition, got {condition.dtype}; use x != 0")
    for operand in (input, other):
        check_broadcast(condition.shape, getattr(operand, "shape", ()))
    return condition, input, other


@primitive(prepare=_promoted_choice)
def _where(condition, input, other):
    return np.where(condition, input, other)


_where.defvjp(
    input=lambda g, condition, input_shape: sum_to(_where(condition, g, 0.0), input_shape),
    other=lambda g, condition, other_shape: sum_to(_where(condition, 0.0, g), other_shape),
)


def where(condition, input=None, other=None):
    """``input`` where the condition holds, ``other`` elsewhere; alone, the indices where it holds.

    Raises:
        TypeError: the condition is not boolean.
        ValueError: the shapes cannot be broadcast.

    >>> import tinyvision as tv
    >>> x = tv.tensor([-1.0, 2.0])
    >>> tv.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if input is None and other is None:
        from .index import nonzero  # index builds on this module

        return nonzero(condition, as_tuple=True)
    return _where(condition, input, other)


def _winner_rule(g, mine, theirs, loses):
    """Gradient for the operand chosen by maximum or minimum; a tie is shared by halves."""
    shared = _where(mine == theirs, g * 0.5, g)
    return _where(loses(mine, theirs), 0.0, shared)


@pointwise(prepare=promoted_tensors("maximum"), numbers=False)
def maximum(input, other):
    """The larger of two, element by element; NaN wins; ties share the gradient.

    >>> import tinyvision as tv
    >>> tv.maximum(tv.tensor([1.0, 5.0]), tv.tensor([3.0, 2.0]))
    tensor([3., 5.])
    """
    return np.maximum(input, other)


maximum.defvjp(
    input=lambda g, input, other: _winner_rule(g, input, other, lt),
    other=lambda g, input, other: _winner_rule(g, other, input, lt),
)


@pointwise(prepare=promoted_tensors("minimum"), numbers=False)
def minimum(input, other):
    """The smaller of two, element by element; NaN wins; ties share the gradient.

    >>> import tinyvision as tv
    >>> tv.minimum(tv.tensor([1.0, 5.0]), tv.tensor([3.0, 2.0]))
    tensor([1., 2.])
    """
    return np.minimum(input, other)


minimum.defvjp(
    input=lambda g, input, other: _winner_rule(g, input, other, gt),
    other=lambda g, input, other: _winner_rule(g, other, input, gt),
)


def fmax(input, other):
    """The larger of two, element by element, the other one of a NaN; of a tie the first.

    >>> import tinyvision as tv
    >>> tv.fmax(tv.tensor([1.0, float("nan")]), tv.tensor([3.0, 2.0]))
    tensor([3., 2.])
    """
    check_tensors("fmax", input, other)
    return where((input >= other) | (other != other), input, other)


def fmin(input, other):
    """The smaller of two, element by element, the other one of a NaN; of a tie the first.

    >>> import tinyvision as tv
    >>> tv.fmin(tv.tensor([1.0, float("nan")]), tv.tensor([3.0, 2.0]))
    tensor([1., 2.])
    """
    check_tensors("fmin", input, other)
    return where((input <= other) | (other != other), input, other)


# -- limits -----------------------------------------------------------------------------------


@primitive
def _clip(x, *, low, high):
    return np.clip(x, low, high)


def _clip_rule(g, x, *, low, high):
    x = unwrap(x)
    outside = x != x  # NaN passes through, but has no slope
    if low is not None:
        outside = outside | (x < low)
    if high is not None:
        outside = outside | (x > high)
    return zero_where(g, mask=outside)


_clip.defvjp(x=_clip_rule)


def clamp(input, min=None, max=None):
    """Limit to ``min`` from below and ``max`` from above: numbers, or tensors that broadcast.

    Raises:
        ValueError: neither limit is given.
        TypeError: a limit is neither a number nor a tensor, or the input is no tensor.

    >>> import tinyvision as tv
    >>> tv.clamp(tv.tensor([-2.0, 0.5, 9.0]), 0, 1)
    tensor([0. , 0.5, 1. ])
    """
    if min is None and max is None:
        raise ValueError("clamp needs min or max; both are None")
    if not hasattr(input, "dtype"):
        raise TypeError(f"clamp needs a tensor, got {input!r}")
    min, max = plain_number(min), plain_number(max)
    for limit in (min, max):
        if not (all_numbers(limit) or hasattr(limit, "dtype")):
            raise TypeError(f"clamp: a limit must be a number or a tensor, got {limit!r}")
    if all_numbers(min, max):
        if input.dtype.kind != "f" and any(isinstance(limit, float) for limit in (min, max)):
            (input,) = floating(input)
        return _clip(input, low=min, high=max)
    # Not by maximum: where input and limit are equal, the input has the whole gradient.
    if min is not None:
        input = where((input < min) | (min != min), min, input)
    return input if max is None else where((input > max) | (max != max), max, input)


def clamp_min(input, min):
    """:func:`clamp` from below only.

    >>> import tinyvision as tv
    >>> tv.clamp_min(tv.tensor([-2.0, 0.5, 9.0]), 0)
    tensor([0. , 0.5, 9. ])
    """
    return clamp(input, min=min)


def clamp_max(input, max):
    """:func:`clamp` from above only.

    >>> import tinyvision as tv
    >>> tv.clamp_max(tv.tensor([-2.0, 0.5, 9.0]), 1)
    tensor([-2. ,  0.5,  1. ])
    """
    return clamp(input, max=max)


def all_numbers(*values) -> bool:
    """Whether each is a Python number or None."""
    return all(value is None or isinstance(value, (bool, int, float)) for value in values)
