"""How numbers and sums are written."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any


def show(value: Any) -> str:
    """A number on six decimals at most; lists by commas, rows of a matrix by semicolons.

    >>> show(37), show(Fraction(2, 3)), show([[35, 47], [75, 87]]), show(None)
    ('37', '0.666667', '35, 47; 75, 87', '-')
    >>> show(1.25e-9), show(Fraction(10**12) + Fraction(1, 3))
    ('1.25e-09', '1e+12')
    """
    if value is None:
        return "-"
    if isinstance(value, (list, tuple)):
        deep = any(isinstance(part, (list, tuple)) for part in value)
        return ("; " if deep else ", ").join(show(part) for part in value)
    if isinstance(value, Decimal):
        return f"{value:.7g}"
    if value == int(value):
        return str(int(value))
    if not 1e-5 <= abs(value) < 1e9:
        return f"{float(value):.6g}"
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def product(a: Any, b: Any) -> str:
    """Two factors.

    >>> product(2, -3)
    '2·(-3)'
    """
    return "·".join(f"({show(part)})" if part < 0 else show(part) for part in (a, b))


def products(pairs: Iterable[tuple[Any, Any]]) -> str:
    """A sum of products.

    >>> products([(1, 2), (3, 4)])
    '1·2 + 3·4'
    """
    return " + ".join(product(a, b) for a, b in pairs)


def derivation(pairs: Iterable[tuple[Any, Any]]) -> str:
    """A sum of products, the products, and the sum.

    >>> derivation([(1, 2), (3, Fraction(4))])
    '1·2 + 3·4 = 2 + 12 = 14'
    """
    pairs = list(pairs)
    parts = [Fraction(a) * Fraction(b) for a, b in pairs]
    terms = " + ".join(f"({show(part)})" if part < 0 else show(part) for part in parts)
    return f"{products(pairs)} = {terms} = {show(sum(parts))}"


def listed(words: Iterable[Any]) -> str:
    """Words or numbers in a sentence.

    >>> listed([1, 2, 3])
    '1, 2 and 3'
    """
    *most, last = (word if isinstance(word, str) else show(word) for word in words)
    return f"{', '.join(most)} and {last}" if most else last
