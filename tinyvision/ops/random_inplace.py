"""Tensors filled with random numbers in place: ``x.exponential_()`` and its like."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.tensor import Tensor
from .base.assign import check_changeable
from .base.promote import check_broadcast
from .chance.random import draw_integers, numpy_of
from .inplace import overwrite


def _refuse_integers(x: Any, name: str) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{name} draws floats, the tensor is {x.dtype}; use x.float() or random_()")


def _check(name: str, holds: bool, what: str, value: Any) -> None:
    if not holds:
        raise ValueError(f"{name}: {what}, got {value}")


def uniform_(self, a=0.0, b=1.0, *, generator=None):
    """Uniform numbers in [a, b).

    Raises:
        TypeError: a tensor of integers.
        ValueError: ``a`` lies above ``b``.

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).uniform_(2, 3) >= 2).all())
    True
    """
    check_changeable(self, "uniform_")
    _refuse_integers(self, "uniform_")
    _check("uniform_", a <= b, "a must not lie above b", (a, b))
    return overwrite(self, numpy_of(generator).uniform(a, b, self.shape), "uniform_")


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Normal numbers.

    Raises:
        TypeError: a tensor of integers.
        ValueError: ``std`` is below 0.

    >>> import tinyvision as tv
    >>> tv.empty(5).normal_(mean=3.0, std=0.0)
    tensor([3., 3., 3., 3., 3.])
    """
    check_changeable(self, "normal_")
    _refuse_integers(self, "normal_")
    _check("normal_", std >= 0, "std must be at least 0", std)
    return overwrite(self, numpy_of(generator).normal(mean, std, self.shape), "normal_")


def bernoulli_(self, p=0.5, *, generator=None):
    """1 with probability ``p``, a number or a tensor that broadcasts, else 0.

    Raises:
        ValueError: a probability is not between 0 and 1.

    >>> import tinyvision as tv
    >>> tv.empty(2).bernoulli_(1.0)
    tensor([1., 1.])
    """
    check_changeable(self, "bernoulli_")
    chances = p._array if isinstance(p, Tensor) else np.asarray(p)
    holds = bool(((chances >= 0) & (chances <= 1)).all())
    _check("bernoulli_", holds, "p must lie in 0..1", p)
    check_broadcast(self.shape, chances.shape)
    drawn = numpy_of(generator).random(self.shape) < chances
    return overwrite(self, np.asarray(drawn, self.dtype), "bernoulli_")


def exponential_(self, lambd=1.0, *, generator=None):
    """Waiting times of ``lambd`` events in a unit of time; never 0.

    Raises:
        TypeError: a tensor of integers.
        ValueError: ``lambd`` is not above 0.

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).exponential_() > 0).all())
    True
    """
    check_changeable(self, "exponential_")
    _refuse_integers(self, "exponential_")
    _check("exponential_", lambd > 0, "lambd must be above 0", lambd)
    drawn = numpy_of(generator).standard_exponential(self.shape) / lambd
    least = np.finfo(self.dtype).tiny
    return overwrite(self, np.maximum(drawn, float(least)), "exponential_")


def geometric_(self, p, *, generator=None):
    """How many trials it takes to succeed once, each with probability ``p``: 1, 2, ...

    Raises:
        ValueError: ``p`` is not between 0 and 1, both excluded.

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).geometric_(0.5) >= 1).all())
    True
    """
    check_changeable(self, "geometric_")
    _check("geometric_", 0 < p < 1, "p must lie between 0 and 1", p)
    return overwrite(self, numpy_of(generator).geometric(p, self.shape), "geometric_")


def cauchy_(self, median=0.0, sigma=1.0, *, generator=None):
    """Numbers of Cauchy's distribution, which has no mean.

    Raises:
        TypeError: a tensor of integers.
        ValueError: ``sigma`` is not above 0.

    >>> import tinyvision as tv
    >>> tv.empty(5).cauchy_().shape
    (5,)
    """
    check_changeable(self, "cauchy_")
    _refuse_integers(self, "cauchy_")
    _check("cauchy_", sigma > 0, "sigma must be above 0", sigma)
    drawn = numpy_of(generator).standard_cauchy(self.shape) * sigma + median
    reach = float(np.finfo(self.dtype).max)
    return overwrite(self, np.clip(drawn, -reach, reach), "cauchy_")


def log_normal_(self, mean=1.0, std=2.0, *, generator=None):
    """Numbers whose logarithm is normal, of that mean and standard deviation.

    Raises:
        TypeError: a tensor of integers.
        ValueError: ``std`` is not above 0.

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).log_normal_() > 0).all())
    True
    """
    check_changeable(self, "log_normal_")
    _refuse_integers(self, "log_normal_")
    _check("log_normal_", std > 0, "std must be above 0", std)
    drawn = numpy_of(generator).lognormal(mean, std, self.shape)
    reach = float(np.finfo(self.dtype).max)
    return overwrite(self, np.minimum(drawn, reach), "log_normal_")


def random_(self, low=0, high=None, *, generator=None):
    """Integers from ``low`` up to but not including ``high``, or 0 up to the one bound given.

    Without bounds all integers from 0 that the type holds exactly.

    Raises:
        ValueError: there is no integer between.
        RuntimeError: a bound lies outside the type.

    >>> import tinyvision as tv
    >>> tv.empty(2).random_(3, 4)
    tensor([3., 3.])
    """
    check_changeable(self, "random_")
    if high is None:
        low, high = (0, low) if low else (0, _beyond(self.dtype))
    drawn = draw_integers(low, high, self.shape, self.dtype, generator)
    return overwrite(self, drawn, "random_")


def _beyond(dtype: np.dtype) -> int:
    """One more than the largest integer up to which a type holds every one, at most 2**63 - 1."""
    if dtype.kind == "b":
        return 2
    if dtype.kind == "f":
        return 2 ** (np.finfo(dtype).nmant + 1) + 1
    return min(int(np.iinfo(dtype).max) + 1, 2**63)
