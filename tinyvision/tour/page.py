"""The closing page: what the tour printed and drew, as one HTML file without any network asset."""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from ..files import replacing

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tinyvision: the tour</title>
<style>
body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 60rem;
       margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
pre { background: #f4f4f4; padding: 1rem; overflow-x: auto; font-size: 0.85rem; }
img { max-width: 100%; height: auto; }
figure { margin: 2rem 0; }
figcaption { color: #555; font-size: 0.9rem; }
</style>
</head>
<body>
<h1>tinyvision: the tour</h1>
$sections
</body>
</html>
""")


@dataclass(frozen=True)
class Section:
    """One station: what it printed, and its pictures."""

    title: str
    text: str
    pictures: Sequence[Path]


def write_page(path: Path, sections: Sequence[Section]) -> Path:
    """Write the page beside its pictures, which it names by relative paths."""
    parts = []
    for number, section in enumerate(sections, start=1):
        parts.append(f"<h2>{number}. {html.escape(section.title)}</h2>")
        parts.append(f"<pre>{html.escape(section.text.strip())}</pre>")
        for picture in section.pictures:
            source = html.escape(Path(os.path.relpath(picture, path.parent)).as_posix())
            name = html.escape(picture.stem.replace("_", " "))
            parts.append(
                f'<figure><img src="{source}" alt="{name}"><figcaption>{name}</figcaption></figure>'
            )
    with replacing(path) as file:
        file.write(_PAGE.substitute(sections="\n".join(parts)).encode())
    return path
