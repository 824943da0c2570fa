"""The first independent route: the formulas in exact arithmetic, by plain loops, without NumPy.

Arrays are nested lists of `fractions.Fraction`. Sums and products of fractions are exact; square
roots and exponentials are right to `DIGITS` significant digits, four times those of a float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

DIGITS = 60


def every(change: Callable[[Any], Any], nested: Any) -> Any:
    """Apply `change` to each number of nested lists.

    >>> every(abs, [[-1, 2], [3, -4]])
    [[1, 2], [3, 4]]
    """
    if isinstance(nested, (list, tuple)):
        return [every(change, part) for part in nested]
    return change(nested)


def leaves(nested: Any, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield each number of nested lists with its index.

    >>> list(leaves([[5, 6]]))
    [((0, 0), 5), ((0, 1), 6)]
    """
    if isinstance(nested, (list, tuple)):
        for index, part in enumerate(nested):
            yield from leaves(part, (*place, index))
    else:
        yield place, nested


def shape(nested: Any) -> tuple[int, ...]:
    """The sizes of nested lists, as of an array.

    >>> shape([[1, 2, 3], [4, 5, 6]])
    (2, 3)
    """
    sizes = []
    while isinstance(nested, (list, tuple)):
        sizes.append(len(nested))
        nested = nested[0] if nested else None
    return tuple(sizes)


def fractions(nested: Any) -> Any:
    """Each number as the fraction that it is; a float is one whose denominator is a power of 2.

    >>> fractions([1, 0.5])
    [Fraction(1, 1), Fraction(1, 2)]
    """
    return every(Fraction, nested)


# -- convolution ------------------------------------------------------------------------------


def meetings(image, kernel, row, column, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Yield (weight, pixel) for all that meet at one place of the output.

    Args:
        image: (C, H, W). Outside of it, in the padding, there is nothing to meet.
        kernel: (C, KH, KW).
        row, column: the place in the output.
        stride, padding, dilation: pairs (height, width).

    >>> list(meetings([[[1, 2, 3], [4, 5, 6]]], [[[10, 20], [30, 40]]], 0, 1))
    [(10, 2), (20, 3), (30, 5), (40, 6)]
    """
    for plane, weights in zip(image, kernel, strict=True):
        for m, line in enumerate(weights):
            for n, weight in enumerate(line):
                i = row * stride[0] + m * dilation[0] - padding[0]
                j = column * stride[1] + n * dilation[1] - padding[1]
                if 0 <= i < len(plane) and 0 <= j < len(plane[0]):
                    yield weight, plane[i][j]


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How often a kernel fits along one axis.

    >>> output_size(5, 3, stride=2, padding=1, dilation=1)
    3
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def correlate(x, w, bias=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """`y[n, o, i, j] = bias[o] + sum over c, m, k of w[o, c, m, k] * x[n, c, i + m, j + k]`.

    Args:
        x: (N, C, H, W).
        w: (O, C / groups, KH, KW).
        bias: (O,) or None.
        stride, padding, dilation: pairs (height, width).

    Returns:
        (N, O, OH, OW).

    >>> correlate([[[[1, 2, 3], [4, 5, 6]]]], [[[[1, 0], [0, 10]]]])
    [[[[51, 62]]]]
    """
    channels, sides, kernel = len(w[0]), shape(x)[2:], shape(w)[2:]
    where = {"stride": stride, "padding": padding, "dilation": dilation}
    rows, columns = (
        output_size(sides[a], kernel[a], stride[a], padding[a], dilation[a]) for a in (0, 1)
    )

    def one(image, o, i, j):
        first = o // (len(w) // groups) * channels  # of the channels that this output sees
        pairs = meetings(image[first : first + channels], w[o], i, j, **where)
        return sum((weight * pixel for weight, pixel in pairs), start=bias[o] if bias else 0)

    return [
        [
            [[one(image, o, i, j) for j in range(columns)] for i in range(rows)]
            for o in range(len(w))
        ]
        for image in x
    ]


# -- attention --------------------------------------------------------------------------------


def dot(a, b):
    """The sum of the products of two lists.

    >>> dot([1, 2], [3, 4])
    11
    """
    return sum(p * q for p, q in zip(a, b, strict=True))


def transpose(a):
    """Rows become columns: (M, N) -> (N, M).

    >>> transpose([[1, 2, 3]])
    [[1], [2], [3]]
    """
    return [list(column) for column in zip(*a, strict=True)]


def matmul(a, b):
    """The matrix product: (M, K) with (K, N) -> (M, N).

    >>> matmul([[1, 2]], [[3], [4]])
    [[11]]
    """
    return [[dot(row, column) for column in transpose(b)] for row in a]


def square_root(number: int) -> Fraction:
    """The square root of a whole number: exact if that is whole, else right to `DIGITS` decimals.

    >>> square_root(9)
    Fraction(3, 1)
    """
    return Fraction(math.isqrt(number * 100**DIGITS), 10**DIGITS)


def exponential(x: Fraction) -> Decimal:
    """e to the power of `x`, by the series and rounding of the module `decimal`.

    >>> print(f"{exponential(Fraction(1)):.30f}")
    2.718281828459045235360287471353
    """
    with localcontext() as context:
        context.prec = DIGITS
        return (Decimal(x.numerator) / Decimal(x.denominator)).exp()


def softmax(scores) -> list[Fraction]:
    """`exp(score) / sum of exp(score)` of each number of a list.

    >>> [float(weight) for weight in softmax([Fraction(7), Fraction(7)])]
    [0.5, 0.5]
    """
    powers = [exponential(score) for score in scores]
    with localcontext() as context:
        context.prec = DIGITS
        total = sum(powers, start=Decimal(0))
        return [Fraction(power / total) for power in powers]
