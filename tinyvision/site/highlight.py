"""Code in colours: words in spans with Pygments' short class names, coloured in `style.css`."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

FITS = 98  # characters in a line, on a wide window


def python(source: str) -> str:
    """Python in a box of its own.

    >>> python("x = 1")
    '<pre class="code"><code><span class="n">x</span> <span class="o">=</span> <span
    class="mi">1</span></code></pre>'
    """
    return _box(source, "python")


def console(source: str) -> str:
    """Python as typed at its prompt, with what it printed."""
    return _box(source, "pycon")


def printed(text: str) -> str:
    """What a program printed.

    >>> printed("1 < 2")
    '<pre class="printed"><samp>1 &lt; 2</samp></pre>'
    """
    text = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    return f'<pre class="printed"{_reached(text)}><samp>{escape(text)}</samp></pre>'


def _box(source: str, language: str) -> str:
    from pygments import highlight

    html: str = highlight(source, *_tools(language))
    html = html.rstrip("\n").replace('<span class="w"> </span>', " ")
    return f'<pre class="code"{_reached(source)}><code>{html}</code></pre>'


def _reached(text: str) -> str:
    """A box that scrolls sideways must be reached by the keyboard; others would be in its way."""
    return ' tabindex="0"' if max(map(len, text.split("\n"))) > FITS else ""


@cache
def _tools(language: str) -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language), HtmlFormatter(nowrap=True)
