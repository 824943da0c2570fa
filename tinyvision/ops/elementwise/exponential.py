"""Exponentials and logarithms, element by element. Integers become float32."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.promote import floating


@primitive(prepare=floating)
def exp(input):
    """``e ** input``.

    >>> import tinyvision as tv
    >>> tv.exp(tv.tensor([0.0, 1.0]))
    tensor([1.    , 2.7183])
    """
    return np.exp(input)


exp.defvjp(input=lambda g, ans: g * ans)


@primitive(prepare=floating)
def exp2(input):
    """``2 ** input``.

    >>> import tinyvision as tv
    >>> tv.exp2(tv.tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    return np.exp2(input)


exp2.defvjp(input=lambda g, ans: g * (ans * 0.6931471805599453))


@primitive(prepare=floating)
def expm1(input):
    """``e ** input - 1``, exact near 0.

    >>> import tinyvision as tv
    >>> tv.expm1(tv.tensor([0.0, 1.0]))
    tensor([0.    , 1.7183])
    """
    return np.expm1(input)


expm1.defvjp(input=lambda g, ans: g * (ans + 1.0))


@primitive(prepare=floating)
def log(input):
    """The natural logarithm; ``-inf`` at 0 and NaN below.

    >>> import tinyvision as tv
    >>> tv.log(tv.tensor([1.0, 0.0]))
    tensor([  0., -inf])
    """
    return np.log(input)


log.defvjp(input=lambda g, input: g / input)


@primitive(prepare=floating)
def log2(input):
    """The logarithm to base 2.

    >>> import tinyvision as tv
    >>> tv.log2(tv.tensor([1.0, 8.0]))
    tensor([0., 3.])
    """
    return np.log2(input)


log2.defvjp(input=lambda g, input: g / (input * 0.6931471805599453))


@primitive(prepare=floating)
def log10(input):
    """The logarithm to base 10.

    >>> import tinyvision as tv
    >>> tv.log10(tv.tensor([1.0, 100.0]))
    tensor([0., 2.])
    """
    return np.log10(input)


log10.defvjp(input=lambda g, input: g / (input * 2.302585092994046))


@primitive(prepare=floating)
def log1p(input):
    """``log(1 + input)``, exact near 0.

    >>> import tinyvision as tv
    >>> tv.log1p(tv.tensor([0.0, 1.0]))
    tensor([0.    , 0.6931])
    """
    return np.log1p(input)


log1p.defvjp(input=lambda g, input: g / (input + 1.0))
