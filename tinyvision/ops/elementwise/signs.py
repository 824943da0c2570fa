"""Signs, element by element: to read them, to copy them, to step where they change."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.choose import no_slope, sign
from ..base.pointwise import pointwise
from ..base.promote import kind_of, promoted, promoted_floating


def sgn(input):
    """:func:`sign`, under the name torch gives it for complex numbers too.

    >>> import tinyvision as tv
    >>> tv.sgn(tv.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return sign(input)


@primitive
def signbit(input):
    """Has a minus sign: is negative or -0.0.

    >>> import tinyvision as tv
    >>> tv.signbit(tv.tensor([-2.0, -0.0, 0.0]))
    tensor([ True,  True, False])
    """
    if input.dtype.kind == "f":
        return np.signbit(input)
    return np.zeros(input.shape, bool) if input.dtype.kind in "bu" else input < 0


@pointwise(prepare=promoted_floating)
def copysign(input, other):
    """The size of ``input`` with the sign of ``other``, which may be that of -0.0.

    >>> import tinyvision as tv
    >>> tv.copysign(tv.tensor([1.0, -2.0]), tv.tensor([-3.0, 0.0]))
    tensor([-1.,  2.])
    """
    return np.copysign(input, other)


copysign.defvjp(
    # The sign that was put there for the sign that was, 0 where there was none.
    input=lambda g, ans, input: g * (sign(input) * sign(ans)),
    other=no_slope,
)


def _same_types(input, values):
    kinds = [getattr(operand, "dtype", kind_of(operand)) for operand in (input, values)]
    if kinds[0] != kinds[1]:
        raise RuntimeError(
            f"heaviside: the two must have the same data type, got {kinds[0]} and {kinds[1]}; "
            "convert one: values.to(input.dtype)"
        )
    return promoted(input, values)


@primitive(prepare=_same_types)
def heaviside(input, values):
    """The step: 0 below zero, 1 above, ``values`` at zero. It has no gradient.

    Raises:
        RuntimeError: the two have different data types.

    >>> import tinyvision as tv
    >>> tv.heaviside(tv.tensor([-2.0, 0.0, 3.0]), tv.tensor([0.5]))
    tensor([0. , 0.5, 1. ])
    """
    values = np.asarray(values)
    return np.where(input == 0, values, input > 0).astype(values.dtype)
