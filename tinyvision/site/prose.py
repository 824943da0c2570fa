"""The text of a lesson, Markdown with formulas, as HTML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

from ..lessons.cells import with_hashes
from .formula import formula
from .highlight import python

_LESSONS = re.compile(r"\b[Ll]essons? \d\d(?:(?:, | and |, and | to )\d\d)*\b")


class Prose:
    """Renders texts of one page, whose headings have different names.

    Args:
        links: of the lessons that can be reached, the page by the number.

    Attributes:
        headings: the names and texts of those of the first level, in order.

    >>> prose = Prose({"03": "03_pooling.html"})
    >>> print(prose.html("As in lesson 03, not in lesson 99: $x^2$").strip()[:63])
    <p>As in <a href="03_pooling.html">lesson 03</a>, not in lesson
    """

    def __init__(self, links: Mapping[str, str] | None = None) -> None:
        self._links = dict(links or {})
        self.headings: list[tuple[str, str]] = []
        self._names: set[str] = set()

    def html(self, markdown: str) -> str:
        """Render a text.

        Raises:
            ValueError: a formula that cannot be rendered.
        """
        text = _LESSONS.sub(self._linked, with_hashes(markdown))
        environment: dict[str, Any] = {}
        tokens = _parser().parse(text, environment)
        for token, content in itertools.pairwise(tokens):
            if token.type == "heading_open":
                words = _plain(content)
                name = self._name(words)
                token.attrSet("id", name)
                if token.tag == "h2":
                    self.headings.append((name, words))
        return str(_parser().renderer.render(tokens, _parser().options, environment))

    def inline(self, markdown: str) -> str:
        """Render a sentence, without a paragraph around it."""
        return str(_parser().renderInline(markdown))

    def _linked(self, match: re.Match[str]) -> str:
        """The numbers of lessons as links, where there are such pages."""
        found = re.findall(r"\d\d", match[0])
        if len(found) == 1 and found[0] in self._links:
            return f"[{match[0]}]({self._links[found[0]]})"
        return re.sub(
            r"\d\d",
            lambda n: f"[{n[0]}]({self._links[n[0]]})" if n[0] in self._links else n[0],
            match[0],
        )

    def _name(self, words: str) -> str:
        stem = "-".join(re.findall(r"\w+", words.casefold())) or "part"
        name, times = stem, 1
        while name in self._names:
            times += 1
            name = f"{stem}-{times}"
        self._names.add(name)
        return name


def _plain(inline: Any) -> str:
    return "".join(child.content for child in inline.children or ())


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    dollarmath_plugin(parser, allow_labels=False, renderer=lambda tex, options: formula(tex))
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    parser.add_render_rule("table_open", lambda *_: '<div class="wide" tabindex="0"><table>')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _code(renderer: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    """An indented block: Python if it can be that, else as it stands."""
    source = tokens[index].content.rstrip("\n")
    try:
        compile(source, "text", "exec")
    except (SyntaxError, ValueError):
        return f'<pre class="plain">{escape(source)}</pre>'
    return python(source)
