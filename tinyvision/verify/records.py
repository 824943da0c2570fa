"""What a verification consists of: rows about the article, checks of the operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .exact import leaves, shape


@dataclass(frozen=True)
class Row:
    """One quantity of a worked example: as the article prints it, and as its formula gives it.

    Attributes:
        section: of the article, as "4.1".
        quantity: its name.
        article: what the article prints: a number, a list of numbers, or None if it prints nothing.
        computed: what the formula gives, in the same form.
        agrees: whether they are the same to the digits that the article prints.
        note: where they are not, why the article is wrong; otherwise mostly empty.
    """

    section: str
    quantity: str
    article: Any
    computed: Any
    agrees: bool
    note: str = ""


def row(section: str, quantity: str, printed: Any, exact: Any, note: str = "") -> Row:
    """Make a `Row` from strings as they are printed and exact numbers.

    >>> row("4.2", "alpha1", "0.82", Fraction(41, 50))
    Row(section='4.2', quantity='alpha1', article=0.82, computed=0.82, agrees=True, note='')
    """
    return Row(section, quantity, plain(printed), plain(exact), agree(printed, exact), note)


def plain(value: Any) -> Any:
    """Printed strings and exact fractions as an int, where they are whole, or a float.

    >>> plain([["35", "0.82"], [Fraction(1, 4), None]])
    [[35, 0.82], [0.25, None]]
    """
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if value is None:
        return None
    number = Fraction(value)
    return int(number) if number.denominator == 1 else float(number)


def agree(printed: Any, exact: Any) -> bool:
    """Whether exact numbers are the printed ones, to within half a unit of the last digit printed.

    >>> agree("0.82", Fraction(8176, 10000)), agree("0.82", Fraction(825001, 1000000))
    (True, False)
    """
    if printed is None or shape(printed) != shape(exact):
        return False
    return all(
        abs(Fraction(text) - number) <= Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
        for (_, text), (_, number) in zip(leaves(printed), leaves(exact), strict=True)
    )


@dataclass(frozen=True)
class Check:
    """One answer of an operator held against one independent route.

    Attributes:
        operator: what is checked, as "conv2d".
        route: what it is held against, as "scipy.signal.correlate2d".
        problem: for which numbers.
        dtype: of the operator's arguments.
        difference: the largest difference found, as a part of the size of the number.
        allowed: the largest difference that rounding explains; 0 where nothing is rounded.
        ours, theirs: the operator's and the route's number at the place of that difference.
        place: the index of that place in the answer.
    """

    operator: str
    route: str
    problem: str
    dtype: str
    difference: float
    allowed: float
    ours: float
    theirs: float
    place: str

    @property
    def agrees(self) -> bool:
        """Whether the difference is allowed; NaN is not."""
        return self.difference <= self.allowed


@dataclass(frozen=True)
class Expansion:
    """A sum of products that the article writes out: the pairs of factors, and its total.

    The factors stand in the formula's order: weight and pixel, or query and key.
    """

    pairs: Sequence[tuple[int, int]]
    total: str

    @property
    def value(self) -> Fraction:
        """What the products written add up to.

        >>> Expansion([(1, 1), (2, 2)], "6").value
        Fraction(5, 1)
        """
        return sum((Fraction(a) * Fraction(b) for a, b in self.pairs), start=Fraction(0))


@dataclass(frozen=True)
class Worked:
    """A worked example, recomputed.

    Attributes:
        section: of the article.
        title: a word or two.
        formula: the article's formula, on one line.
        steps: the derivation, a line each.
        printed: rows for the steps of the example.
        alternatives: rows for other ways to calculate: could the printed numbers come from them?
    """

    section: str
    title: str
    formula: str
    steps: list[str]
    printed: list[Row]
    alternatives: list[Row] = field(default_factory=list)
