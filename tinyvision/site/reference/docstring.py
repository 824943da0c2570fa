"""A docstring as HTML: sections such as ``Args:`` become lists, examples are coloured."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

from .. import highlight

_SECTION = re.compile(r"(Args|Raises|Attributes|Returns|Yields):\s*")
_ITEM = re.compile(r"(?P<name>[*\w][\w*., ]*?):(?:\s+(?P<text>.*))?")
_ROLE = re.compile(r":\w+:`~?([\w.]+)`")
_TITLES = {"Args": "Arguments"}

Link = Callable[[str], str]


def to_html(doc: str, link: Link = lambda name: "") -> str:
    """Render a docstring.

    Args:
        doc: without the indentation it has in the source.
        link: the address of a name's explanation, or nothing.

    >>> print(to_html("Add.\\n\\nArgs:\\n    a: one."))
    <p>Add.</p>
    <p class="label">Arguments</p><dl><dt><code>a</code></dt><dd>one.</dd></dl>
    """
    parts: list[str] = []
    text: list[str] = []
    lines = doc.split("\n")
    at = 0

    def end_text() -> None:
        if any(line.strip() for line in text):
            parts.append(_paragraphs("\n".join(text), link))
        text.clear()

    while at < len(lines):
        line = lines[at]
        if match := _SECTION.fullmatch(line):
            end_text()
            body, at = _indented(lines, at + 1)
            parts.append(_section(match[1], body, link))
        elif line.lstrip().startswith(">>> "):
            end_text()
            example, at = _example(lines, at)
            parts.append(highlight.console(example))
        else:
            text.append(line)
            at += 1
    end_text()
    return "\n".join(part.strip() for part in parts)


def _indented(lines: list[str], at: int) -> tuple[str, int]:
    """The indented lines from one on, and the number of the line after them."""
    begin = at
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(" ")):
        at += 1
    return textwrap.dedent("\n".join(lines[begin:at])).strip("\n"), at


def _example(lines: list[str], at: int) -> tuple[str, int]:
    """An example up to the next empty line, without what only its test needs."""
    begin = at
    while at < len(lines) and lines[at].strip():
        at += 1
    text = textwrap.dedent("\n".join(lines[begin:at]))
    return re.sub(r"  # doctest: .*", "", text).replace("<BLANKLINE>", ""), at


def _section(name: str, body: str, link: Link) -> str:
    title = f'<p class="label">{_TITLES.get(name, name)}</p>'
    items = _items(body) if name not in ("Returns", "Yields") else []
    if not items:
        return title + _paragraphs(body, link)
    return title + "<dl>" + "".join(
        f"<dt><code>{escape(names)}</code></dt><dd>{_inline(text, link)}</dd>"
        for names, text in items
    ) + "</dl>"  # fmt: skip


def _items(body: str) -> list[tuple[str, str]]:
    """Names and what is said about them; nothing if the text is not of that form."""
    found: list[tuple[str, str]] = []
    for line in body.split("\n"):
        match = _ITEM.fullmatch(line)
        if match:
            found.append((match["name"], match["text"] or ""))
        elif not found:
            return []
        else:
            name, text = found[-1]
            found[-1] = name, f"{text} {line.strip()}".strip()
    return found


def _paragraphs(text: str, link: Link) -> str:
    return str(_parser().render(_with_links(text, link)))


def _inline(text: str, link: Link) -> str:
    return str(_parser().renderInline(_with_links(text, link)))


def _with_links(text: str, link: Link) -> str:
    """Names in roles, such as :func:`f`, as links or at least as code."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        shown = f"`{name.replace('tinyvision.', 'tv.', 1)}`"
        address = link(name)
        return f"[{shown}]({address})" if address else shown

    return _ROLE.sub(replaced, text)


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    # Stars and lines of signs mean arithmetic and tables there.
    parser = MarkdownIt("commonmark", {"html": False}).disable(["emphasis", "lheading", "heading"])
    parser.add_render_rule("code_block", _block)
    parser.add_render_rule("fence", _block)
    return parser


def _block(renderer: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    source = tokens[index].content.rstrip("\n")
    return f'<pre class="plain">{escape(source)}</pre>\n'
