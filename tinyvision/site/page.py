"""What is around every page: head, links to the other parts, foot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from string import Template
from typing import Any

from .. import __version__

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<link rel="icon" href="${root}assets/icon.svg">
<link rel="stylesheet" href="${root}assets/style.css">
$scripts</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="site"><nav aria-label="Site">$links</nav></header>
<main id="content">
$body
</main>
<footer class="site">tinyvision $version. Every number, text and picture here was computed when
these pages were made.</footer>
</body>
</html>
""")
_PARTS = (
    ("index.html", "Lessons"),
    ("players.html", "Players"),
    ("reference/index.html", "Reference"),
)


def page(
    title: str, body: str, *, root: str = "", part: str = "", scripts: Iterable[str] = ()
) -> str:
    """A whole page.

    Args:
        title: what the browser's window is called.
        body: what stands on it, HTML.
        root: the way to the site's folder: ``""``, or ``"../"`` on a page one folder down.
        part: which of the links on top it belongs to.
        scripts: names of files in ``assets``.
    """
    return _PAGE.substitute(
        title=escape(title if "tinyvision" in title else f"{title} · tinyvision"),
        root=root,
        body=body,
        version=__version__,
        links="".join(
            f'<a href="{root}{target}"{" aria-current=page" if name == part else ""}>{name}</a>'
            for target, name in _PARTS
        ),
        # Not as modules: a browser does not load those from a file.
        scripts="".join(f'<script defer src="{root}assets/{name}"></script>\n' for name in scripts),
    )


def player(name: str, title: str, data: dict[str, Any]) -> str:
    """A place for a player; its script builds it from the numbers."""
    numbers = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<section class="player" data-player="{name}" tabindex="0" '
        f'aria-label="{escape(title)}. Left and right arrow keys step.">'
        f'<p class="title">{escape(title)}</p>'
        f'<script type="application/json">{numbers}</script>'
        "<noscript><p>To step through it, the browser must run scripts.</p></noscript></section>"
    )


PLAYER_SCRIPTS = ("player.js", "convolution.js", "attention.js")
