"""Problems for the operators of the network, and both independent answers to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import tinyvision as tv

from ..nn import functional as F
from . import exact, scipys
from .compare import ROUNDING, allowance, compare, tensor
from .exact import every, fractions, leaves, shape
from .records import Check

EXACT = "exact arithmetic"
CORRELATE2D = "scipy.signal.correlate2d"
SOFTMAX = "scipy.special.softmax"


class Problem(Protocol):
    """Numbers about which operators are to agree with both routes."""

    def check(self) -> list[Check]:
        """Hold the operators against both routes, in float64 and in float32."""


@dataclass(frozen=True)
class Convolution:
    """The arguments of a `conv2d`, in nested lists.

    >>> all(check.agrees for check in Convolution("3 · 4", [[[[3]]]], [[[[4]]]]).check())
    True
    """

    name: str
    x: Any  # (N, C, H, W)
    w: Any  # (O, C / groups, KH, KW)
    bias: Any = None  # (O,)
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1

    def check(self) -> list[Check]:
        """Hold `conv2d` against both routes."""
        return [check for dtype in ROUNDING for check in self._check(dtype)]

    def _check(self, dtype: str) -> list[Check]:
        how: dict[str, Any] = {
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
            "groups": self.groups,
        }
        tensors = [tensor(part, dtype) for part in (self.x, self.w, self.bias) if part is not None]
        given = [as_given(part) for part in tensors]
        answers = {
            EXACT: exact.correlate(*given, **how),
            CORRELATE2D: scipys.correlate(*every(float, given), **how).tolist(),
        }
        size = exact.correlate(*every(abs, given), **how)
        ours = F.conv2d(*tensors, **how)
        return compare("conv2d", self.name, ours, answers, size, allowance(dtype, given))


@dataclass(frozen=True)
class Attention:
    """Queries, keys and values of `softmax(q kᵀ / √d) v`, in nested lists.

    >>> problem = Attention("one key", q=[[[1, 2]]], k=[[[3, 4]]], v=[[[5]]])
    >>> all(check.agrees for check in problem.check())
    True
    """

    name: str
    q: Any  # (heads, T, d)
    k: Any  # (heads, N, d)
    v: Any  # (heads, N, D)

    def check(self) -> list[Check]:
        """Hold `matmul` and `softmax`, at each of their places and in a row, against the routes."""
        q, v = fractions(self.q), fractions(self.v)
        k = heads(exact.transpose, fractions(self.k))  # (heads, N, d) -> (heads, d, N)
        root = exact.square_root(shape(q)[-1])
        scaled = every(lambda score: score / root, heads(exact.matmul, q, k))  # (heads, T, N)
        weights = heads(softmax_rows, scaled)
        checks = []
        for dtype in ROUNDING:
            # Each operator is given the right numbers, so that one that fails betrays no other.
            checks += self._check_matmul(dtype, q, k)
            checks += self._check_softmax(dtype, scaled)
            checks += self._check_matmul(dtype, weights, v)
            checks += self._check_in_a_row(dtype, q, k, v, root, scaled, weights)
        return checks

    def _check_matmul(self, dtype: str, a: Any, b: Any) -> list[Check]:
        tensors = tensor(a, dtype), tensor(b, dtype)
        a, b = given = [as_given(part) for part in tensors]
        answers = {
            EXACT: heads(exact.matmul, a, b),
            CORRELATE2D: heads(lambda *ab: scipys.matmul(*every(float, ab)).tolist(), a, b),
        }
        size = heads(exact.matmul, every(abs, a), every(abs, b))
        ours = tv.matmul(*tensors)
        return compare("matmul", self.name, ours, answers, size, allowance(dtype, given))

    def _check_softmax(self, dtype: str, scaled: Any) -> list[Check]:
        scores = tensor(scaled, dtype)
        right = heads(softmax_rows, as_given(scores))
        answers = {EXACT: right, SOFTMAX: scipys.softmax(scores.tolist()).tolist()}
        ours = tv.softmax(scores, dim=-1)
        return compare("softmax", self.name, ours, answers, room(right, dtype), ROUNDING[dtype])

    def _check_in_a_row(self, dtype, q, k, v, root, scaled, right) -> list[Check]:
        scores = tv.matmul(tensor(q, dtype), tensor(k, dtype)) / float(root)
        weights = tv.softmax(scores, dim=-1)
        # The operator the networks use, which divides by sqrt(d_k) itself.
        output = tv.nn.functional.scaled_dot_product_attention(
            tensor(q, dtype), tensor(k, dtype).mT, tensor(v, dtype)
        )
        # A score is rounded before it becomes an exponent, and there its rounding counts in full.
        growth = max(1, *(abs(score) for _, score in leaves(scaled)))
        sizes = every(lambda size: size * growth, room(right, dtype))
        total = heads(exact.matmul, sizes, every(abs, v))
        mixed = heads(exact.matmul, right, v)
        allowed = ROUNDING[dtype]
        return [
            *compare("attention", self.name, weights, {EXACT: right}, sizes, allowed),
            *compare("attention", f"{self.name}; V too", output, {EXACT: mixed}, total, allowed),
        ]


def as_given(rounded: tv.Tensor) -> Any:
    """The numbers of a tensor, after rounding to its type, as fractions.

    >>> as_given(tv.tensor([0.5]))
    [Fraction(1, 2)]
    """
    return fractions(rounded.tolist())


def heads(function: Callable, *arrays: Any) -> list:
    """Apply a function of matrices to the matrices of each head.

    >>> heads(exact.matmul, [[[2]], [[3]]], [[[10]], [[10]]])
    [[[20]], [[30]]]
    """
    return [function(*matrices) for matrices in zip(*arrays, strict=True)]


def softmax_rows(scores: Any) -> list:
    """The exact softmax of each row of a matrix.

    >>> softmax_rows([[Fraction(1)], [Fraction(2)]])
    [[Fraction(1, 1)], [Fraction(1, 1)]]
    """
    return [exact.softmax(row) for row in scores]


def room(weights: Any, dtype: str) -> Any:
    """What differences of attention weights are a part of.

    In float64 each weight itself, however small, down to where the type has no more digits. In
    float32 the total, 1: that is all the digits an exponent of that type leaves to a small weight.

    >>> room([Fraction(1, 4)], "float64"), room([Fraction(1, 4)], "float32")
    ([Fraction(1, 4)], [1])
    """
    if dtype == "float32":
        return every(lambda weight: 1, weights)
    return every(lambda weight: max(weight, Fraction(1e-300)), weights)
