"""A formula of TeX as MathML, which browsers show without anybody's script or font."""

from __future__ import annotations

import re

_LETTERS = re.compile(r'(?:<mi mathvariant="normal">([^<&])</mi>){2,}')


def formula(tex: str) -> str:
    """Return a formula as MathML.

    Raises:
        ValueError: there is something in it that cannot be rendered.

    >>> formula("x^2")
    '<math xmlns="http://www.w3.org/1998/Math/MathML"
    display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    from latex2mathml.converter import convert

    tex = " ".join(tex.split())
    braces = re.sub(r"\\.", "", tex)
    if braces.count("{") != braces.count("}"):  # the package takes them as they come
        raise ValueError(f"the formula ${tex}$ cannot be rendered: a brace is missing")
    try:
        math: str = convert(tex)
    except Exception as error:  # of many kinds, of which that package publishes no list
        name = type(error).__name__
        raise ValueError(f"the formula ${tex}$ cannot be rendered: {name}") from error
    # What it does not know it leaves as it is, with the backslash.
    if unknown := re.search(r"\\[A-Za-z]+", re.sub(r"<annotation.*?</annotation>", "", math)):
        raise ValueError(f"the formula ${tex}$ cannot be rendered: unknown {unknown[0]}")
    return _LETTERS.sub(_word, math)


def _word(letters: re.Match[str]) -> str:
    """A word is one name, not a product of letters; more than one letter stands upright."""
    return f"<mi>{''.join(re.findall(r'>([^<])<', letters[0]))}</mi>"
