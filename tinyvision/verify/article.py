"""The worked examples of the article, and what it prints of them: data, and nothing else.

The article is "AI large models for image processing" (in Chinese), sections 4.1 and 4.2. Its
formulas are right. Most of its numbers are not, and stand here as they are printed.
"""

from __future__ import annotations

from .attention import AttentionExample
from .convolution import ConvolutionExample
from .example import Example
from .records import Expansion

CONVOLUTION = ConvolutionExample(
    section="4.1",
    x=((1, 2, 3), (4, 5, 6), (7, 8, 9)),
    w=((1, 2), (3, 4)),
    printed=(("35", "47"), ("75", "87")),
    expansions={(0, 0): Expansion([(1, 1), (2, 2), (3, 3), (4, 4)], total="35")},
)

ATTENTION = AttentionExample(
    section="4.2",
    query=(1, 2, 3, 4),
    keys=((2, 1, 4, 3), (4, 3, 2, 1)),
    values=((2, 1, 4, 3), (4, 3, 2, 1)),  # the keys again
    scores=("26", "20"),
    weights=("0.82", "0.18"),
    output=("2.36", "1.18", "3.64", "2.82"),
    expansions=(
        Expansion([(1, 2), (2, 1), (3, 4), (4, 3)], total="26"),
        Expansion([(1, 4), (2, 3), (3, 2), (4, 1)], total="20"),
    ),
)

ARTICLE: tuple[Example, ...] = (CONVOLUTION, ATTENTION)
"""Both, in the article's order."""
