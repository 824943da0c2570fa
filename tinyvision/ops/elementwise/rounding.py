"""Rounding, element by element. A step has slope zero wherever it has one."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.choose import no_slope
from ..base.promote import numeric, refuse_integers


def _rounded(step, x):
    return step(x) if x.dtype.kind == "f" else x.copy()  # integers are whole already


@primitive(prepare=numeric("floor"))
def floor(input):
    """The largest integer not above.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.floor(tv.tensor([1.5, -1.5]))
    tensor([ 1., -2.])
    """
    return _rounded(np.floor, input)


@primitive(prepare=numeric("ceil"))
def ceil(input):
    """The smallest integer not below.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.ceil(tv.tensor([1.5, -1.5]))
    tensor([ 2., -1.])
    """
    return _rounded(np.ceil, input)


@primitive(prepare=numeric("round"))
def round(input, *, decimals=0):
    """The nearest integer, or number of so many ``decimals``; halves to the even one.

    Negative ``decimals`` round to tens, hundreds, ...

    Raises:
        RuntimeError: it is boolean, or ``decimals`` are asked of integers.

    >>> import tinyvision as tv
    >>> tv.round(tv.tensor([0.5, 1.5, -1.2]))
    tensor([ 0.,  2., -1.])
    >>> tv.round(tv.tensor([1.234, 567.8]), decimals=1)
    tensor([  1.2, 567.8])
    """
    if decimals and input.dtype.kind != "f":
        raise RuntimeError(
            f"round: integers have no decimals to round to (decimals={decimals}); "
            "convert them: x.float()"
        )
    return _rounded(lambda x: np.round(x, decimals), input)


@primitive(prepare=numeric("trunc"))
def trunc(input):
    """The integer part.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.trunc(tv.tensor([1.5, -1.5]))
    tensor([ 1., -1.])
    """
    return _rounded(np.trunc, input)


for _step in (floor, ceil, round, trunc):
    _step.defvjp(input=no_slope)


def frac(input):
    """What :func:`trunc` cuts off.

    Raises:
        RuntimeError: integers, which have none.

    >>> import tinyvision as tv
    >>> tv.frac(tv.tensor([1.5, -1.25]))
    tensor([ 0.5 , -0.25])
    """
    refuse_integers("frac", input)
    return input - trunc(input)
