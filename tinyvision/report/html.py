"""Pieces of a page: tables, pictures inside the page, and the page around them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; font-size: 0.85rem; }
img { max-width: 100%; height: auto; }
figure { margin: 2rem 0; }
figcaption { color: #555; font-size: 0.9rem; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { padding: 0.15rem 1rem 0.15rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; border-bottom: 1px solid #ccc; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
div.wide { overflow-x: auto; }
</style>
</head>
<body>
<h1>$title</h1>
$body
</body>
</html>
""")


def page(title: str, parts: Iterable[str]) -> bytes:
    """The whole file."""
    return _PAGE.substitute(title=escape(title), body="\n".join(parts)).encode()


def heading(text: str) -> str:
    """A heading inside the page."""
    return f"<h2>{escape(text)}</h2>"


def preformatted(text: str) -> str:
    """Text as it stands.

    >>> preformatted("1 < 2")
    '<pre>1 &lt; 2</pre>'
    """
    return f"<pre>{escape(text)}</pre>"


def picture(path: Path) -> str:
    """A PNG file, its bytes inside the page, named after the file."""
    name = escape(path.stem.replace("_", " ").replace("-", " "))
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{data}" alt="{name}">'
        f"<figcaption>{name}</figcaption></figure>"
    )


def folded(summary: str, content: str) -> str:
    """Something long, that opens on a click."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def settings_table(settings: Mapping[str, Any]) -> str:
    """Names and values, but for empty ones; those of a dictionary inside have its name before.

    >>> settings_table({"seed": 0, "recipe": {"lr": 0.5}}).count("<tr>")
    2
    """
    rows = [
        f"<tr><td>{escape(name)}</td><td>{escape(_words(value))}</td></tr>"
        for name, value in _flat(settings)
        if value is not None and value != ""
    ]
    return f"<table>{''.join(rows)}</table>"


def records_table(records: Sequence[Mapping[str, Any]]) -> str:
    """Dictionaries as rows, their names as the head.

    >>> records_table([{"epoch": 1, "loss": 0.25}])
    '<div class="wide"><table><tr><th>epoch</th><th>loss</th></tr><tr><td class="number">1</td><td
    class="number">0.25</td></tr></table></div>'
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    head = "".join(f"<th>{escape(str(name).replace('_', ' '))}</th>" for name in names)
    rows = ["".join(_cell(record.get(name)) for name in names) for record in records]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _flat(settings: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _cell(value: Any) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    start = '<td class="number">' if number else "<td>"
    return f"{start}{escape(_words(value))}</td>"


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_words, value))
    return f"{value:.5g}" if isinstance(value, float) else str(value)
