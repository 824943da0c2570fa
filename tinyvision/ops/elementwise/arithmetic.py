"""Arithmetic, element by element: sums, differences and products; quotients are in division.py.

Two operands are broadcast against each other. Types follow torch: float32 stays float32, and
integers become float32 where the result is not an integer.
"""

from __future__ import annotations

from ...autograd.primitive import primitive
from ..base.choose import where
from ..base.pointwise import pointwise
from ..base.promote import kind_of, numeric, plain_number, promoted, wrapped


def _times(other, alpha, input=None):
    """``other * alpha``, where alpha is a number that must not change the type.

    Integers are multiplied modulo the range of their type, that of ``input`` if given.
    """
    alpha = plain_number(alpha)
    if isinstance(alpha, bool) and kind_of(other) != "b":
        raise RuntimeError(f"alpha must be a number unless all are booleans, got {alpha}")
    if alpha == 1:
        return other
    if isinstance(alpha, float) and kind_of(other) != "f":
        raise RuntimeError(f"alpha must be an integer for integer tensors, got {alpha!r}")
    if kind_of(other) == "b":
        return other & bool(alpha)
    if hasattr(other, "dtype"):
        return other * wrapped(alpha, other.dtype)
    return wrapped(other * alpha, input.dtype)


# -- sums and products ------------------------------------------------------------------------


def add(input, other, *, alpha=1):
    """``input + alpha * other``.

    Raises:
        RuntimeError: ``alpha`` is a float where the operands are integers, or a boolean.

    >>> import tinyvision as tv
    >>> tv.add(tv.tensor([1.0, 2.0]), 3)
    tensor([4., 5.])
    """
    if type(alpha) is not int or alpha != 1:
        input, other = promoted(input, other)
        other = _times(other, alpha, input)
    return sum_of_two(input, other)


@pointwise(prepare=promoted)
def _add(input, other):
    """``input + other``."""
    return input + other


_add.defvjp(
    input=lambda g: g,
    other=lambda g: g,
)
sum_of_two = _add


def sub(input, other, *, alpha=1):
    """``input - alpha * other``.

    Raises:
        RuntimeError: one is boolean, or ``alpha`` is as :func:`add` refuses it.

    >>> import tinyvision as tv
    >>> tv.sub(tv.tensor([1.0, 2.0]), 3)
    tensor([-2., -1.])
    """
    if type(alpha) is not int or alpha != 1:
        input, other = _subtractable(input, other)
        other = _times(other, alpha, input)
    return difference_of_two(input, other)


def _subtractable(input, other):
    if "b" in (kind_of(input), kind_of(other)):
        raise RuntimeError(
            "sub is not defined for booleans; use ~x, ^ or logical_xor, or convert them: x.int()"
        )
    return promoted(input, other)


@pointwise(prepare=_subtractable)
def _sub(input, other):
    """``input - other``."""
    return input - other


_sub.defvjp(
    input=lambda g: g,
    other=lambda g: -g,
)
difference_of_two = _sub


def rsub(input, other, *, alpha=1):
    """``other - alpha * input``: :func:`sub` with its operands swapped.

    >>> import tinyvision as tv
    >>> tv.rsub(tv.tensor([1.0, 2.0]), 3)
    tensor([2., 1.])
    """
    return sub(other, input, alpha=alpha)


@pointwise(prepare=promoted)
def mul(input, other):
    """``input * other``.

    >>> import tinyvision as tv
    >>> tv.mul(tv.tensor([1.0, 2.0]), 3)
    tensor([3., 6.])
    """
    return input * other


mul.defvjp(
    input=lambda g, other: g * other,
    other=lambda g, input: g * input,
)


def _negatable(input):
    if input.dtype.kind == "b":
        raise RuntimeError("neg is not defined for booleans; to invert a mask use ~x")
    return (input,)


@primitive(prepare=_negatable)
def neg(input):
    """``-input``.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.neg(tv.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return -input


neg.defvjp(input=lambda g: -g)


def positive(input):
    """``+input``: the tensor itself.

    Raises:
        RuntimeError: it is boolean.

    >>> import tinyvision as tv
    >>> tv.positive(tv.tensor([1.0, -2.0]))
    tensor([ 1., -2.])
    """
    (input,) = numeric("positive")(input)
    return input


# -- sums of products -------------------------------------------------------------------------


def lerp(input, end, weight):
    """The point between: ``input`` where the weight is 0, ``end`` where it is 1.

    Raises:
        TypeError: the data types differ, or are not floats.

    >>> import tinyvision as tv
    >>> tv.lerp(tv.tensor([0.0, 10.0]), tv.tensor([1.0, 20.0]), 0.25)
    tensor([ 0.25, 12.5 ])
    """
    weight = plain_number(weight)
    types = {operand.dtype for operand in (input, end, weight) if hasattr(operand, "dtype")}
    if len(types) > 1 or "f" not in (kind_of(input), kind_of(end)):
        raise TypeError(
            f"lerp needs floats of one data type, got {', '.join(sorted(map(str, types)))}; "
            "convert them: x.float()"
        )
    # From whichever end is nearer, so that a weight of 1 gives exactly the end.
    way = end - input
    if not hasattr(weight, "dtype"):
        near = -0.5 < weight < 0.5
        return input + way * weight if near else end - way * (1.0 - weight)
    near = (weight < 0.5) & (weight > -0.5)
    return where(near, input + way * weight, end - way * (1.0 - weight))


def addcmul(input, tensor1, tensor2, *, value=1):
    """``input + value * tensor1 * tensor2``.

    >>> import tinyvision as tv
    >>> tv.addcmul(tv.tensor([1.0, 2.0]), tv.tensor([3.0]), tv.tensor([4.0, 5.0]), value=2)
    tensor([25., 32.])
    """
    return add(input, mul(tensor1, tensor2), alpha=value)
