"""A sum of products that the article prints: is it right, and if not, why?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from .records import Expansion, Row, row
from .writing import listed, products, show


def sum_rows(
    section: str,
    name: str,
    printed: str,
    pairs: Sequence[tuple[Fraction, Fraction]],
    written: Expansion | None = None,
) -> list[Row]:
    """The row of a sum and, if the article writes out other products for it, a second for those.

    Args:
        section, name: of the quantity.
        printed: the sum that the article prints.
        pairs: the factors by the formula.
        written: the sum as the article writes it out.

    >>> pairs = [(Fraction(2), Fraction(3)), (Fraction(4), Fraction(5))]
    >>> for row in sum_rows("1", "y", "25", pairs, Expansion([(2, 3), (4, 4)], "25")):
    ...     print(row.quantity, row.article, row.computed, row.note)
    y 25 26 2·3 + 4·5 is 26, not 25.
    y, as written 25 22 The article multiplies by 3 and 4 where its formula has 3 and 5; those
        products add up to 22, not 25.
    """
    exact = sum((a * b for a, b in pairs), start=Fraction(0))
    as_formula = written is not None and list(written.pairs) == list(pairs)
    result = row(section, name, printed, exact)
    if not result.agrees:
        note = f"{products(pairs)} is {show(exact)}, not {printed}."
        if as_formula:
            terms = " + ".join(show(a * b) for a, b in pairs)
            note = f"The products written are right, but {terms} is {show(exact)}, not {printed}."
        result = replace(result, note=note)
    if written is None or as_formula:
        return [result]

    factors = [listed(b for _, b in terms) for terms in (written.pairs, pairs)]
    note = f"The article multiplies by {factors[0]} where its formula has {factors[1]}"
    second = row(section, f"{name}, as written", written.total, written.value)
    if not second.agrees:
        note += f"; those products add up to {show(written.value)}, not {written.total}"
    return [result, replace(second, note=f"{note}.")]
